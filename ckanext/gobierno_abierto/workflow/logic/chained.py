"""CKAN's own doors: what they do to a dataset goes through the workflow, or is refused with the way to propose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

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


def is_public(package: Any) -> bool:
    """Whether a save of this dataset must become a proposal; false while the workflow itself is at it."""
    if package is None or state.publishing() or not governed(package.type):
        return False
    current = state.saving()
    if current is not None and current.package_id == package.id:
        return False
    return live_of(package, records.publication(package.id)) != INEDITO


def _forget_status(data_dict: dict[str, Any]) -> None:
    """What rides in package_show and is no content: a script that sends back what it read means nothing by it."""
    for name in ("publication", "relationships_as_subject", "relationships_as_object"):
        data_dict.pop(name, None)


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
    tk.check_access("package_update", context, dict(data_dict))
    with state.acting(_actor(context)):
        with edge():
            # Whether it is public is asked while nobody can publish it.
            records.lock_package(package.id)
        if is_public(package):
            context.pop("original_package", None)
            with edge():
                return proposals.save(original, context, data_dict, package)
        with edge():
            proposals.refuse_stale_draft(package, data_dict.pop("publication_base", None), user_of(context))
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
    if package is None or not is_public(package):
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
    if package is None or not is_public(package):
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
    if not is_public(package):
        return shown
    if not context.get("ignore_auth") and not open_case(package, user_of(context)).person.belongs:
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


def package_of(resource_id: str) -> Any:
    resource = model.Resource.get(resource_id) if resource_id and "\x00" not in resource_id else None
    if resource is not None and resource.state == "active":
        return model.Package.get(resource.package_id)
    package_id = proposals.proposed_in(resource_id)
    return model.Package.get(package_id) if package_id else None


def _proposed(context: Any, package: Any) -> dict[str, Any]:
    """The dataset that a resource action builds on; nobody else changes it meanwhile."""
    with edge():
        records.lock_package(package.id)
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
    made_from = data_dict.pop("publication_base", None)
    if not is_public(package):
        return original(context, data_dict)
    tk.check_access("resource_create", context, {"package_id": package.id})
    for plugin in p.PluginImplementations(p.IResourceController):
        plugin.before_resource_create(context, data_dict)
    content = _proposed(context, package)
    data_dict.setdefault("url", "")
    content["resources"].append(data_dict)
    updated = _update(context, {**content, "publication_base": made_from}, len(content["resources"]) - 1)
    return {**updated["resources"][-1], "publication": updated["publication"]}


@tk.chained_action
def resource_update(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_update; of a public dataset the change is proposed."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = package_of(resource_id)
    made_from = data_dict.pop("publication_base", None)
    if not is_public(package):
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
    updated = _update(context, {**content, "publication_base": made_from}, place)
    return {**updated["resources"][place], "publication": updated["publication"]}


@tk.chained_action
def resource_patch(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's resource_patch; of a public dataset the change is proposed."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = package_of(resource_id)
    if not is_public(package):
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
    package = package_of(resource_id)
    if not is_public(package):
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
    if not is_public(package):
        return original(context, data_dict)
    with state.showing_proposal(package.id):
        return original(context, data_dict)


#: The actions that read and save datasets and their resources.
ACTIONS: dict[str, Any] = {
    action.__name__: action
    for action in (
        package_create,
        package_update,
        package_patch,
        package_revise,
        package_show,
        resource_show,
        resource_create,
        resource_update,
        resource_patch,
        resource_delete,
        package_resource_reorder,
    )
}
