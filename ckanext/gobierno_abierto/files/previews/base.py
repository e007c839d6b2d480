"""What the previews share: plain HTML made by the server, inside the resource's page, that asks no other host."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import Context
from flask import has_request_context


class Preview(p.SingletonPlugin):
    """A CKAN resource view; a subclass says its name, titles and what it can show."""

    p.implements(p.IConfigurer)
    p.implements(p.IResourceView, inherit=True)

    view_name = ""
    needs_table = False
    icon = "table"
    form = "previews/plain_form.html"

    def update_config(self, config: CKANConfig) -> None:
        """Templates and public files beside this module."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def title(self) -> str:
        """The view's name for a reader."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Fields of the view's form."""
        return {}

    def info(self) -> dict[str, Any]:
        """What CKAN asks of a view."""
        return {
            "name": self.view_name,
            "title": self.title(),
            "default_title": self.title(),
            "icon": self.icon,
            "schema": self.schema(),
            "requires_datastore": self.needs_table,
            "iframed": False,
            "filterable": False,
            "always_available": False,
            "preview_enabled": False,
        }

    def view_template(self, context: Context, data_dict: dict[str, Any]) -> str:
        return f"previews/{self.view_name.rpartition('_')[2]}.html"

    def form_template(self, context: Context, data_dict: dict[str, Any]) -> str:
        return self.form


def has_table(data_dict: dict[str, Any]) -> bool:
    """Whether the resource's table is in the DataStore."""
    return bool(data_dict["resource"].get("datastore_active"))


def columns(resource_id: str) -> list[dict[str, Any]]:
    """The table's columns with `id`, `type` and `label` (from the data dictionary), without CKAN's own."""
    found = search(resource_id, limit=0)
    info = {
        field["id"]: field.get("info") or {}
        for field in tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource_id}).get("fields", [])
    }
    return [
        {"id": field["id"], "type": field["type"], "label": info.get(field["id"], {}).get("label") or field["id"]}
        for field in found["fields"]
        if not field["id"].startswith("_")
    ]


def search(resource_id: str, **values: Any) -> dict[str, Any]:
    """datastore_search with the reader's permissions; a background job has no reader, only views to make."""
    context: Any = {"user": tk.current_user.name} if has_request_context() else {"ignore_auth": True}
    return tk.get_action("datastore_search")(context, {"resource_id": resource_id, **values})


def sample(resource_id: str, rows: int = 300) -> list[dict[str, Any]]:
    """The first rows of a table: enough to see what its columns are like."""
    return search(resource_id, limit=rows, include_total=False)["records"]
