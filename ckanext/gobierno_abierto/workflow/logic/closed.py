"""CKAN's doors that stay closed on a public dataset: each refusal says what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ...common.clock import now
from ...common.errors import as_ckan
from .. import doors, records, state
from ..case import user_of
from ..definition import governed
from .action import edge
from .chained import is_public, package_of

Action = Callable[[Any, dict[str, Any]], Any]


@tk.chained_action
def package_delete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_delete; a public dataset is withdrawn instead, which leaves a tombstone."""
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is not None:
        tk.check_access("package_delete", context, {"id": package.id})
        with edge():
            records.lock_package(package.id)
    if package is not None and is_public(package):
        raise as_ckan(doors.refused_delete(package))
    if package is not None and not state.publishing() and governed(package.type):
        _end_run(package)
    return original(context, data_dict)


def _end_run(package: Any) -> None:
    """A draft that is deleted waits for nobody; CKAN's delete commits."""
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
    if is_public(package) and package.owner_org != data_dict.get("organization_id"):
        with edge():
            doors.check_transfer(package, user_of(context), context)
    return original(context, data_dict)


def _ending(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        group = model.Group.get(str(data_dict.get("id") or ""))
        if group is not None:
            tk.check_access(name, context, data_dict)
            with edge():
                doors.check_end_of_group(group)
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; what has public datasets stays."
    return guarded


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
        if is_public(package) and not context.get("defer_commit"):
            tk.check_access(name, context, data_dict)
            raise as_ckan(doors.refused_membership(package))
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; the groups of a public dataset change by a proposal."
    return guarded


member_create = _membership("member_create")
member_delete = _membership("member_delete")


def _group(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        if data_dict.get("packages") is None:
            return original(context, data_dict)
        tk.check_access(name, context, data_dict)
        group = model.Group.get(str(data_dict.get("id") or ""))
        for package in doors.moved_packages(group, data_dict["packages"]):
            if is_public(package):
                raise as_ckan(doors.refused_membership(package))
            # A list of datasets asks for no permission on them in CKAN.
            tk.check_access("package_update", tk.fresh_context(context), {"id": package.id})
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name}; the public datasets of a group change by a proposal of each."
    return guarded


@tk.chained_action
def tag_delete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's tag_delete (sysadmins); a tag that a public dataset has stays until a proposal takes it out."""
    tag = model.Tag.get(str(data_dict.get("id") or ""), data_dict.get("vocabulary_id"))
    for package in tag.packages if tag is not None else []:
        if is_public(package):
            tk.check_access("tag_delete", context, data_dict)
            raise as_ckan(doors.refused_tag(package))
    return original(context, data_dict)


def _relationship(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        for key in ("subject", "object"):
            package = model.Package.get(str(data_dict.get(key) or ""))
            if package is not None and governed(package.type):
                # CKAN's permission to delete a relation looks at the relation, which its action has not found yet.
                tk.check_access("package_relationship_create", context, data_dict)
                raise as_ckan(doors.refused_relationship(name))
        return original(context, data_dict)

    guarded.__name__ = name
    guarded.__doc__ = f"CKAN's {name} is closed for the portal's datasets."
    return guarded


package_relationship_create = _relationship("package_relationship_create")
package_relationship_update = _relationship("package_relationship_update")
package_relationship_delete = _relationship("package_relationship_delete")


def _datastore(name: str) -> Action:
    @tk.chained_action
    def guarded(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        with edge():
            doors.check_table(name, context, data_dict, package_of)
        if name == "datastore_records_delete":
            # CKAN's own asks through datastore_delete, which its check of forgotten permissions does not count.
            tk.check_access(name, context, data_dict)
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
        package_delete,
        dataset_purge,
        package_owner_org_update,
        *(_ending(name) for name in ("organization_delete", "organization_purge", "group_delete", "group_purge")),
        bulk_update_public,
        bulk_update_private,
        bulk_update_delete,
        member_create,
        member_delete,
        package_relationship_create,
        package_relationship_update,
        package_relationship_delete,
        *(_views(name) for name in VIEWS),
        *(_group(name) for name in ("group_create", "group_update", "organization_create")),
        tag_delete,
    )
}


def actions() -> dict[str, Any]:
    """The closed doors of this installation; the DataStore's where it is loaded."""
    found = dict(ACTIONS)
    if p.plugin_loaded("datastore"):
        found.update({name: _datastore(name) for name in DATASTORE})
    return found
