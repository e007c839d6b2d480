"""Runs a checked request on the index and gives the answer the shape that CKAN reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from .backend import Results
from .fields import DATE, field
from .fuzzy import expansions
from .query.conditions import Builder
from .query.functions import function
from .query.request import Request, wanted
from .query.score import score
from .query.sort import order
from .statements import filled, named_sql

_SQL = named_sql("queries.sql")
_FUNCTIONS = named_sql("functions.sql")
#: What is answered from columns; anything else comes out of `stored`.
_COLUMNS = ("id", "name", "index_id", "site_id", "data_dict", "validated_data_dict")
_MOST_ABSENT = 1000


def answer(connection: Connection, asked: Request, now: datetime, decode_dates: bool) -> Results:
    """The page, the count and the facets of `asked`. Raises QueryRefused; database errors pass."""
    trees = [asked.question, *asked.filters]
    known = expansions(connection, trees, asked.default)
    docs = _page(connection, asked, Builder(now, asked.default, known), decode_dates) if asked.rows else []
    hits, counts = _counts(connection, asked, Builder(now, asked.default, known), len(docs))
    if asked.facets.mincount == 0 and asked.facets.fields:
        _add_absent(connection, asked, Builder(now, asked.default, known), counts)
    facets = {name: [part for pair in counts.get(name, []) for part in pair] for name in asked.facets.fields}
    return Results(docs, hits, {"facet_fields": facets, "facet_queries": {}, "facet_ranges": {}} if facets else {})


def _page(connection: Connection, asked: Request, builder: Builder, decode_dates: bool) -> list[dict[str, Any]]:
    where = builder.where([asked.question, *asked.filters])
    with_score = "score" in asked.fields or any(key.field == "score" for key in asked.sort)
    points = _score(asked, builder) if with_score else None
    direct = [name for name in _COLUMNS if wanted(name, asked.fields)]
    columns = [f"d.{name}" for name in direct]
    if any(name not in (*_COLUMNS, "score") for name in asked.fields):
        columns.append("d.stored")
    columns.append(f"{points or '1.0'} AS score")
    statement = filled(
        _SQL["page"],
        columns=", ".join(columns),
        where=where,
        order=order(list(asked.sort), points, builder.binds),
    )
    values = {**builder.binds.values, "rows": asked.rows, "start": asked.start}
    return [_doc(row, asked.fields, decode_dates) for row in connection.execute(sa.text(statement), values)]


def _score(asked: Request, builder: Builder) -> str | None:
    points = score(asked.question, builder)
    for text in asked.additions:
        value = function("bf", text, builder.binds, builder.now)
        points = filled(_FUNCTIONS["added"], score=f"({points or '1.0'})", value=value)
    for text in asked.factors:
        value = function("boost", text, builder.binds, builder.now)
        points = filled(_FUNCTIONS["multiplied"], score=f"({points or '1.0'})", value=value)
    return points


def _doc(row: Row[Any], fields: Sequence[str], decode_dates: bool) -> dict[str, Any]:
    """One document with the fields that fl asks for; fields without a value are left out, as Solr does."""
    columns = row._asdict()
    points = columns.pop("score")
    stored = json.loads(columns.pop("stored", None) or "{}")
    found = {name: value for name, value in stored.items() if wanted(name, fields)}
    found.update({name: value for name, value in columns.items() if value is not None})
    if decode_dates:
        found.update({name: _moment(value) for name, value in found.items() if field(name).type == DATE})
    if "score" in fields:
        found["score"] = float(points)
    return found


def _moment(text: str) -> datetime:
    """A stored date as pysolr gives it: naive, in UTC, whole seconds."""
    return datetime.fromisoformat(text[:19])


def _counts(
    connection: Connection, asked: Request, builder: Builder, page: int
) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """How many match, and for each facet its (value, documents)."""
    if not asked.facets.fields:
        if asked.rows and asked.start == 0 and page < asked.rows:
            return page, {}
        where = builder.where([asked.question, *asked.filters])
        statement = sa.text(filled(_SQL["count"], where=where))
        return connection.execute(statement, builder.binds.values).scalar_one(), {}
    where = builder.where([asked.question, *asked.filters])
    values = {
        **builder.binds.values,
        "facet_fields": list(asked.facets.fields),
        "facet_limit": asked.facets.limit,
        "mincount": asked.facets.mincount,
    }
    hits = 0
    counts: dict[str, list[tuple[str, int]]] = {}
    for name, value, documents, _place in connection.execute(sa.text(filled(_SQL["facets"], where=where)), values):
        if name is None:
            hits = documents
        else:
            counts.setdefault(name, []).append((value, documents))
    return hits, counts


def _add_absent(
    connection: Connection, asked: Request, builder: Builder, counts: dict[str, list[tuple[str, int]]]
) -> None:
    """facet.mincount=0: values that no match has, out of what the reader may see at all."""
    where = builder.where(asked.visibility)
    values = {**builder.binds.values, "facet_fields": list(asked.facets.fields), "most": _MOST_ABSENT}
    absent: Iterable[Any] = connection.execute(sa.text(filled(_SQL["absent_values"], where=where)), values)
    for name, value in absent:
        listed = counts.setdefault(name, [])
        room = asked.facets.limit < 0 or len(listed) < asked.facets.limit
        if room and value not in {known for known, _ in listed}:
            listed.append((value, 0))
