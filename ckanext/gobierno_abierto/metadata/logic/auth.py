"""Who may read vocabularies: everybody."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


@tk.auth_allow_anonymous_access
def metadata_vocabulary_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Anyone."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def metadata_vocabulary_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Anyone."""
    return {"success": True}
