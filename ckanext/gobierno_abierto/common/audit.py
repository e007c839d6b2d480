"""The portal's audit log: who did what, in a chain in which each row carries the hash of the one before.

The table `portal_audit` refuses changes (a trigger); `verify` finds those of somebody who got around it. Whoever can
rewrite the whole table can rewrite the chain: note `head` elsewhere now and then, and give it to `verify`.

A row's hash is SHA-256 over its other fields as JSON: sorted keys, UTF-8, no spaces, `at` in UTC with microseconds.
The JSON export has these very fields, so that anybody can verify it without the portal.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import ckan.model as model
from sqlalchemy import text

from .clock import now
from .errors import Fragment
from .sql import named_statements

_STATEMENTS = Path(__file__).with_name("audit.sql")

#: What the first row names as the hash before it.
GENESIS = "0" * 64
#: Rows that a reader of the whole log holds at a time.
CHUNK = 1000
#: What PostgreSQL keeps in no text: NUL, and halves of surrogate pairs.
_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")
#: Beginnings that make a spreadsheet take a cell for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

ExportFormat = Literal["csv", "json"]


@dataclass(frozen=True)
class Entry:
    """One row of the log; `actor_id` and `actor_name` are None when the clock acted."""

    seq: int
    at: datetime
    actor_id: str | None
    actor_name: str | None
    action: str
    package_id: str | None
    revision_id: str | None
    comment: str
    details: dict[str, Any]
    previous: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """The row for JSON; `at` is ISO 8601 in UTC with microseconds."""
        return {**asdict(self), "at": self.at.astimezone(timezone.utc).isoformat(timespec="microseconds")}

    def digest(self) -> str:
        """What `hash` must be."""
        return _digest({name: value for name, value in self.as_dict().items() if name != "hash"})


@dataclass(frozen=True)
class Verification:
    """What `verify` found: rows read until the first fault, its place, and what it is (Spanish; `translated()`)."""

    ok: bool
    rows: int
    first_bad_seq: int | None = None
    problem: Fragment | None = None


def record(
    action: str,
    *,
    actor: Any,
    package_id: str | None = None,
    revision_id: str | None = None,
    comment: str = "",
    details: dict[str, Any] | None = None,
) -> int:
    """Add a row in the caller's transaction; returns its number.

    `actor` is a model.User, or None for the clock. Until that transaction ends nobody else can add a row, so call
    this late in it. What PostgreSQL cannot keep in a text (NUL, lone surrogates) becomes U+FFFD.
    """
    _rows("lock")
    # A statement of its own: one that waited for the lock would still see the log as it was before it waited.
    last = _rows("last")
    kept = json.dumps(_storable(details or {}), ensure_ascii=False, allow_nan=False)
    entry = Entry(
        seq=last[0].seq + 1 if last else 1,
        at=now(),
        actor_id=actor.id if actor is not None else None,
        actor_name=actor.name if actor is not None else None,
        action=action,
        package_id=package_id,
        revision_id=revision_id,
        comment=_storable(comment),
        details=_rows("as_kept", details=kept)[0].details,
        previous=last[0].hash if last else GENESIS,
        hash="",
    )
    bound = {**asdict(entry), "details": kept, "hash": entry.digest()}
    model.Session.execute(text(named_statements(_STATEMENTS)["add"]), bound)
    return entry.seq


def rows(
    package_id: str | None = None,
    since: datetime | None = None,
    actions: Collection[str] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[Entry]:
    """A page of the log, the newest first: of a dataset, from a moment on, of these actions; None does not filter."""
    bound = {"package_id": package_id, "since": since, "actions": None if actions is None else list(actions)}
    return [Entry(*row) for row in _rows("newest", **bound, limit=limit, offset=offset)]


def count(package_id: str | None = None, since: datetime | None = None, actions: Collection[str] | None = None) -> int:
    """How many rows `rows` would page through."""
    bound = {"package_id": package_id, "since": since, "actions": None if actions is None else list(actions)}
    return int(_rows("count", **bound)[0].rows)


def head() -> tuple[int, str]:
    """Number and hash of the last row ((0, GENESIS) if there is none), to be noted out of the database's reach."""
    last = _rows("last")
    return (last[0].seq, last[0].hash) if last else (0, GENESIS)


