"""Pure: may a seed write a field? What it wrote last, what the portal holds now and what the file says decide.

What a person changed in the portal is theirs: a later seed keeps it, whatever the file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Decision(Enum):
    """What to do with one field."""

    UNCHANGED = "unchanged"
    WRITE = "write"
    KEEP = "keep"


@dataclass(frozen=True)
class Record:
    """What the seed last did to a field: the value the file had, and the value the portal then held.

    They may differ: validators normalize what they are given.
    """

    wanted: Any
    stored: Any


def canonical(value: Any) -> Any:
    """`value` with differences that nobody made removed: line ends, outer spaces, empty parts, numbers as text."""
    if isinstance(value, Mapping):
        parts = {str(key): canonical(inner) for key, inner in value.items()}
        return {key: inner for key, inner in sorted(parts.items()) if inner is not None} or None
    if isinstance(value, (list, tuple)):
        items = [canonical(inner) for inner in value]
        return [inner for inner in items if inner is not None] or None
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("\r\n", "\n").strip() or None


def decide(record: Record | None, current: Any, wanted: Any) -> Decision:
    """The decision for one field of an object that exists.

    | recorded | portal now | file now | decision |
    | --- | --- | --- | --- |
    | any | same as the file | - | UNCHANGED |
    | the file's value has not changed | as the seed left it | - | UNCHANGED |
    | yes | as the seed left it | another value | WRITE |
    | yes | another value | any | KEEP: a person changed it |
    | no | empty | a value | WRITE: nobody has said anything yet |
    | no | a value | another value | KEEP: a person wrote it |
    """
    now, new = canonical(current), canonical(wanted)
    if now == new:
        return Decision.UNCHANGED
    if record is None:
        return Decision.WRITE if now is None else Decision.KEEP
    if now != canonical(record.stored):
        return Decision.KEEP
    return Decision.UNCHANGED if new == canonical(record.wanted) else Decision.WRITE


@dataclass(frozen=True)
class Merge:
    """The decisions for an object: fields to write with their values, and the names of those kept."""

    writes: dict[str, Any]
    kept: tuple[str, ...]


def merge(records: Mapping[str, Record], current: Mapping[str, Any], wanted: Mapping[str, Any]) -> Merge:
    """`decide` for each field that the file names; a field that it does not name is not its business."""
    decisions = {name: decide(records.get(name), current.get(name), value) for name, value in wanted.items()}
    return Merge(
        writes={name: wanted[name] for name, decision in decisions.items() if decision is Decision.WRITE},
        kept=tuple(sorted(name for name, decision in decisions.items() if decision is Decision.KEEP)),
    )
