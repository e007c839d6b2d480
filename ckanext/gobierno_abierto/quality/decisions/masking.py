"""Pure: a file on disk written again with its columns of personal data dropped, hashed or made coarser.

A delimited text keeps its separator, quotes and line ends and becomes UTF-8; a sheet becomes a CSV, since a workbook
written again loses what the writer does not know (formulas, styles, hidden sheets with the same data). Rows are
streamed. What was written is read again and assessed before anybody saves it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from ...common.errors import Labels
from ..facts import FileFacts, Limits
from ..inputs.base import Table
from ..inputs.delimited import DelimitedTable
from ..inputs.heading import looks_like_data
from ..inputs.opening import opened
from ..personal_data import ColumnSample, assess
from ..personal_data.masked_file import DROP, HASH, Dialect, Treatment, csv_lines, masked_csv, masked_rows
from ..personal_data.names import FULL, kinds_of
from ..personal_data.samples import fold
from .errors import (
    FileChanged,
    NoHeadingRow,
    NothingLeft,
    NothingToDo,
    NotPossible,
    NotRewritten,
    StillFound,
    UnknownColumn,
    UnknownTable,
    Unreadable,
)

DELIMITED = frozenset({"csv", "tsv"})
SHEETS = frozenset({"xlsx", "xls", "ods"})
#: Rows of the written file that are read again, and distinct values of a column that the detector is given.
VERIFIED, ASSESSED = 20_000, 1_000
#: A number or an address where the name of a column should be: the table begins without one.
_VALUE = re.compile(r"\d{5,}|@")
UTF8 = "utf-8-sig"
_NOT_DECODED = {
    "es": "Tiene caracteres que no son de su codificación.",
    "en": "It has characters outside its encoding.",
}


@dataclass(frozen=True)
class Treated:
    """What was done to a column."""

    column: str
    kind: str
    treatment: str


@dataclass(frozen=True)
class Written:
    """What was written: `name` of the file, its `table` and `format`, what became of its columns.

    `encoding`: what the text was written in before, `""` when that was UTF-8; `sheet`: it was a sheet of a workbook;
    `left_out`: the other sheets; `titles`: lines above the heading, kept; `still_found`: columns that were made coarser
    and in which personal data are still recognised.
    """

    name: str
    format: str
    table: str
    treated: tuple[Treated, ...]
    rows: int
    encoding: str = ""
    sheet: bool = False
    uncompressed: bool = False
    left_out: tuple[str, ...] = ()
    titles: int = 0
    still_found: tuple[str, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """The columns that are gone."""
        return tuple(one.column for one in self.treated if one.treatment == DROP)


def is_rewritten(format_name: str) -> bool:
    """Whether files of this format can be masked."""
    return format_name in DELIMITED or format_name in SHEETS


def is_data(heading: str) -> bool:
    """Whether the name of a column looks like a value: a file without a heading is named after its first row."""
    return bool(_VALUE.search(heading)) or bool(kinds_of(fold(heading)).get(FULL))


@dataclass(frozen=True)
class Plan:
    """What to do with one table of a report: its name and columns, position (from 1) -> treatment."""

    table: str
    names: tuple[str, ...]
    headings: tuple[str, ...]
    treatments: Mapping[int, Treatment]
    labels: Mapping[str, Mapping[str, str]]
    others: tuple[str, ...]

    @classmethod
    def of(cls, report: Mapping[str, Any], chosen: Mapping[str, str], table: str | None = None) -> Plan:
        """The plan for `chosen` (column -> treatment) in a table of the report, the first one by default.

        Raises NotRewritten, UnknownTable, NothingToDo, UnknownColumn, NotPossible, NothingLeft, NoHeadingRow.
        """
        file_format = str(report["file"]["format"])
        if not is_rewritten(file_format):
            raise NotRewritten(format=file_format.upper() or "?")
        if not chosen:
            raise NothingToDo(field="treatments")
        one = _table(report, table)
        findings = {finding["column"]: finding for finding in one["personal_data"]}
        places = {column["name"]: column["position"] for column in one["columns"]}
        treatments = {places.get(column, 0): _treatment(column, action, findings) for column, action in chosen.items()}
        if all(place in treatments and treatments[place].action == DROP for place in places.values()):
            raise NothingLeft(field="treatments")
        headings = tuple(column["heading"] for column in one["columns"])
        if looks_like_data(headings) or any(is_data(column) for column in findings):
            raise NoHeadingRow(name=report["file"]["name"])
        return cls(
            table=one["name"],
            names=tuple(places),
            headings=headings,
            treatments=treatments,
            labels={column: findings[column]["label"] for column in chosen},
            others=tuple(each["name"] for each in report["tables"] if each is not one),
        )

    @property
    def treated(self) -> tuple[Treated, ...]:
        """The treatments by the column's name."""
        return tuple(
            Treated(self.names[place - 1], one.kind, one.action) for place, one in sorted(self.treatments.items())
        )


