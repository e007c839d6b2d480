"""Who may ask for scores: everybody, since they are of public data."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

__all__ = ["quality_overview", "quality_score_show"]


@tk.auth_allow_anonymous_access
def quality_score_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody; what is not public has no score."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def quality_overview(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody."""
    return {"success": True}
