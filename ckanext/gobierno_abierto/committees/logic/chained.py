"""CKAN's organization actions with our check in front: nobody chooses the committee that will review them."""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk

from ...common.errors import Fragment, as_ckan
from .. import directory, guarded
from ..errors import CommitteeInUse, GuardedField


@tk.chained_action
def organization_create(up_func: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's organization_create; only a portal administrator makes a committee or puts an entity under one."""
    _refuse_change(context, {}, data_dict)
    return up_func(context, data_dict)


@tk.chained_action
def organization_update(up_func: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's organization_update; for anybody but a portal administrator the guarded fields stay as they are."""
    found = directory.organization(str(data_dict.get("id") or ""))
    if found is None:
        return up_func(context, data_dict)
    current = directory.as_dict(found)
    _refuse_change(context, current, data_dict)
    # An update leaves out what it does not say: a guarded field is kept.
    for name in guarded.GUARDED:
        if not guarded.said(name, data_dict) and current.get(name) and not _may(context):
            data_dict[name] = current[name]
    new_name = data_dict.get("name")
    if current.get("kind") == "comite" and new_name not in (None, found.name):
        count = len(directory.entities_of(found.name))
        if count:
            raise as_ckan(CommitteeInUse(field="name", name=found.name, count=count))
    return up_func(context, data_dict)


def _may(context: Any) -> bool:
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user"))


def _refuse_change(context: Any, current: dict[str, Any], sent: dict[str, Any]) -> None:
    if _may(context):
        return
    for name in guarded.changed(current, sent):
        label = guarded.GUARDED.get(name, Fragment("Dirección web"))
        value = ", ".join(guarded.values(name, current)) or Fragment("vacío")
        raise as_ckan(GuardedField(field=name, label=label, current=value))
