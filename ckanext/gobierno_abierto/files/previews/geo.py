"""The map preview: where its features come from, and in which columns of a table the coordinates are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from .base import columns, sample

MAX_POINTS = 5_000
POPUP_COLUMNS = 8
_LATITUDE = re.compile(r"^(lat|latitud|latitude|lat_\w+|latitud_\w+|y|coord_?y)$", re.I)
_LONGITUDE = re.compile(r"^(lon|lng|long|longitud|longitude|lon_\w+|longitud_\w+|x|coord_?x)$", re.I)
NUMBERS = frozenset(["int4", "int8", "numeric", "float8", "int"])


def coordinates(fields: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> tuple[str, str] | None:
    """(latitude column, longitude column) of a table, or None.

    By their names and types, and by the first rows: metres of a projection (UTM) are called x and y too.
    """
    numbers = [field["id"] for field in fields if field["type"] in NUMBERS]
    latitude = next((name for name in numbers if _LATITUDE.match(name)), None)
    longitude = next((name for name in numbers if _LONGITUDE.match(name)), None)
    if not latitude or not longitude:
        return None
    pairs = [(row.get(latitude), row.get(longitude)) for row in rows]
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    degrees = sum(abs(a) <= 90 and abs(b) <= 180 for a, b in known)
    return (latitude, longitude) if known and degrees * 2 > len(known) else None


def is_geojson(resource: dict[str, Any]) -> bool:
    """Whether the file itself is what the map draws."""
    return str(resource.get("format") or "").lower() == "geojson" and bool(resource.get("url"))


def can_view(resource: dict[str, Any]) -> bool:
    """GeoJSON that is here, or behind CKAN's proxy; a table with coordinates."""
    if is_geojson(resource):
        return resource.get("url_type") == "upload" or p.plugin_loaded("resource_proxy")
    if not resource.get("datastore_active"):
        return False
    try:
        return coordinates(columns(resource["id"]), sample(resource["id"])) is not None
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return False


def variables(resource: dict[str, Any], package: dict[str, Any]) -> dict[str, Any]:
    """What the map's script needs, as one dictionary."""
    settings: dict[str, Any] = {
        "outlines": tk.h.url_for_static("/gobierno_abierto/bolivia.json"),
        "tiles": tk.config.get("gobierno_abierto.files.map_tiles", ""),
        "attribution": tk.config.get("gobierno_abierto.files.map_attribution", ""),
    }
    limit = int(tk.config.get("gobierno_abierto.files.map_max_mb", 10))
    if is_geojson(resource):
        if int(resource.get("size") or 0) > limit << 20:
            return {"map": None, "limit": limit}
        uploaded = resource.get("url_type") == "upload"
        proxy = {"id": package.get("name"), "resource_id": resource["id"]}
        settings["geojson"] = resource["url"] if uploaded else tk.h.url_for("resource_proxy.proxy_view", **proxy)
        return {"map": settings, "limit": limit}
    fields = columns(resource["id"]) if resource.get("datastore_active") else []
    found = coordinates(fields, sample(resource["id"])) if fields else None
    if not found:
        return {"map": None, "limit": limit}
    names = [field for field in fields if field["id"] not in found][:POPUP_COLUMNS]
    settings["points"] = {
        "url": tk.h.url_for("api.action", ver=3, logic_function="datastore_search"),
        "resource": resource["id"],
        "latitude": found[0],
        "longitude": found[1],
        "columns": [field["id"] for field in names],
        "labels": {field["id"]: field["label"] for field in names},
        "limit": MAX_POINTS,
    }
    return {"map": settings, "limit": limit}
