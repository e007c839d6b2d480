"""Pure: KML and zipped shapefiles: attributes as a table, boxes of the geometries, with the standard library."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.parsers import expat

from ..facts import RECORD, FileFacts, Geometries, Limits, TableFacts
from . import rows
from .base import Batch, stop
from .documents import too_deep
from .geometry import Box, note_box
from .workbook import unreadable

CHUNK = 1 << 16
#: Placemark's own fields that are attributes.
FIELDS = frozenset(["name", "description"])


class KmlTable:
    """The Placemarks of a KML document. Line: that of the Placemark in the XML."""

    def __init__(self, path: Path, file: FileFacts, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.facts = TableFacts(unit="line", geometries=Geometries())

    def batches(self) -> Iterator[Batch]:
        """The Placemarks. Raises Stopped."""
        yield from rows.of_records(self._records(), self.facts)

    def _records(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        reader = _KmlReader(self.limits, self.facts)
        with self.path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield from reader.feed(chunk)
            yield from reader.feed(b"", True)


class _KmlReader:
    """An expat parser that gathers Placemarks; refuses DTDs and deep nesting."""

    def __init__(self, limits: Limits, facts: TableFacts) -> None:
        self.limits, self.facts = limits, facts
        self.path: list[str] = []
        self.text: list[str] = []
        self.size = 0
        self.record: dict[str, str] | None = None
        self.key, self.line = "", 0
        self.box: Box | None = None
        self.ready: list[tuple[int, dict[str, str]]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes, final: bool = False) -> list[tuple[int, dict[str, str]]]:
        """Placemarks that this chunk completes."""
        try:
            self.parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise unreadable("KML", f"XML {error.lineno}:{error.offset}") from error
        ready, self.ready = self.ready, []
        return ready

    def _doctype(self, *_arguments: object) -> None:
        raise stop("xml_entities", "Declara un DTD o entidades propias.", "It declares a DTD or entities of its own.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.path.append(name)
        if len(self.path) > self.limits.depth:
            raise too_deep(self.limits)
        self.text, self.size = [], 0
        if name == "Placemark":
            self.record, self.line, self.box = {}, self.parser.CurrentLineNumber, None
        elif name in {"Data", "SimpleData"}:
            self.key = attributes.get("name", "")

    def _characters(self, data: str) -> None:
        self.size += len(data)
        if self.size <= self.limits.record:
            self.text.append(data)

    def _end(self, tag: str) -> None:
        name = self.path.pop()
        if self.record is None:
            return
        text = "".join(self.text).strip()
        if name == "coordinates":
            self.box = _union(self.box, text)
        elif (name == "value" and self.path[-1:] == ["Data"]) or name == "SimpleData":
            self.record[self.key] = text
        elif name in FIELDS and self.path[-1:] == ["Placemark"]:
            self.record[name] = text
        elif name == "Placemark":
            assert self.facts.geometries is not None
            self.facts.geometries.count += 1
            note_box(self.facts.geometries, self.box, self.line)
            self.ready.append((self.line, self.record))
            self.record = None
        self.text = []


def _union(known: Box | None, text: str) -> Box | None:
    """The box of KML coordinates («lon,lat[,alt] ...») together with one that is known."""
    points = [known[:2], known[2:]] if known else []
    for part in text.split():
        values = part.split(",")
        try:
            points.append((float(values[0]), float(values[1])))
        except (ValueError, IndexError):
            continue
    if not points:
        return None
    across, up = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(up), max(across), max(up)


class ShapefileTable:
    """The attributes (.dbf) and boxes (.shp) of a zipped shapefile (ESRI, 1998); read from the ZIP, never unpacked."""

    def __init__(self, path: Path, members: Mapping[str, str], limits: Limits) -> None:
        self.path, self.members, self.limits = path, members, limits
        self.facts = TableFacts(unit=RECORD, geometries=Geometries())

    def batches(self) -> Iterator[Batch]:
        """The records. Raises Stopped."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                self._read_shapes(archive)
                with archive.open(self.members["dbf"]) as table:
                    fields, count, encoding = self._dbf_fields(table, archive)
                    yield from rows.of_records(self._dbf_records(table, fields, count, encoding), self.facts)
        except (zipfile.BadZipFile, struct.error, EOFError, OSError) as error:
            raise unreadable("shapefile", type(error).__name__) from error

    def _projected(self, archive: zipfile.ZipFile) -> bool:
        if "prj" not in self.members:
            return False
        with archive.open(self.members["prj"]) as text:
            return text.read(4096).lstrip().upper().startswith(b"PROJCS")

    def _read_shapes(self, archive: zipfile.ZipFile) -> None:
        geometries = self.facts.geometries
        assert geometries is not None
        geometries.projected = self._projected(archive)
        with archive.open(self.members["shp"]) as shapes:
            if struct.unpack(">i", shapes.read(100)[:4])[0] != 9994:
                raise unreadable("shapefile", ".shp")
            number = 0
            while header := shapes.read(8):
                number += 1
                size = struct.unpack(">ii", header)[1] * 2
                if size < 4 or size > self.limits.record:
                    raise unreadable("shapefile", f".shp {number}")
                self._shape(shapes.read(size), number)

    def _shape(self, content: bytes, number: int) -> None:
        geometries = self.facts.geometries
        assert geometries is not None
        kind = struct.unpack("<i", content[:4])[0]
        geometries.count += 1
        name = {0: "", 1: "Point", 3: "LineString", 5: "Polygon", 8: "MultiPoint"}.get(kind % 10, "Polygon")
        if kind == 0:
            geometries.missing.add(1, [])
            return
        geometries.types[name] = geometries.types.get(name, 0) + 1
        if name == "Point":
            x, y = struct.unpack("<dd", content[4:20])
            limits = (x, y, x, y)
        else:
            limits = struct.unpack("<dddd", content[4:36])
        if not geometries.projected:
            note_box(geometries, limits, number)

    def _dbf_fields(self, table: IO[bytes], archive: zipfile.ZipFile) -> tuple[list[tuple[str, int]], int, str]:
        """((name, width) of each field, records, encoding); the stream stands at the first record afterwards."""
        header = table.read(32)
        count, size = struct.unpack("<IH", header[4:10])
        block = table.read(size - 32)
        encoding = "cp1252"
        if "cpg" in self.members:
            with archive.open(self.members["cpg"]) as text:
                encoding = "utf-8" if b"8" in text.read(40) and b"1252" not in text.read(1) else "cp1252"
        fields: list[tuple[str, int]] = []
        for place in range(0, len(block) - 31, 32):
            if block[place] == 0x0D:
                break
            name = block[place : place + 11].split(b"\0")[0].decode(encoding, "replace")
            fields.append((name or f"campo_{len(fields) + 1}", block[place + 16]))
        return fields, count, encoding

    def _dbf_records(
        self, table: IO[bytes], fields: list[tuple[str, int]], count: int, encoding: str
    ) -> Iterator[tuple[int, dict[str, str]]]:
        size = 1 + sum(width for _name, width in fields)
        for number in range(1, count + 1):
            record = table.read(size)
            if len(record) < size:
                raise unreadable("shapefile", f".dbf {number}")
            if record[:1] == b"*":
                continue
            place, values = 1, {}
            for name, width in fields:
                values[name] = record[place : place + width].decode(encoding, "replace").strip(" \0")
                place += width
            yield number, values
