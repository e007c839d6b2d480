"""CKAN's own doors: what they do to a dataset goes through the workflow, or is refused with the way to propose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ...common.errors import as_ckan
from .. import doors, proposals, records, state
from ..case import live_of, open_case, user_of
from ..definition import governed
from ..status import status_of
from ..transitions import INEDITO
from .action import edge

Action = Callable[[Any, dict[str, Any]], Any]


def _actor(context: Any) -> str | None:
    user = user_of(context)
    return user.id if user else None


def _public(package: Any) -> bool:
    """Whether a save of this dataset must become a proposal."""
    if package is None or state.publishing() or not governed(package.type):
        return False
    current = state.saving()
    if current is not None and current.package_id == package.id:
        return False
    return live_of(package, records.publication(package.id)) != INEDITO


def _forget_status(data_dict: dict[str, Any]) -> None:
    """`publication` rides in package_show; a script that sends back what it read means nothing by it."""
    data_dict.pop("publication", None)


@tk.chained_action
def package_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_create; what is made is not public, whatever `private` or `state` say."""
    _forget_status(data_dict)
    if state.publishing() or not governed(data_dict.get("type")):
        return original(context, data_dict)
    doors.keep_private(data_dict, data_dict.get("owner_org"))
    with state.acting(_actor(context)):
        made = original(context, data_dict)
    return _told(context, made)


@tk.chained_action
def package_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_update of a draft; of a public dataset it is kept as a proposal, and that is answered."""
    _forget_status(data_dict)
    if isinstance(context.get("original_package"), dict):
        _forget_status(context["original_package"])
    reference = data_dict.get("id") or data_dict.get("name")
    package = model.Package.get(reference) if reference else None
    if package is None or state.publishing() or not governed(package.type):
        return original(context, data_dict)
    current = state.saving()
    if current is not None and current.package_id == package.id:
        return original(context, data_dict)
    with state.acting(_actor(context)):
        if _public(package):
            context.pop("original_package", None)
            with edge():
                return proposals.save(original, context, data_dict, package)
        data_dict.pop("publication_base", None)
        doors.keep_private(data_dict, data_dict.get("owner_org") or package.owner_org)
        return _told(context, original(context, data_dict))


def _told(context: Any, result: Any) -> Any:
    """The answer says that the dataset is not public yet, and what is possible now."""
    if not isinstance(result, dict) or not result.get("id"):
        return result
    package = model.Package.get(result["id"])
    user = user_of(context)
    return {**result, "publication": status_of(open_case(package, user))} if package and user else result


@tk.chained_action
def package_patch(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_patch; of a public dataset it builds on the open proposal."""
    package = model.Package.get(data_dict.get("id")) if data_dict.get("id") else None
    if not _public(package):
        return original(context, data_dict)
    with state.showing_proposal(package.id):
        return original(context, data_dict)


