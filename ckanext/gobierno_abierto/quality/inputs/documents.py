"""Pure: JSON, JSON lines, GeoJSON: records with their number (their line in JSON lines), in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import ijson

from ..facts import LINE, RECORD, FileFacts, Geometries, Limits, TableFacts
from . import rows
from .base import Batch, Stopped, stop
from .geometry import note
from .workbook import unreadable

CHUNK = 1 << 16
#: Where the array of records may be in a document that is an object: OCDS, CKAN and others.
WRAPPERS = ("releases", "records", "data", "datos", "results", "resultados", "items", "rows", "features")
_NO_TABLE = ("El JSON no es una lista de registros.", "The JSON is no list of records.")


class Guarded:
    """A JSON stream that refuses deep nesting and endless records before the parser builds them."""

    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        self.stream, self.limits = stream, limits
        self.depth, self.since = 0, 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(CHUNK if size < 0 else size)
        if data.startswith(b"\xef\xbb\xbf") and self.stream.tell() == len(data):
            data = data[3:]
        # Brackets inside of texts are counted too: the bound is ten times the limit, and texts balance theirs.
        self.depth += data.count(b"[") + data.count(b"{") - data.count(b"]") - data.count(b"}")
        if self.depth > self.limits.depth * 10:
            raise too_deep(self.limits)
        self.since += len(data)
        if self.since > self.limits.record:
            raise stop(
                "long_line",
                f"Un registro pasa de {self.limits.record >> 20} MB; desde ahí no se leyó.",
                f"A record is longer than {self.limits.record >> 20} MB; nothing was read from there on.",
            )
        return data


def too_deep(limits: Limits) -> Stopped:
    """The finding for a document nested too deeply."""
    return stop(
        "too_deep",
        f"Tiene más de {limits.depth} niveles anidados.",
        f"It is nested more than {limits.depth} levels deep.",
    )


def _depth(value: Any, limit: int) -> int:
    """How deep a value is nested, counted to `limit` + 1."""
    deepest, stack = 0, [(value, 1)]
    while stack:
        one, level = stack.pop()
        deepest = max(deepest, level)
        if level > limit:
            return level
        if isinstance(one, (dict, list)):
            inner = one.values() if isinstance(one, dict) else one
            stack.extend((each, level + 1) for each in inner if isinstance(each, (dict, list)))
    return deepest


class JsonTable:
    """The records of a JSON document: an array, or the array in an object."""

    def __init__(self, path: Path, file: FileFacts, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.facts = TableFacts(unit=RECORD)
        file.encoding = "utf-8"
        self.geo = file.format == "geojson"
        if self.geo:
            self.facts.geometries = Geometries()

    def batches(self) -> Iterator[Batch]:
        """The records. Raises Stopped."""
        yield from rows.of_records(self._records(), self.facts)

    def _prefix(self) -> str:
        """Where the records are, for ijson; `""`: nowhere."""
        with self.path.open("rb") as stream:
            opening, depth = "", 0
            for prefix, event, _value in ijson.parse(Guarded(stream, self.limits), use_float=True):
                if not opening:
                    opening = event
                    if event == "start_array":
                        return "item"
                depth += event in ("start_map", "start_array")
                depth -= event in ("end_map", "end_array")
                if event == "start_array" and depth == 2 and prefix in WRAPPERS:
                    return f"{prefix}.item"
        return ""

    def _records(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        try:
            prefix = self._prefix()
            if not prefix:
                raise stop("no_table", *_NO_TABLE)
            with self.path.open("rb") as stream:
                guarded = Guarded(stream, self.limits)
                for number, record in enumerate(ijson.items(guarded, prefix, use_float=True), 1):
                    guarded.since = 0
                    if _depth(record, self.limits.depth) > self.limits.depth:
                        raise too_deep(self.limits)
                    if isinstance(record, dict):
                        yield number, self._feature(record, number) if self.geo else record
                    else:
                        yield number, {"valor": record}
        except (ijson.JSONError, UnicodeDecodeError) as error:
            first = (str(error).splitlines() or ["JSON"])[0][:100]
            raise unreadable("JSON", first) from error

    def _feature(self, record: dict[str, Any], number: int) -> dict[str, Any]:
        assert self.facts.geometries is not None
        note(self.facts.geometries, record.get("geometry"), number)
        properties = record.get("properties")
        return properties if isinstance(properties, dict) else {}


class JsonLinesTable:
    """One JSON value on each line; a line that is none is told and passed over."""

    def __init__(self, path: Path, file: FileFacts, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.facts = TableFacts(unit=LINE)
        file.encoding = "utf-8"

    def batches(self) -> Iterator[Batch]:
        """The records. Raises Stopped when a line has no end."""
        yield from rows.of_records(self._records(), self.facts)

    def _records(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        from ..results import Place

        with self.path.open("rb") as stream:
            number = 0
            while line := stream.readline(self.limits.record):
                number += 1
                if len(line) >= self.limits.record and not line.endswith(b"\n"):
                    raise stop(
                        "long_line",
                        f"La línea {number} pasa de {self.limits.record >> 20} MB; desde ahí no se leyó.",
                        f"Line {number} is longer than {self.limits.record >> 20} MB; nothing was read from there on.",
                        number,
                    )
                if not line.strip():
                    self.facts.blank.add(1, [Place(number)])
                    continue
                try:
                    value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
                except (ValueError, RecursionError):
                    self.facts.rows += 1
                    self.facts.bad_records.add(1, [Place(number)])
                    continue
                if _depth(value, self.limits.depth) > self.limits.depth:
                    raise too_deep(self.limits)
                yield number, value if isinstance(value, dict) else {"valor": value}
