"""Pure: which fields of an organization decide who reviews its data, and what a change of them means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..common.errors import Fragment
from ..common.standing import COMMITTEE, names_in

#: Only a portal administrator changes these: with them an organization would choose its own reviewers.
GUARDED = {
    "kind": Fragment("Clase"),
    "committees": Fragment("Comités que la apoyan"),
    "lead_entity": Fragment("Entidad que lo dirige"),
}
#: What an organization has in a field that nobody filled in.
DEFAULTS = {"kind": "entidad"}


def values(name: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    """A guarded field's value in a form that two ways of writing it share.

    A repeating field may come as a list, as JSON, or as a form's `committees-1`, `committees-2`.
    """
    if name == "committees":
        listed = [data[key] for key in sorted(data) if str(key).startswith("committees-") and data[key]]
        return tuple(sorted({*names_in(data.get(name)), *(str(value).strip() for value in listed)}))
    found = str(data.get(name) or DEFAULTS.get(name, "")).strip()
    return (found,) if found else ()


def said(name: str, data: Mapping[str, Any]) -> bool:
    """Whether `data` says anything about a guarded field."""
    return name in data or (name == "committees" and any(str(key).startswith("committees-") for key in data))


def changed(current: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """The guarded fields whose value `sent` would change; one that it does not mention is not changed."""
    names = [name for name in GUARDED if said(name, sent) and values(name, current) != values(name, sent)]
    renames = current.get("kind") == COMMITTEE and sent.get("name") not in (None, current.get("name"))
    return [*names, "name"] if renames else names
