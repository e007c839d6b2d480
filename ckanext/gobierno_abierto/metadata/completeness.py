"""Pure: what a description still lacks, and how complete it is.

Weights: a field asked for at publication counts 3, a recommended one 1, any other nothing. Fields of a resource
are averaged over the resources, so that ten described files weigh as much as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .fields import Field, Schema, pages

REQUIRED_WEIGHT, RECOMMENDED_WEIGHT = 3, 1
#: The licence that says that there is none.
NO_LICENCE = "notspecified"


@dataclass(frozen=True)
class MissingField:
    """A field that publication asks for and the dataset lacks.

    `page` is the form page (from 1), 0 for the resource form; `resource` the resource's id, or its place (from 1)
    when it has no id yet; None for the dataset's own fields.
    """

    name: str
    label: Mapping[str, str]
    page: int
    resource: str | int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For an API answer."""
        return {"field": self.name, "label": dict(self.label), "page": self.page, "resource": self.resource}


def is_filled(field: Field, data: Mapping[str, Any]) -> bool:
    """Whether `data` says something in this field."""
    name = field["field_name"]
    if name == "tag_string":
        return bool(data.get("tags") or str(data.get("tag_string") or "").strip())
    value = data.get(name)
    if "repeating_subfields" in field:
        return any(any(_something(inner) for inner in item.values()) for item in value or [] if isinstance(item, dict))
    return _something(value) and not (name == "license_id" and value == NO_LICENCE)


def _something(value: Any) -> bool:
    """Anything but nothing: 0 is something."""
    if value is None or value is False:
        return False
    return bool(str(value).strip()) and value not in ([], {}, "[]")


def missing_for_publication(schema: Schema, data: Mapping[str, Any]) -> list[MissingField]:
    """The fields that publication asks for and `data` (as package_show returns it) lacks, in the form's order.

    A dataset without any resource misses the field `resources`.
    """
    missing = [
        MissingField(field["field_name"], _labels(field), number)
        for number, (_, fields) in enumerate(pages(schema), 1)
        for field in fields
        if field.get("required_for_publication") and not is_filled(field, data)
    ]
    resources = data.get("resources") or []
    if not resources:
        missing.append(MissingField("resources", {"es": "Archivos o enlaces", "en": "Files or links"}, 0))
    for place, resource in enumerate(resources, 1):
        missing += [
            MissingField(field["field_name"], _labels(field), 0, resource.get("id") or place)
            for field in schema.get("resource_fields", ())
            if field.get("required_for_publication") and not is_filled(field, resource)
        ]
    return missing


def completeness(schema: Schema, data: Mapping[str, Any]) -> float:
    """Percentage (0-100, one decimal) of the weighted fields that are filled."""
    total = filled = 0.0
    for field in schema["dataset_fields"]:
        weight = _weight(field)
        total += weight
        filled += weight * is_filled(field, data)
    resources = data.get("resources") or []
    for field in schema.get("resource_fields", ()):
        weight = _weight(field)
        total += weight
        if resources:
            filled += weight * sum(is_filled(field, resource) for resource in resources) / len(resources)
    return round(100 * filled / total, 1) if total else 100.0


def _weight(field: Field) -> int:
    if field.get("required") or field.get("required_for_publication"):
        return REQUIRED_WEIGHT
    return RECOMMENDED_WEIGHT if field.get("recommended") else 0


def _labels(field: Field) -> Mapping[str, str]:
    label = field.get("label") or field["field_name"]
    return label if isinstance(label, Mapping) else {"es": str(label), "en": str(label)}
