"""Pure: XLSX, XLS and ODS: every sheet a table, with guards that keep a hostile workbook from filling the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

import python_calamine

from ..facts import ROW, FileFacts, Limits, TableFacts
from ..results import Place
from . import heading, rows
from .base import Batch, stop

CHUNK = 1 << 20
#: Cells that a sheet may span: the reader holds the whole rectangle.
MAX_CELLS = 20_000_000
#: Row numbers, and cells far to the right or far below: the others say nothing about the rectangle's size.
_ROW = re.compile(rb"row\s[^>]*?r=[\"'](\d{1,9})")
_FAR_CELL = re.compile(rb"r=[\"'](?:([A-Za-z]{2,3})(\d+)|[A-Za-z](\d{6,9}))")


def guard(archive: zipfile.ZipFile, format_name: str, limits: Limits) -> None:
    """Raise Stopped for XML with a DTD, for parts that unpack to too much and for sheets that span too many cells."""
    total = 0
    for member in archive.infolist():
        if not member.filename.endswith((".xml", ".rels", ".vml")):
            continue
        span = _Span()
        for chunk in _unpacked(archive, member):
            total += len(chunk)
            if total > limits.sheet_unpacked:
                raise stop(
                    "unsafe_archive",
                    f"Sus hojas ocupan más de {limits.sheet_unpacked >> 20} MB al descomprimirse.",
                    f"Its sheets unpack to more than {limits.sheet_unpacked >> 20} MB.",
                )
            # In UTF-16 the word would not be found; no office program writes its parts so.
            if b"!DOCTYPE" in chunk or b"\0" in chunk[:64]:
                raise stop(
                    "xml_entities",
                    f"La parte «{member.filename[:60]}» declara un DTD o entidades propias.",
                    f"The part {member.filename[:60]} declares a DTD or entities of its own.",
                )
            if format_name == "xlsx" and "worksheets/" in member.filename:
                span.note(chunk)
        span.judge(member.filename)
    if format_name == "ods" and "content.xml" in archive.namelist():
        with archive.open("content.xml") as part:
            _check_ods(part)


class _Span:
    """The rectangle that a sheet's cells span, from the references in its XML."""

    def __init__(self) -> None:
        self.height, self.width = 0, 26

    def note(self, chunk: bytes) -> None:
        """Take the references of a chunk of XML into account."""
        self.height = max(self.height, max(map(int, _ROW.findall(chunk)), default=0))
        for letters, row, far_row in _FAR_CELL.findall(chunk):
            self.width = max(self.width, _column(letters))
            self.height = max(self.height, int(row or far_row))

    def judge(self, name: str) -> None:
        """Raise Stopped when the rectangle has more than MAX_CELLS cells."""
        if self.height * self.width > MAX_CELLS:
            raise stop(
                "unsafe_archive",
                f"La hoja «{name[:60]}» abarca {self.height} filas por {self.width} columnas.",
                f"The sheet {name[:60]} spans {self.height} rows by {self.width} columns.",
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member really unpacks to, whatever size it declares; chunks overlap a little so that no tag is cut."""
    if member.compress_type != zipfile.ZIP_DEFLATED:
        with archive.open(member) as plain:
            while chunk := plain.read(CHUNK):
                yield chunk
        return
    with archive.open(member) as opened:
        raw = opened._fileobj  # type: ignore[attr-defined]
        left = member.compress_size
        unpack, tail = zlib.decompressobj(-15), b""
        while left > 0 and not unpack.eof:
            data = raw.read(min(left, 1 << 16))
            if not data:
                return
            left -= len(data)
            while data and not unpack.eof:
                chunk = unpack.decompress(data, CHUNK)
                yield tail + chunk if tail else chunk
                tail = chunk[-64:]
                data = unpack.unconsumed_tail


def _check_ods(part: IO[bytes]) -> None:
    """Repeated cells and rows of an ODS, counted before a reader writes them out."""
    parser = expat.ParserCreate()
    state = {"row": 1, "cell": 0, "filled": 0, "cells": 0, "repeat": 1}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table-row":
            state["row"] = _number(attributes.get("table:number-rows-repeated"))
            state["cell"] = state["filled"] = 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            state["repeat"] = _number(attributes.get("table:number-columns-repeated"))
            state["cell"] += state["repeat"]
            if any(key.startswith("office:") and key.endswith("value") for key in attributes):
                state["filled"] = state["cell"]
        elif tag == "text:p":
            state["filled"] = state["cell"]

    def end(tag: str) -> None:
        if tag == "table:table-row" and state["filled"]:
            state["cells"] += state["row"] * state["filled"]
            if state["cells"] > MAX_CELLS:
                raise stop(
                    "unsafe_archive",
                    "Sus celdas repetidas pasan de 20 millones.",
                    "Its repeated cells are more than 20 million.",
                )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        while chunk := part.read(1 << 16):
            parser.Parse(chunk, False)
    except expat.ExpatError as error:
        raise unreadable("ODS", "XML") from error


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 1


def unreadable(format_name: str, detail: str) -> Exception:
    """The finding for a file that its reader gives up."""
    return stop(
        "unreadable",
        f"No se puede leer como {format_name}: {detail}.",
        f"It cannot be read as {format_name}: {detail}.",
    )


def tables(path: Path, file: FileFacts, limits: Limits) -> Iterator[SheetTable]:
    """The sheets that are not empty. Raises Stopped."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise stop("protected", "El libro pide una contraseña.", "The workbook asks for a password.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise unreadable(file.format.upper(), type(error).__name__) from error
    file.sheets = len(book.sheet_names)
    for name in book.sheet_names[: limits.sheets]:
        try:
            sheet = book.get_sheet_by_name(name)
        except python_calamine.WorksheetNotFound:
            continue
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise unreadable(file.format.upper(), type(error).__name__) from error
        if sheet.height and sheet.width:
            yield SheetTable(name, sheet, limits)


class SheetTable:
    """One sheet; its heading is looked for, since officers put titles and merged groups above it.

    `mend`, set before `batches`: values beyond the last heading are ragged rows, instead of passed over.
    """

    mend = False

    def __init__(self, name: str, sheet: Any, limits: Limits) -> None:
        self.sheet = sheet
        start: tuple[int, int] = sheet.start or (0, 0)
        self.first_row, self.first_column = start
        self.facts = TableFacts(name=name, unit=ROW)
        self.facts.first_column = self.first_column
        if sheet.width > limits.columns:
            raise stop(
                "too_many_columns",
                f"La hoja «{name[:60]}» tiene {sheet.width} columnas y se revisan hasta {limits.columns}.",
                f"The sheet {name[:60]} has {sheet.width} columns and up to {limits.columns} are checked.",
            )
        # The reader begins at row 1, whatever `start` says, but at the first column in use.
        self._rows = enumerate(islice(sheet.iter_rows(), self.first_row, None), self.first_row + 1)
        self._sample = []
        for row in self._rows:
            self._sample.append(row)
            if len(self._sample) >= heading.SAMPLE_ROWS * 2:
                break
        self._find_heading()

    def _find_heading(self) -> None:
        told = [(number, [text or "" for text in rows.texts(values)]) for number, values in self._sample]
        told = [row for row in told if any(value.strip() for value in row[1])]
        if not told:
            return
        index = heading.find(told)
        line, cells = told[index]
        merged = self.sheet.merged_cell_ranges or []
        groups = self._groups(line, merged)
        last = line
        if groups and index + 1 < len(told) and told[index + 1][0] == line + 1:
            # Groups over several columns: the names are in the row below.
            upper = [groups.get(place, cell) for place, cell in enumerate(cells)]
            cells, last = heading.merge(upper, told[index + 1][1]), line + 1
        elif index and (above := self._groups(told[index - 1][0], merged)) and len(above) < len(cells):
            upper = [above.get(place, "") for place in range(len(cells))]
            if len(set(above.values())) > 1:
                cells, line = heading.merge(upper, cells), told[index - 1][0]
        while len(cells) > 1 and not cells[-1].strip() and self._empty_column(len(cells) - 1):
            cells = cells[:-1]
        self.facts.heading, self.facts.names = heading.of(line, cells, last - line + 1)
        self.facts.heading.merged = tuple(dict.fromkeys(groups.values()))
        self.skip = last
        for (top, left), (bottom, _right) in merged:
            if bottom + 1 > last:
                self.facts.merged_cells.add(1, [Place(top + 1, left - self.first_column + 1)])

    def _groups(self, row: int, merged: list[Any]) -> dict[int, str]:
        """Column (from 0) -> text of the merged cell that covers it in `row`, for cells over two columns or more."""
        values = dict(self._sample).get(row)
        found: dict[int, str] = {}
        for (top, left), (bottom, right) in merged:
            if values is None or not top <= row - 1 <= bottom or right <= left:
                continue
            if left - self.first_column < len(values):
                text = rows.text_of(values[left - self.first_column]) or ""
                found.update(dict.fromkeys(range(left - self.first_column, right - self.first_column + 1), text))
        return found if any(found.values()) else {}

    def _empty_column(self, place: int) -> bool:
        return all(rows.text_of(values[place]) is None for _number, values in self._sample)

    def batches(self) -> Iterator[Batch]:
        """The rows below the heading."""
        if not self.facts.names:
            return
        width = len(self.facts.names)
        wanted = (row for row in chain(self._sample, self._rows) if row[0] > self.skip)
        yield from rows.of_lists(((number, self._cut(number, values, width)) for number, values in wanted), self.facts)

    def _cut(self, number: int, values: list[Any], width: int) -> list[Any]:
        if self.mend and any(value is not None and rows.text_of(value) for value in values[width:]):
            self.facts.ragged.add(1, [Place(number, value=str(len(values)))])
        return values[:width]
