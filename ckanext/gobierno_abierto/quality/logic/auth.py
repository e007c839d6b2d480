"""Who may see and start the loading of a table."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

__all__ = ["quality_load_run", "quality_load_show"]


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
    return {"success": True}