@tk.chained_action
def package_revise(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_revise; of a public dataset it builds on the open proposal."""
    match = data_dict.get("match") or {}
    reference = match.get("id") or match.get("name") if isinstance(match, dict) else None
    reference = reference or data_dict.get("match__id") or data_dict.get("match__name")
    package = model.Package.get(reference) if reference else None
    if not _public(package):
        return original(context, data_dict)
    with state.showing_proposal(package.id):
        return original(context, data_dict)


@tk.chained_action
@tk.side_effect_free
def package_show(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_show; for the dataset's entity and committee with `publication`, which says where it is."""
    shown = original(context, data_dict)
    if not isinstance(shown, dict) or not context.get("user") or context.get("ignore_auth"):
        return _maybe_proposal(context, shown) if isinstance(shown, dict) else shown
    package = context.get("package") or model.Package.get(shown.get("id"))
    user = user_of(context)
    if package is None or user is None or not governed(package.type):
        return shown
    case = open_case(package, user)
    if not case.person.belongs:
        return shown
    shown = _maybe_proposal(context, shown)
    return {**shown, "publication": status_of(case)}


def _maybe_proposal(context: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """The open proposal in place of the live dataset, while a proposal is edited or looked at."""
    if not shown.get("id") or not state.views_proposal(shown["id"]):
        return shown
    package = model.Package.get(shown["id"])
    if not _public(package) or not (context.get("ignore_auth") or open_case(package, user_of(context)).person.belongs):
        return shown
    revision = proposals.current(package.id)
    return dict(revision.content) if revision is not None else shown


@tk.chained_action
@tk.side_effect_free
def resource_show(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_show; also of a resource that only the proposal being edited has."""
    resource_id = str(data_dict.get("id") or "")
    if model.Resource.get(resource_id) is None and state.views_proposal(proposals.proposed_in(resource_id) or " "):
        package_id = proposals.proposed_in(resource_id)
        shown = tk.get_action("package_show")(tk.fresh_context(context), {"id": package_id})
        found = [one for one in shown["resources"] if one["id"] == resource_id]
        if found:
            return dict(found[0])
    return original(context, data_dict)


def _package_of(resource_id: str) -> Any:
    resource = model.Resource.get(resource_id) if resource_id and "\x00" not in resource_id else None
    if resource is not None and resource.state == "active":
        return model.Package.get(resource.package_id)
    package_id = proposals.proposed_in(resource_id)
    return model.Package.get(package_id) if package_id else None


def _proposed(context: Any, package: Any) -> dict[str, Any]:
    """The dataset that a resource action builds on."""
    revision = proposals.current(package.id)
    content = dict(revision.content) if revision else proposals.live_content(package.id)
    return {**content, "resources": [dict(one) for one in content["resources"]]}


def _place(content: dict[str, Any], resource_id: str) -> int:
    for place, resource in enumerate(content["resources"]):
        if resource["id"] == resource_id:
            return place
    raise tk.ObjectNotFound(tk._("La propuesta abierta ya no tiene ese archivo."))


def _update(context: Any, content: dict[str, Any], place: int) -> dict[str, Any]:
    """package_update of the whole; the errors of one resource are answered as the resource actions answer them."""
    content.pop("metadata_modified", None)
    try:
        return tk.get_action("package_update")(tk.fresh_context(context), content)
    except tk.ValidationError as error:
        errors = error.error_dict.get("resources")
        if isinstance(errors, list) and place < len(errors) and errors[place]:
            raise tk.ValidationError(errors[place]) from error
        raise


@tk.chained_action
def resource_create(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_create; to a public dataset the resource is proposed."""
    package = model.Package.get(tk.get_or_bust(data_dict, "package_id"))
    if not _public(package):
        return original(context, data_dict)
    tk.check_access("resource_create", context, {"package_id": package.id})
    for plugin in p.PluginImplementations(p.IResourceController):
        plugin.before_resource_create(context, data_dict)
    content = _proposed(context, package)
    data_dict.setdefault("url", "")
    content["resources"].append(data_dict)
    updated = _update(context, content, len(content["resources"]) - 1)
    return {**updated["resources"][-1], "publication": updated["publication"]}


@tk.chained_action
def resource_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_update; of a public dataset the change is proposed."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = _package_of(resource_id)
    if not _public(package):
        return original(context, data_dict)
    tk.check_access("resource_update", context, {"id": resource_id})
    content = _proposed(context, package)
    place = _place(content, resource_id)
    data_dict.setdefault("url", "")
    for plugin in p.PluginImplementations(p.IResourceController):
        plugin.before_resource_update(context, content["resources"][place], data_dict)
    if "datastore_active" in content["resources"][place]:
        data_dict.setdefault("datastore_active", content["resources"][place]["datastore_active"])
    content["resources"][place] = data_dict
    updated = _update(context, content, place)
    return {**updated["resources"][place], "publication": updated["publication"]}


@tk.chained_action
def resource_patch(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_patch; of a public dataset the change is proposed."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = _package_of(resource_id)
    if not _public(package):
        return original(context, data_dict)
    tk.check_access("resource_patch", context, {"id": resource_id})
    content = _proposed(context, package)
    place = _place(content, resource_id)
    merged = {**content["resources"][place], **data_dict}
    return tk.get_action("resource_update")(tk.fresh_context(context), merged)


@tk.chained_action
def resource_delete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_delete; of a public dataset the removal is proposed."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = _package_of(resource_id)
    if not _public(package):
        return original(context, data_dict)
    tk.check_access("resource_delete", context, {"id": resource_id})
    content = _proposed(context, package)
    del content["resources"][_place(content, resource_id)]
    _update(context, content, 0)
    return None


@tk.chained_action
def package_resource_reorder(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_resource_reorder; of a public dataset the order is proposed."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if not _public(package):
        return original(context, data_dict)
    with state.showing_proposal(package.id):
        return original(context, data_dict)


@tk.chained_action
def package_delete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_delete; a public dataset is withdrawn instead, which leaves a tombstone."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is not None and _public(package):
        tk.check_access("package_delete", context, {"id": package.id})
        raise as_ckan(doors.refused_delete(package))
    if package is not None and not state.publishing() and governed(package.type):
        _end_run(package, user_of(context))
    return original(context, data_dict)


def _end_run(package: Any, user: Any) -> None:
    """A draft that is deleted waits for nobody; CKAN's delete commits."""
    from ...common.clock import now

    run = records.open_run(package.id)
    if run is not None:
        records.run("close_run", id=run.id, at=now(), outcome="descartado")


@tk.chained_action
def dataset_purge(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's dataset_purge (sysadmins); nothing stays but the audit log."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    tk.check_access("dataset_purge", context, data_dict)
    if package is not None and governed(package.type):
        doors.forget(package, user_of(context))
    return original(context, data_dict)


@tk.chained_action
def package_owner_org_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_owner_org_update; a public dataset changes hands by a coordinator only."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if _public(package) and package.owner_org != data_dict.get("organization_id"):
        with edge():
            doors.check_transfer(package, user_of(context), context)
    return original(context, data_dict)


def _bulk(name: str) -> Action:
    @tk.chained_action
    def refuse(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        tk.check_access(name, context, data_dict)
        raise as_ckan(doors.refused_bulk(name))

    refuse.__name__ = name
    refuse.__doc__ = f"CKAN's {name} is closed: datasets become public, hidden or deleted one by one, with a reason."
    return refuse


bulk_update_public = _bulk("bulk_update_public")
bulk_update_private = _bulk("bulk_update_private")
bulk_update_delete = _bulk("bulk_update_delete")


def _membership(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        package = None
        if data_dict.get("object_type") == "package" and data_dict.get("object"):
            package = model.Package.get(str(data_dict["object"]))
        # CKAN moves a dataset to its organization with these two, inside an update that the workflow lets pass.
        if _public(package) and not context.get("defer_commit"):
            tk.check_access(name, context, data_dict)
            raise as_ckan(doors.refused_membership(package))
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; the groups of a public dataset change by a proposal."
    return guarded


member_create = _membership("member_create")
member_delete = _membership("member_delete")


def _relationship(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        for key in ("subject", "object"):
            package = model.Package.get(str(data_dict.get(key) or ""))
            if _public(package):
                tk.check_access(name, context, data_dict)
                raise as_ckan(doors.refused_relationship(package))
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; the relations of a public dataset change by a proposal."
    return guarded


package_relationship_create = _relationship("package_relationship_create")
package_relationship_update = _relationship("package_relationship_update")
package_relationship_delete = _relationship("package_relationship_delete")


def _datastore(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        with edge():
            doors.check_table(name, context, data_dict, _package_of)
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; the table of a public resource changes by a proposal, or by a continuous feed."
    return guarded


DATASTORE = (
    "datastore_create",
    "datastore_upsert",
    "datastore_delete",
    "datastore_records_delete",
    "datastore_run_triggers",
)


def _views(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        with edge():
            doors.check_view(name, context, data_dict)
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; what a public resource shows is changed by coordinators."
    return guarded


VIEWS = ("resource_view_create", "resource_view_update", "resource_view_delete", "resource_view_reorder")

ACTIONS: dict[str, Any] = {
    action.__name__: action
    for action in (
        package_create, package_update, package_patch, package_revise, package_show, resource_show, resource_create,
        resource_update, resource_patch, resource_delete, package_resource_reorder, package_delete, dataset_purge,
        package_owner_org_update, bulk_update_public, bulk_update_private, bulk_update_delete, member_create,
        member_delete, package_relationship_create, package_relationship_update, package_relationship_delete,
        *(_views(name) for name in VIEWS),
    )
}  # fmt: skip


def actions() -> dict[str, Any]:
    """The chained actions of this installation; the DataStore's where it is loaded."""
    found = dict(ACTIONS)
    if p.plugin_loaded("datastore"):
        found.update({name: _datastore(name) for name in DATASTORE})
    return found


