"""Template helpers of the loader: see docs/developers/files.md."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import g, has_app_context

__all__ = ["ga_load_status"]


def ga_load_status(resource: dict[str, Any]) -> dict[str, Any] | None:
    """The state of a resource's table, or None when there is nothing to say; asked once per request and resource."""
    if not resource or not resource.get("id"):
        return None
    known: dict[str, Any] = g.setdefault("gobierno_abierto_load_status", {}) if has_app_context() else {}
    if resource["id"] not in known:
        try:
            known[resource["id"]] = tk.get_action("quality_load_show")({}, {"id": resource["id"]})
        except (tk.NotAuthorized, tk.ObjectNotFound):
            known[resource["id"]] = {"status": "none"}
    found = known[resource["id"]]
    return None if found["status"] == "none" else found
