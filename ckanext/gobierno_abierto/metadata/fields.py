"""Pure: reading a schema: its fields by name, their labels, their pages; and the files on disk, expanded as
ckanext-scheming expands them (for what runs without CKAN: documentation, tests)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

Field = Mapping[str, Any]
Schema = Mapping[str, Any]

#: The package that the folder `schemas/` is installed as.
PACKAGE = "ckanext.gobierno_abierto.schemas"
#: The schemas of datasets, in the order in which the portal shows them.
DATASET_TYPES = ("dataset", "estadistica", "medio_ambiente", "contratacion", "rendicion_cuentas", "tramite")
PRESET_FILES = ("presets.yaml", "presets_resource.yaml")


def text(labels: Any, lang: str = "es") -> str:
    """A `{es, en}` text in `lang`; a plain text as it is."""
    if isinstance(labels, Mapping):
        return str(labels.get(lang) or labels.get("es") or "")
    return str(labels or "")


def label(field: Field, lang: str = "es") -> str:
    """The field's name for people, or its technical name where the schema has none."""
    return text(field.get("label"), lang) or str(field.get("field_name", ""))


def subfields(field: Field) -> list[Field]:
    """The fields inside a repeating field."""
    return list(field.get("repeating_subfields", ()))


def by_name(fields: list[Field]) -> dict[str, Field]:
    """Fields by technical name."""
    return {field["field_name"]: field for field in fields}


def at(schema: Schema, key: tuple[Any, ...]) -> Field | None:
    """The field that a flattened key names: `("contact", 0, "email")`, `("resources", 2, "format")`, ...

    Keys of `extras` and of fields that the schema does not know give None.
    """
    if key and key[0] == "resources" and len(key) >= 3:
        fields, key = schema.get("resource_fields", ()), key[2:]
    else:
        fields = schema.get("dataset_fields") or schema.get("fields") or ()
    found = by_name(list(fields)).get(key[0]) if key else None
    if found is not None and len(key) == 3:
        return by_name(subfields(found)).get(key[2])
    return found if len(key) == 1 else None


def pages(schema: Schema) -> Iterator[tuple[Mapping[str, Any], list[Field]]]:
    """(page, its fields) of a dataset form, as ckanext-scheming divides it; one page without title if undivided."""
    page: Mapping[str, Any] = {}
    inside: list[Field] = []
    for field in schema["dataset_fields"]:
        if "start_form_page" in field and inside:
            yield page, inside
            inside = []
        page = field.get("start_form_page", page)
        inside.append(field)
    if inside:
        yield page, inside


def groups(fields: Sequence[Field]) -> Iterator[tuple[Mapping[str, str], list[Field]]]:
    """(title, fields) of the folded groups of a one-page form; the first, open group has an empty title."""
    title: Mapping[str, str] = {}
    inside: list[Field] = []
    for field in fields:
        if "form_group" in field and inside:
            yield title, inside
            inside = []
        title = field.get("form_group", title)
        inside.append(field)
    if inside:
        yield title, inside


@cache
def presets() -> Mapping[str, Field]:
    """The portal's presets by name."""
    found: dict[str, Field] = {}
    for name in PRESET_FILES:
        for preset in _read(name)["presets"]:
            found[preset["preset_name"]] = preset["values"]
    return found


@cache
def load(name: str) -> Schema:
    """The schema in `schemas/<name>.yaml` with its presets expanded.

    :raises FileNotFoundError: there is no such schema
    :raises KeyError: a field names a preset that the portal does not have
    """
    schema = dict(_read(f"{name}.yaml"))
    for grouping in ("fields", "dataset_fields", "resource_fields"):
        if grouping in schema:
            schema[grouping] = [_expand(field) for field in schema[grouping]]
    return schema


def _expand(field: Field) -> Field:
    expanded = {**presets()[field["preset"]], **field} if "preset" in field else dict(field)
    if "repeating_subfields" in expanded:
        expanded["repeating_subfields"] = [_expand(inner) for inner in expanded["repeating_subfields"]]
    return expanded


def _read(name: str) -> Any:
    return yaml.safe_load((resources.files(PACKAGE) / name).read_text(encoding="utf-8"))
