"""From the document that CKAN hands to its search engine to one row of the index. Pure.

CKAN's dict is flat: field -> value or list of values, plus two JSON strings (`data_dict`, `validated_data_dict`).
Extensions add what they like (scheming: lists, JSON lists in a string, dicts); every shape is accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .analysis import fold
from .fields import COPIES, DATE, INT, NGRAM, OPAQUE, STRING, TEXT, Field, field
from .query.dates import normalized
from .vectors import Vector

#: Whole values longer than this are not matched as such (their words still are, where the field has words).
MAX_VALUE = 4_000
#: Text values up to this length can be sorted and compared as a whole too.
MAX_TEXT_VALUE = 300
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Document:
    """A row of the index; the names are the columns of `gobierno_abierto_search_document`."""

    index_id: str
    id: str
    site_id: str
    name: str | None
    state: str | None
    capacity: str | None
    permission_labels: list[str]
    metadata_created: str | None
    metadata_modified: str | None
    title_sort: str | None
    fields: str
    text_search: str
    field_search: str
    title_folded: str
    stored: str
    data_dict: str | None
    validated_data_dict: str | None


def document(source: Mapping[str, Any]) -> Document:
    """The row for CKAN's document `source`.

    Raises ValueError when `index_id`, `id` or `site_id` is missing: nothing could find or replace such a row.
    """
    values = {name: list(_values(field(name), raw)) for name, raw in source.items() if raw is not None}
    for target, origins in COPIES.items():
        values.setdefault(target, [value for origin in origins for value in values.get(origin, [])])
    missing = [name for name in ("index_id", "id", "site_id") if not values.get(name)]
    if missing:
        raise ValueError(f"a document needs {', '.join(missing)}")

    def first(name: str) -> str | None:
        return next(iter(values.get(name, [])), None)

    words, by_field = _vectors(values, _context_titles(first("data_dict")))
    title = first("title_string") or first("title") or ""
    return Document(
        index_id=values["index_id"][0],
        id=values["id"][0],
        site_id=values["site_id"][0],
        name=first("name"),
        state=first("state"),
        capacity=first("capacity"),
        permission_labels=values.get("permission_labels", []),
        metadata_created=first("metadata_created"),
        metadata_modified=first("metadata_modified"),
        title_sort=fold(title).strip()[:200] or None,
        fields=_json(_whole_values(values)),
        text_search=words,
        field_search=by_field,
        title_folded=fold(first("title") or ""),
        stored=_json(_stored(source, values)),
        data_dict=first("data_dict"),
        validated_data_dict=first("validated_data_dict"),
    )


def _values(declared: Field, raw: Any) -> Iterator[str]:
    """The values of one field as clean strings; dates and numbers in the form that they are compared in."""
    for value in _flat(raw, expand=declared.type == STRING):
        text = _NOT_STORABLE.sub("", value)
        if declared.type == DATE:
            moment = normalized(text)
            if moment:
                yield moment
        elif declared.type == INT:
            if re.fullmatch(r"[+-]?\d{1,18}", text):
                yield str(int(text))
        elif text:
            yield text


def _flat(raw: Any, expand: bool) -> Iterator[str]:
    """Every plain value in `raw`; a JSON list in a string counts as the list where values are matched whole."""
    if isinstance(raw, bool):
        yield "true" if raw else "false"
    elif isinstance(raw, str):
        listed = _json_list(raw) if expand else None
        if listed is None:
            yield raw
        else:
            yield from _flat(listed, expand=False)
    elif isinstance(raw, Mapping):
        yield json.dumps(raw, ensure_ascii=False, default=str)
    elif isinstance(raw, Iterable):
        for item in raw:
            if item is not None:
                yield from _flat(item, expand=False)
    elif hasattr(raw, "isoformat"):
        yield raw.isoformat()
    elif raw is not None:
        yield str(raw)


def _json_list(text: str) -> list[Any] | None:
    """The list that scheming keeps as JSON in one string, or None when `text` is something else."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        listed = json.loads(text)
    except ValueError:
        return None
    return listed if isinstance(listed, list) and not any(isinstance(item, (dict, list)) for item in listed) else None


def _whole_values(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is matched, compared, sorted and counted as a whole."""
    whole: dict[str, list[str]] = {}
    for name, found in values.items():
        kind = field(name).type
        longest = MAX_TEXT_VALUE if kind == TEXT else MAX_VALUE
        if kind in (STRING, DATE, INT, TEXT):
            kept = list(dict.fromkeys(value for value in found if len(value) <= longest))
            if kept:
                whole[name] = kept
    return whole


def _stored(source: Mapping[str, Any], values: Mapping[str, list[str]]) -> dict[str, Any]:
    """What `fl` may ask back, in the shape that CKAN gave it (dates normalized)."""
    stored: dict[str, Any] = {}
    for name in source:
        declared = field(name)
        if not declared.stored or declared.type == OPAQUE or not values.get(name):
            continue
        if declared.many:
            stored[name] = [_NOT_STORABLE.sub("", item) for item in _flat(source[name], expand=False)]
        else:
            stored[name] = values[name][0]
    return stored


def _vectors(values: Mapping[str, list[str]], titles: list[str]) -> tuple[str, str]:
    """The two tsvectors: words of the whole document, and words by field."""
    everything, by_field = Vector(), Vector()
    # Heavier fields first: should a document be longer than an index row may be, its tail is what is left out.
    for name, found in sorted(values.items(), key=lambda item: field(item[0]).in_text or "E"):
        declared = field(name)
        if declared.in_text:
            for value in found:
                everything.add(value, weight=declared.in_text)
    for title in titles:
        everything.add(title, weight="C")
    for name, found in values.items():
        if field(name).type == TEXT and found:
            by_field.mark(name)
            for value in found:
                by_field.add(value, prefix=name)
    return everything.literal(), by_field.literal()


def _context_titles(data_dict: str | None) -> list[str]:
    """Titles of the organization and the groups: CKAN's document only has their names."""
    try:
        dataset = json.loads(data_dict or "{}")
    except ValueError:
        return []
    holders = [dataset.get("organization"), *(dataset.get("groups") or [])] if isinstance(dataset, dict) else []
    titles = [holder.get("title") for holder in holders if isinstance(holder, dict)]
    return [_NOT_STORABLE.sub("", title) for title in titles if isinstance(title, str) and title]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


__all__ = ["NGRAM", "Document", "document"]
