"""The record of what the seed last wrote, in two small tables of its own (see records.sql)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common.sql import named_statements
from .threeway import Record

_STATEMENTS = Path(__file__).with_name("records.sql")


def _run(statement: str, **bound: Any) -> Any:
    return model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)


def object_id(kind: str, name: str) -> str | None:
    """Id of the object that the seed made or found for this name; None if it never did."""
    row = _run("object_id", kind=kind, name=name).first()
    return str(row.object_id) if row else None


def fields(kind: str, name: str) -> dict[str, Record]:
    """What the seed last did to each field of an object."""
    return {row.field: Record(row.wanted, row.stored) for row in _run("fields", kind=kind, name=name)}


def save(kind: str, name: str, found_id: str, values: Mapping[str, Record]) -> None:
    """Remember an object and what was done to these fields of it; the others stay as they were."""
    _run("save_object", kind=kind, name=name, object_id=found_id)
    for field, record in values.items():
        _run(
            "save_field",
            kind=kind,
            name=name,
            field=field,
            wanted=json.dumps(record.wanted, ensure_ascii=False, default=str),
            stored=json.dumps(record.stored, ensure_ascii=False, default=str),
        )
