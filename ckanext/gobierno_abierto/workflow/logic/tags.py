"""CKAN's actions on tags know every tag that was ever saved; these answer the ones that a public dataset has.

Tags of a vocabulary are a list that somebody published and stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk

from .. import records

Action = Callable[[Any, dict[str, Any]], Any]


def _name(tag: Any) -> str:
    return str(tag["name"] if isinstance(tag, dict) else tag)


def _public(tags: list[Any]) -> list[Any]:
    known = {row.name for row in records.rows("public_tags", names=[_name(tag) for tag in tags])}
    return [tag for tag in tags if _name(tag) in known]


def _everything(context: Any, data_dict: dict[str, Any]) -> bool:
    return bool(context.get("ignore_auth") or data_dict.get("vocabulary_id"))


@tk.chained_action
@tk.side_effect_free
def tag_list(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's tag_list, of public datasets."""
    found = original(context, data_dict)
    return found if _everything(context, data_dict) else _public(found)


@tk.chained_action
@tk.side_effect_free
def tag_search(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's tag_search, of public datasets; counted after those of drafts are left out."""
    if _everything(context, data_dict):
        return original(context, data_dict)
    found = original(context, {key: value for key, value in data_dict.items() if key not in ("limit", "offset")})
    results = _public(found["results"])
    start, limit = int(data_dict.get("offset") or 0), data_dict.get("limit")
    page = results[start : start + int(limit)] if limit not in (None, "") else results[start:]
    return {**found, "count": len(results), "results": page}


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's tag_autocomplete, of public datasets."""
    found = original(context, data_dict)
    return found if _everything(context, data_dict) else _public(found)


@tk.chained_action
@tk.side_effect_free
def tag_show(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's tag_show; a tag that only drafts have does not exist for others."""
    found = original(context, data_dict)
    if context.get("ignore_auth") or found.get("vocabulary_id") or _public([found]):
        return found
    raise tk.ObjectNotFound(tk._("No existe esa palabra clave."))


ACTIONS: dict[str, Any] = {action.__name__: action for action in (tag_list, tag_search, tag_autocomplete, tag_show)}
