"""Who may see and start the check of a file and the loading of its table."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ..reading_reports import insider

__all__ = ["quality_check_run", "quality_load_run", "quality_load_show", "quality_report_show"]


@tk.auth_allow_anonymous_access
def quality_report_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the resource; what waits beside it is for its entity and reviewers (the action sees to that)."""
    if insider(context.get("user"), str(data_dict.get("package_id") or "")):
        return {"success": True}
    return _as("resource_show", context, data_dict)


def quality_check_run(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the dataset."""
    return _as("package_update", context, {"id": data_dict.get("package_id") or data_dict.get("id")})


@tk.auth_allow_anonymous_access
def quality_load_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the resource."""
    return _as("resource_show", context, data_dict)


def quality_load_run(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the resource."""
    return _as("resource_update", context, data_dict)


def _as(name: str, context: Context, data_dict: dict[str, Any]) -> AuthResult:
    try:
        tk.check_access(name, context, {"id": data_dict.get("id")})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    except tk.ObjectNotFound:
        return {"success": False, "msg": tk._("No existe, o no puede verlo.")}
    return {"success": True}
