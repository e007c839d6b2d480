"""`sort=field asc, other desc` to ORDER BY. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadSort
from ..fields import EVERYTHING, INT, NGRAM, OPAQUE, field
from ..statements import filled, named_sql
from .conditions import Binds

_SQL = named_sql("orders.sql")
_PART = re.compile(r"(?P<field>\S+)\s+(?P<way>asc|desc)", re.IGNORECASE)
_COLUMNS = {
    "metadata_modified": "metadata_modified",
    "metadata_created": "metadata_created",
    "name": "name",
    "id": "id",
    "title_string": "title",
    "title": "title",
}
_MAX_KEYS = 10


@dataclass(frozen=True)
class Key:
    """One key of the order: a field (or `score`) and whether it goes down."""

    field: str
    down: bool


def keys(sort: str) -> list[Key]:
    """The keys of a sort parameter. Raises BadSort."""
    found = []
    for part in sort.split(","):
        match = _PART.fullmatch(part.strip())
        if not match:
            raise BadSort(
                value=part.strip(),
                expected=Fragment("escriba un campo y «asc» o «desc», por ejemplo «title_string asc»"),
            )
        name = match["field"]
        if "(" in name or "{" in name:
            raise BadSort(
                value=name, expected=Fragment("las funciones no se admiten; ordene por un campo o por «score»")
            )
        declared = field(name)
        declared_many = declared.many and name not in _COLUMNS and _known_many(name)
        if name != "score" and (declared.type in (EVERYTHING, NGRAM, OPAQUE) or declared_many):
            raise BadSort(value=name, expected=Fragment("ese campo puede tener varios valores o ninguno comparable"))
        found.append(Key(name, match["way"].lower() == "desc"))
    if len(found) > _MAX_KEYS:
        raise BadSort(value=sort[:80], expected=Fragment("como máximo {limit} campos", limit=_MAX_KEYS))
    return found


def _known_many(name: str) -> bool:
    """A field that is declared to have several values; one that nobody declared may well have a single one."""
    return field(name).stored or field(name).type != "string" or name == "permission_labels"


def order(found: list[Key], score: str | None, binds: Binds) -> str:
    """The SQL after ORDER BY; documents without a value come last, ties are settled by the document's key."""
    parts = []
    for key in found:
        way = "down" if key.down else "up"
        if key.field == "score":
            if score is not None:
                parts.append(filled(_SQL[way], value=score))
        elif key.field in _COLUMNS:
            parts.append(filled(_SQL[way], value=_SQL[_COLUMNS[key.field]]))
        else:
            kind = "number" if field(key.field).type == INT else "value"
            parts.append(filled(_SQL[way], value=filled(_SQL[kind], field=binds.add(key.field))))
    return ", ".join([*parts, _SQL["key"]])
