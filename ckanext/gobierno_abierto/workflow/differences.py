"""The answer of publication_diff as pages show it: labels and words of the schema, files with their downloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from . import people, readable, records
from .page_values import field_label, lang
from .revisions import FILE_FIELDS

#: Fields that say nothing to a person.
SILENT = frozenset(["id", "type", "url_type"])


def between(context: Any, package: Any, **asked: str) -> dict[str, Any]:
    """publication_diff of a dataset (`from_revision` and `to_revision` as it takes them), made readable."""
    found = tk.get_action("publication_diff")(context, {"id": package.id, **asked})
    return readable_difference(found, package.type, package.id)


def content_of(revision: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of publication_revision_show for a page: `{revision, content, schema, files}`.

    `files` is resource id to `{filename, size, sha256, url}` of the uploaded ones.
    """
    content = revision["content"]
    return {
        "revision": revision,
        "content": content,
        "schema": tk.h.scheming_get_dataset_schema(content.get("type") or "dataset"),
        "files": {one["resource_id"]: one for one in revision["files"]},
    }


def readable_difference(found: Mapping[str, Any], dataset_type: str, package_id: str) -> dict[str, Any]:
    """`{from, to, fields: [{field, label, change, items}], resources: [...]}`.

    A resource is `{id, name, change, position, fields, file, table}`; its `file` is None or
    `{old, new: {url, filename} or None, facts: [{label, old, new}]}`.
    """
    schema = tk.h.scheming_get_dataset_schema(dataset_type) or {}
    versions = {side: _files(found[key]) for side, key in (("old", "from"), ("new", "to"))}
    return {
        "from": found["from"],
        "to": found["to"],
        "fields": _fields(schema, found["fields"], resource=False),
        "resources": [
            {
                **one,
                "fields": _fields(schema, one["fields"], resource=True),
                "file": _file(one["id"], one["file"], versions, package_id) if one["file"] else None,
            }
            for one in found["resources"]
        ],
    }


def _files(revision: Mapping[str, Any] | None) -> dict[str, Any]:
    """Resource id to row of publication_file of a revision (as revision_dict gives it)."""
    kept = records.revision(revision["id"]).files if revision else {}
    rows = {row.id: row for row in records.rows("files", ids=list(kept.values()))}
    return {resource_id: rows[file_id] for resource_id, file_id in kept.items() if file_id in rows}


def _fields(schema: Mapping[str, Any], changes: Iterable[Mapping[str, Any]], *, resource: bool) -> list[dict[str, Any]]:
    """In the schema's order; what it does not know comes last."""
    place = readable.order_of(schema, resource=resource)
    shown = [_field(schema, change, resource) for change in changes if change["field"] not in SILENT]
    return sorted(shown, key=lambda one: place(one["field"]))


def _field(schema: Mapping[str, Any], change: Mapping[str, Any], resource: bool) -> dict[str, Any]:
    name = change["field"]
    field = readable.field_of(schema, name, resource=resource)
    if name == "owner_org":
        change = {**change, "old": _organization(change["old"]), "new": _organization(change["new"]), "text": []}
    return {
        "field": name,
        "label": field_label(schema, name, resource=resource),
        "change": change["change"],
        "items": readable.changed_items(field, change, lang()),
    }


def _organization(reference: str | None) -> str | None:
    return people.organization_title(reference) if reference else None


def _file(resource_id: str, sides: Mapping[str, Any], versions: Mapping[str, Any], package_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for side in ("old", "new"):
        version = versions[side].get(resource_id) if sides[side] else None
        found[side] = {"url": file_url(package_id, version.id), "filename": version.filename} if version else None
    labels = _file_labels()
    found["facts"] = [
        {"label": labels[name], **{side: _fact(name, sides[side] or {}) for side in ("old", "new")}}
        for name in FILE_FIELDS
        if name in labels and any((sides[side] or {}).get(name) for side in ("old", "new"))
    ]
    return found


def file_url(package_id: str, file_id: str) -> str:
    """Address of one file version."""
    return str(tk.h.url_for("ga_publication.file", id=package_id, file_id=file_id))


def _file_labels() -> dict[str, str]:
    return {
        "url": tk._("Dirección o nombre"),
        "format": tk._("Formato"),
        "size": tk._("Tamaño"),
        "hash": tk._("Suma de verificación"),
    }


def _fact(name: str, file: Mapping[str, Any]) -> str:
    value = file.get(name)
    if value in (None, ""):
        return ""
    if name == "size" and str(value).isdecimal():
        return str(tk.h.localised_filesize(int(value)))
    if name == "url" and file.get("url_type") == "upload":
        # The address of an upload never changes; its name may.
        return str(value).rpartition("/")[2]
    return str(value)
