"""Parameters of the actions as they are sent: dates, pages, comments, truth."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk

from ..common.clock import LA_PAZ
from ..common.errors import InvalidInput

MOST = 100


class BadParameter(InvalidInput):
    """A parameter is not of its form; `expected` says what it should be."""

    template = "«{value}» no sirve como {name}: debe ser {expected}."

    def __init__(self, field: str, value: Any, expected: str) -> None:
        super().__init__(field, name=field, value=str(value)[:60], expected=expected)


def truth(value: Any) -> bool:
    """A yes as forms and JSON send it."""
    return bool(tk.asbool(value)) if value not in (None, "") else False


def date_of(data_dict: dict[str, Any], name: str) -> datetime | None:
    """An ISO 8601 moment, aware; without a zone it is Bolivia's time. None when it is empty. Raises BadParameter."""
    value = data_dict.get(name)
    if value in (None, ""):
        return None
    try:
        found = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise BadParameter(name, value, "2026-01-31T08:00") from error
    return found if found.tzinfo else found.replace(tzinfo=LA_PAZ)


def page_of(data_dict: dict[str, Any]) -> tuple[int, int]:
    """(limit, offset), 20 and 0 by default, at most 100. Raises BadParameter."""
    return (
        _whole(data_dict, "limit", 20, MOST),
        _whole(data_dict, "offset", 0, 10**9),
    )


def _whole(data_dict: dict[str, Any], name: str, default: int, most: int) -> int:
    value = data_dict.get(name)
    if value in (None, ""):
        return default
    text = str(value)
    if not text.isdecimal() or int(text) > most:
        raise BadParameter(name, value, f"0–{most}")
    return int(text)


def comments_of(value: Any) -> list[dict[str, Any]]:
    """The comments of a request for changes: `[{text, field?, resource_id?}]`, those without text left out."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except ValueError as error:
            raise BadParameter("comments", value, '[{"text": "…", "field": "notes"}]') from error
    if value in (None, "", []):
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value) or len(value) > 200:
        raise BadParameter("comments", value, '[{"text": "…", "field": "notes"}]')
    kept = []
    for one in value:
        text = str(one.get("text") or "").strip()
        if text:
            kept.append({"text": text, "field": _named(one, "field"), "resource_id": _named(one, "resource_id")})
    return kept


def _named(comment: dict[str, Any], key: str) -> str | None:
    return str(comment[key])[:200] if comment.get(key) else None