def _table(report: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    tables: Sequence[Mapping[str, Any]] = report["tables"]
    found = next((table for table in tables if name is None or table["name"] == name), None)
    if found is None:
        raise UnknownTable(field="table", table=name or "", known=", ".join(f"«{table['name']}»" for table in tables))
    return found


def _treatment(column: str, action: str, findings: Mapping[str, Mapping[str, Any]]) -> Treatment:
    finding = findings.get(column)
    if finding is None:
        raise UnknownColumn(field="treatments", column=column, known=", ".join(f"«{name}»" for name in findings) or "—")
    if action not in finding["treatments"]:
        raise NotPossible(
            field="treatments",
            treatment=action,
            column=column,
            label=Labels(finding["label"]),
            possible=", ".join(finding["treatments"]),
        )
    return Treatment(action, finding["kind"])


def write(source: Path, name: str, report: Mapping[str, Any], plan: Plan, target: Path, secret: bytes = b"") -> Written:
    """Write the masked table of `source` to `target` and read its beginning again.

    `name` is what the file is called. Raises FileChanged when the file is not the report's, Unreadable, BrokenRow,
    StillFound, WeakSecret.
    """
    if source.stat().st_size != report["file"]["size"]:
        raise FileChanged(name=name)
    file = FileFacts(name)
    csv.field_size_limit(max(csv.field_size_limit(), Limits.line))
    with opened(source, file, Limits()) as tables:
        table = next((one for one in tables if one.facts.name == plan.table), None)
        if table is None and file.problems:
            raise Unreadable(name=name, detail=Labels(file.problems[-1].detail))
        if table is None or tuple(table.facts.names) != plan.names:
            raise FileChanged(name=name)
        text = isinstance(table, DelimitedTable)
        delimiter = table.delimiter if isinstance(table, DelimitedTable) else ","
        try:
            above = _rows_above(table) if isinstance(table, DelimitedTable) else 0
            rows = _write(_lines(table, plan, above, secret), target)
        except (UnicodeDecodeError, csv.Error) as error:
            raise Unreadable(name=name, detail=Labels(_NOT_DECODED)) from error
    return Written(
        name=renamed(name, "" if text and not file.compressed else "csv"),
        format="tsv" if file.format == "tsv" else "csv",
        table=plan.table,
        treated=plan.treated,
        rows=max(rows - above - 1, 0),
        encoding=file.encoding if text and file.encoding != UTF8 else "",
        sheet=not text,
        uncompressed=text and file.compressed,
        left_out=plan.others,
        titles=above,
        still_found=_verified(target, plan, delimiter, above),
    )


def renamed(name: str, extension: str) -> str:
    """`datos.xlsx` -> `datos.csv`, `datos.csv.gz` -> `datos.csv`; as it is without an extension to give."""
    if not extension:
        return name
    stem = re.sub(r"\.(?:gz|zip)$", "", name, flags=re.IGNORECASE)
    kept = Path(stem).suffix.lower() in {".csv", ".tsv", ".txt", ".tab"}
    return stem if kept else f"{Path(stem).stem or 'datos'}.{extension}"


def _write(lines: Iterable[str], target: Path) -> int:
    """Write the pieces; how many of them are rows that are not blank."""
    rows = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for line in lines:
            out.write(line)
            rows += not line.isspace() and line != "\ufeff"
    return rows


def _stream(table: DelimitedTable) -> IO[str]:
    # The mark of UTF-8 is kept: who put it there opens the file with a spreadsheet.
    encoding = "utf-8" if table.encoding == UTF8 else table.encoding
    return table.path.open("r", encoding=encoding, newline="")


def _rows_above(table: DelimitedTable) -> int:
    """Rows (titles, blank ones) that stand above the heading."""
    with _stream(table) as stream:
        reader = csv.reader(_without_mark(stream), delimiter=table.delimiter)
        # csv counts the lines of a row when it has read it.
        return next((number for number, _row in enumerate(reader) if reader.line_num >= table.skipped), 0)


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    stream = iter(lines)
    yield next(stream, "").removeprefix("\ufeff")
    yield from stream


def _lines(table: Table, plan: Plan, above: int, secret: bytes) -> Iterator[str]:
    return _text(table, plan, above, secret) if isinstance(table, DelimitedTable) else _sheet(table, plan, secret)


def _text(table: DelimitedTable, plan: Plan, above: int, secret: bytes) -> Iterator[str]:
    with _stream(table) as stream:
        yield from masked_csv(
            stream,
            plan.treatments,
            delimiter=table.delimiter,
            heading=above + 1,
            width=len(plan.names),
            secret=secret,
        )


def _sheet(table: Table, plan: Plan, secret: bytes) -> Iterator[str]:
    """A sheet as a CSV: its heading in one row, its rows without blank ones; titles above the heading are left out."""
    yield from csv_lines(masked_rows(_rows(table), plan.treatments, secret=secret), Dialect())


def _rows(table: Table) -> Iterator[list[str]]:
    yield list(table.facts.heading.cells)
    for batch in table.batches():
        for row in batch.frame.iter_rows():
            yield [value or "" for value in row]


def _verified(target: Path, plan: Plan, delimiter: str, above: int) -> tuple[str, ...]:
    """The columns that were made coarser and in which the kind is still found.

    Raises StillFound for a hashed one: its hashes would block the file for ever.
    """
    kept = [
        (name, heading)
        for place, (name, heading) in enumerate(zip(plan.names, plan.headings, strict=True), 1)
        if place not in plan.treatments or plan.treatments[place].action != DROP
    ]
    found = {one.column: one.kind for one in assess(_samples(target, kept, delimiter, above))}
    still = [one for one in plan.treated if one.treatment != DROP and one.column in found]
    for one in still:
        if one.treatment == HASH:
            raise StillFound(column=one.column, label=Labels(plan.labels[one.column]))
    return tuple(one.column for one in still)


def _samples(target: Path, kept: Sequence[tuple[str, str]], delimiter: str, above: int) -> dict[str, ColumnSample]:
    """Column -> sample of the first VERIFIED rows of a written file."""
    values: list[dict[str, int]] = [{} for _column in kept]
    empty, read = [0] * len(kept), 0
    with target.open("r", encoding=UTF8, newline="") as stream:
        for row in islice(csv.reader(stream, delimiter=delimiter), above + 1, above + 1 + VERIFIED):
            read += 1
            for place, value in enumerate(row[: len(kept)]):
                seen = values[place]
                if not value.strip():
                    empty[place] += 1
                elif value in seen or len(seen) < ASSESSED:
                    seen[value] = seen.get(value, 0) + 1
    return {
        name: ColumnSample(heading, seen, read, blank, len(seen))
        for (name, heading), seen, blank in zip(kept, values, empty, strict=True)
    }
