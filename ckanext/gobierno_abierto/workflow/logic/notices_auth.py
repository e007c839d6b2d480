"""Who may read notices: whoever has an account, and the actions give each their own only."""

from __future__ import annotations

from typing import Any

__all__ = ["publication_notice_list", "publication_notice_read"]


def publication_notice_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Whoever is signed in; CKAN refuses visitors before it asks."""
    return {"success": True}


def publication_notice_read(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Whoever is signed in; CKAN refuses visitors before it asks."""
    return {"success": True}
