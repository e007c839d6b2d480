"""Pure: a file as rows of text with their line numbers, read in chunks so that memory does not grow with it."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import python_calamine

from .encoding import Dialect, detect
from .headings import column_names
from .problems import LongLine, LongRow, NoHeading, NoRows, NulByte, TooBig, TooManyColumns, Unreadable

CHUNK_ROWS = 5_000
#: Longest line (characters) and most columns; PostgreSQL holds 1,600 columns, two of them are CKAN's.
MAX_LINE = 10 << 20
MAX_COLUMNS = 1_590
#: A workbook is held in memory while it is read: MB that its parts may unpack to.
MAX_SHEET_MB = 400
HEADING_SAMPLE = 40
Row = tuple[int, list[str]]


@dataclass
class Source:
    """A table on disk: how it is written, its column names and where its heading is."""

    path: Path
    format: str
    dialect: Dialect | None = None
    headings: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    heading_line: int = 0
    short_rows: int = 0

    def rows(self) -> Iterator[Row]:
        """(line, values) of each row that is not blank; values are as many as the columns.

        A short row is filled with nothing and counted. Raises LongRow, LongLine, NulByte, Unreadable.
        """
        width = len(self.names)
        self.short_rows = 0
        delimiter = self.dialect.delimiter if self.dialect else ""
        for line, values in self._raw():
            if line <= self.heading_line or not any(value and not value.isspace() for value in values):
                continue
            if len(values) > width:
                if any(value.strip() for value in values[width:]):
                    raise LongRow(line=line, found=len(values), expected=width, delimiter=delimiter)
                values = values[:width]
            elif len(values) < width:
                self.short_rows += 1
                values = values + [""] * (width - len(values))
            yield line, values

    def chunks(self) -> Iterator[list[Row]]:
        """The rows, some thousands at a time."""
        chunk: list[Row] = []
        for row in self.rows():
            chunk.append(row)
            if len(chunk) >= CHUNK_ROWS:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _raw(self) -> Iterator[Row]:
        return read_text(self.path, self.dialect) if self.dialect else read_sheet(self.path, self.format)


def read_text(path: Path, dialect: Dialect) -> Iterator[Row]:
    """(line, values) of each record of a delimited text; `line` is where the record ends in the file."""
    csv.field_size_limit(MAX_LINE)
    with path.open("r", encoding=dialect.encoding, errors="replace", newline="") as stream:
        reader = csv.reader(_lines(stream), delimiter=dialect.delimiter)
        while True:
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise LongLine(line=reader.line_num, limit=MAX_LINE) from error
            yield reader.line_num, values


def _lines(stream: IO[str]) -> Iterator[str]:
    number = 0
    while line := stream.readline(MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            raise LongLine(line=number, limit=MAX_LINE)
        if "\0" in line:
            raise NulByte(line=number)
        yield line


def read_sheet(path: Path, format_name: str) -> Iterator[Row]:
    """(row number, values) of the first sheet of a workbook that is not empty."""
    _check_unpacked(path, format_name)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = next((one for one in map(book.get_sheet_by_index, range(len(book.sheet_names))) if one.height), None)
        if sheet is None:
            return
        first = (sheet.start or (0, 0))[0]
        for number, values in enumerate(sheet.iter_rows(), first + 1):
            yield number, [cell_text(value) for value in values]
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(format=format_name, detail=type(error).__name__) from error


def _check_unpacked(path: Path, format_name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist() if member.filename.endswith(".xml"))
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable(format=format_name, detail="ZIP") from error
    if unpacked > MAX_SHEET_MB << 20:
        raise TooBig(found=unpacked >> 20, limit=MAX_SHEET_MB)


def cell_text(value: Any) -> str:
    """A spreadsheet's cell as a CSV would hold it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)


def open_table(path: Path, format_name: str, max_mb: int) -> Source:
    """The table of a file, its heading found. Raises TableProblem."""
    size = path.stat().st_size
    if size > max_mb << 20:
        raise TooBig(found=size >> 20, limit=max_mb)
    source = Source(path, format_name)
    if format_name in {"csv", "tsv"}:
        source.dialect = detect(path, "\t" if format_name == "tsv" else "")
    sample = _sample(source._raw())
    if not sample:
        raise NoHeading()
    source.heading_line, heading = _heading(sample) if source.dialect is None else sample[0]
    while heading and not heading[-1].strip():
        heading = heading[:-1]
    if len(heading) > MAX_COLUMNS:
        raise TooManyColumns(found=len(heading), limit=MAX_COLUMNS)
    source.headings, source.names = heading, column_names(heading)
    if next(source.rows(), None) is None:
        raise NoRows()
    return source


def _sample(rows: Iterator[Row]) -> list[Row]:
    found: list[Row] = []
    for line, values in rows:
        if any(value.strip() for value in values):
            found.append((line, values))
        if len(found) >= HEADING_SAMPLE:
            break
    return found


def _heading(sample: Sequence[Row]) -> Row:
    """A sheet's heading: the first row at least half as full as the fullest, so that titles above are passed over."""
    fullest = max(sum(bool(value.strip()) for value in values) for _line, values in sample)
    for line, values in sample:
        if sum(bool(value.strip()) for value in values) * 2 >= fullest:
            return line, values
    return sample[0]
