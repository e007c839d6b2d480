"""Pure: the data dictionary of a resource as the form keeps it, as the checks take it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .facts import DictionaryField


def fields_of(columns: Any) -> list[DictionaryField] | None:
    """The described columns; None when nothing is described. `columns` is a list of dicts, or its JSON."""
    if isinstance(columns, str):
        try:
            columns = json.loads(columns)
        except ValueError:
            return None
    if not isinstance(columns, list):
        return None
    found = [_field(entry) for entry in columns if isinstance(entry, Mapping) and entry.get("name")]
    return found or None


def _field(entry: Mapping[str, Any]) -> DictionaryField:
    return DictionaryField(
        name=_text(entry.get("name")),
        label=_text(entry.get("title") or entry.get("label")),
        description=_text(entry.get("description")),
        type=_text(entry.get("type")),
    )


def _text(value: Any) -> str:
    """A text, or the Spanish of one in several languages."""
    if isinstance(value, Mapping):
        value = value.get("es") or next(iter(value.values()), "")
    return str(value or "")
