"""Who may read about organizations and committees: everybody; what each may learn is decided inside."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


@tk.auth_allow_anonymous_access
def committee_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Anyone."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def committee_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Anyone."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def organization_overview(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Anyone; drafts and private datasets are counted for the organization's members only."""
    return {"success": True}
