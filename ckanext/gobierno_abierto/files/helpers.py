"""Template helpers of the files: see docs/developers/files.md."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from .formats import registry
from .intake import readable
from .tables import TooManyRows, check_fits, filename

_TABLES = (("CSV", "csv"), ("XLSX", "xlsx"), ("JSON", "json"))


def _label(extension: str) -> str:
    return {
        "csv": tk._("Tabla en CSV"),
        "xlsx": tk._("Tabla en Excel (XLSX)"),
        "json": tk._("Tabla en JSON"),
    }[extension]


def ga_downloads(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """What a reader can download of a resource, best first (docs/developers/files.md lists the keys)."""
    found: list[dict[str, Any]] = []
    if resource.get("url") and resource.get("url_type") != "datastore":
        found.append(_original(resource))
    if resource.get("datastore_active") and p.plugin_loaded("datastore"):
        found += [_table(resource, format_name, extension) for format_name, extension in _TABLES]
    return found


def _original(resource: dict[str, Any]) -> dict[str, Any]:
    uploaded = resource.get("url_type") == "upload"
    name = str(resource["url"]).rstrip("/").rpartition("/")[2]
    return {
        "kind": "original" if uploaded else "link",
        "format": str(resource.get("format") or "").strip() or tk._("Archivo"),
        "label": tk._("Archivo original") if uploaded else tk._("Enlace a otro sitio"),
        "url": resource["url"],
        "size": _size(resource),
        "filename": name if uploaded else None,
        "external": not uploaded,
        "limit": None,
    }


def _size(resource: dict[str, Any]) -> int | None:
    try:
        return int(resource["size"])
    except (KeyError, TypeError, ValueError):
        return None


def _table(resource: dict[str, Any], format_name: str, extension: str) -> dict[str, Any]:
    return {
        "kind": "table",
        "format": format_name,
        "label": _label(extension),
        "url": tk.h.url_for(
            "gobierno_abierto_files.table",
            id=resource.get("package_id") or "_",
            resource_id=resource["id"],
            extension=extension,
        ),
        "size": None,
        "filename": filename(resource, extension),
        "external": False,
        "limit": _too_large(resource) if extension == "xlsx" else None,
    }


def _too_large(resource: dict[str, Any]) -> str | None:
    status = tk.h.ga_load_status(resource) if "ga_load_status" in tk.h else None
    if not status or not status.get("rows"):
        return None
    try:
        check_fits(status["rows"], status.get("columns") or 0)
    except TooManyRows as problem:
        return problem.message
    return None


def ga_file_size(size: Any) -> str:
    """`20 MB` for a number of bytes; `""` when it is none."""
    try:
        return readable(int(size))
    except (TypeError, ValueError):
        return ""


def ga_upload_accept() -> str:
    """The `accept` attribute of the upload field: every extension that is taken."""
    return ",".join(f".{extension}" for extension in registry().by_extension)


def ga_upload_limit() -> int:
    """Largest file in bytes that may be uploaded."""
    return int(tk.config["ckan.max_resource_size"]) << 20