def verify(expected_head: tuple[int, str] | None = None) -> Verification:
    """Read the whole log and tell the first fault: a row changed, missing, added, moved, or a false beginning.

    With `expected_head`, a noted `head`, also an end that was cut off or a chain that was written anew since.
    """
    noted_seq, noted_hash = expected_head or (0, GENESIS)
    seq, previous = 0, GENESIS
    for entry in _chain():
        problem = _problem(entry, seq + 1, previous)
        if problem is None and entry.seq == noted_seq and entry.hash != noted_hash:
            problem = Fragment("El registro {seq} no es el que se anotó: la cadena se reescribió.", seq=entry.seq)
        if problem is not None:
            return Verification(False, seq, min(entry.seq, seq + 1), problem)
        seq, previous = entry.seq, entry.hash
    if seq < noted_seq:
        cut = Fragment(
            "Faltan registros al final: se anotó el {noted} y el último es el {last}.", noted=noted_seq, last=seq
        )
        return Verification(False, seq, seq + 1, cut)
    return Verification(True, seq)


def export(
    format: ExportFormat,
    write: Callable[[str], Any],
    package_id: str | None = None,
    since: datetime | None = None,
) -> int:
    """Write the log, the oldest row first, piece by piece; returns the number of rows.

    CSV has a header and `details` as JSON; a cell that a spreadsheet would take for a formula gets an apostrophe in
    front. JSON is a list of objects.
    """
    pieces = {"csv": _as_csv, "json": _as_json}[format]
    total = 0

    def counted() -> Iterator[Entry]:
        nonlocal total
        for entry in _chain(package_id, since):
            total += 1
            yield entry

    for piece in pieces(counted()):
        write(piece)
    return total


def _rows(statement: str, **bound: Any) -> list[Any]:
    return list(model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound))


def _chain(package_id: str | None = None, since: datetime | None = None) -> Iterator[Entry]:
    """The rows by number, CHUNK at a time."""
    after: int | None = None
    while found := _rows("following", after=after, package_id=package_id, since=since, limit=CHUNK):
        yield from (Entry(*row) for row in found)
        after = found[-1].seq


def _problem(entry: Entry, expected: int, previous: str) -> Fragment | None:
    if entry.seq > expected:
        return Fragment("Falta el registro {seq}.", seq=expected)
    if entry.seq < expected:
        return Fragment("El registro {seq} está de más: la cuenta empieza en 1.", seq=entry.seq)
    if entry.previous != previous:
        if expected == 1:
            return Fragment("El registro 1 no es el primero: nombra otro anterior.")
        return Fragment("El registro {seq} no sigue al anterior.", seq=entry.seq)
    if entry.hash != entry.digest():
        return Fragment("El registro {seq} fue cambiado.", seq=entry.seq)
    return None


def _digest(values: dict[str, Any]) -> str:
    return sha256(_canonical(values).encode("utf-8")).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _storable(value: Any) -> Any:
    """The value with what PostgreSQL keeps in no text replaced, all the way down."""
    if isinstance(value, str):
        return _NOT_KEPT.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(str(key)): _storable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(inner) for inner in value]
    return value


def _as_csv(entries: Iterator[Entry]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow([field.name for field in fields(Entry)])
    yield line.getvalue()
    for entry in entries:
        line.seek(0)
        line.truncate()
        values = {**entry.as_dict(), "details": _canonical(entry.details)}
        writer.writerow([_guarded(value) for value in values.values()])
        yield line.getvalue()


def _guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _as_json(entries: Iterator[Entry]) -> Iterator[str]:
    separator = "["
    for entry in entries:
        yield f"{separator}\n{json.dumps(entry.as_dict(), ensure_ascii=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"
