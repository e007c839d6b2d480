"""Who may see, treat, declare and judge columns with personal data."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ...common.roles import ACTING, coordinates, standing_of
from .. import reports
from ..reading_reports import insider

__all__ = [
    "quality_personal_data_declare",
    "quality_personal_data_decide",
    "quality_personal_data_mask",
    "quality_personal_data_show",
    "quality_personal_data_undeclare",
]


def package_of(resource_id: str) -> Any:
    """The dataset of a resource, of one that is only proposed too; None when there is none."""
    if not resource_id or "\x00" in resource_id:
        return None
    resource = model.Session.get(model.Resource, resource_id)
    if resource is not None and resource.state == "active":
        package_id = resource.package_id
    else:
        # A resource that was removed keeps its row in CKAN; its reports are gone.
        package_id = next((row.package_id for row in reports.of_resource(resource_id)), None)
    found = model.Package.get(package_id) if package_id else None
    return found if found is not None and found.state != "deleted" else None


def knows(user: Any, package: Any) -> bool:
    """Whether this user may know what the check found: the entity, its committees, collaborators, coordinators."""
    return user is not None and (coordinates(user) or insider(user.name, package.id))


def judges(user: Any, package: Any) -> bool:
    """Whether this user may judge legal bases of the dataset's entity, four eyes aside: never one of its writers."""
    if user is None or user.state != "active":
        return False
    if user.sysadmin:
        return True
    standing = standing_of(user.id, package.owner_org or "")
    return standing.role not in ACTING and (standing.reviews or coordinates(user))


def writes(user: Any, package: Any) -> bool:
    """Whether this user may write the dataset."""
    if user is None:
        return False
    try:
        return bool(tk.check_access("package_update", {"user": user.name}, {"id": package.id}))
    except tk.NotAuthorized:
        return False


def _person(context: Context) -> Any:
    name = context.get("user")
    return model.User.get(name) if name else None


def _answer(allowed: bool, message: str) -> AuthResult:
    return {"success": True} if allowed else {"success": False, "msg": message}


def quality_personal_data_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The dataset's entity, its committees, collaborators who may write it, and the coordinators."""
    package = package_of(str(data_dict.get("id") or ""))
    allowed = package is not None and knows(_person(context), package)
    return _answer(allowed, tk._("Solo la entidad que publica el conjunto y quienes lo revisan ven estas columnas."))


def quality_personal_data_mask(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Who may write the dataset."""
    package = package_of(str(data_dict.get("id") or ""))
    allowed = package is not None and writes(_person(context), package)
    return _answer(allowed, tk._("Solo quien puede editar el conjunto decide sobre sus columnas."))


quality_personal_data_declare = quality_personal_data_mask
quality_personal_data_undeclare = quality_personal_data_mask


def quality_personal_data_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """A reviewer of the entity or a coordinator, who does not write for it; four eyes are the action's."""
    package = package_of(str(data_dict.get("id") or ""))
    allowed = package is not None and judges(_person(context), package)
    return _answer(
        allowed, tk._("Sobre una base legal decide quien revisa a la entidad, y nunca quien publica en su nombre.")
    )
