"""Pure: a CSV with its columns of personal data dropped, hashed or made coarser, written row by row."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...common.errors import Fragment, InvalidInput
from .treatments import NoTreatment, can_generalise, generalise, hash_value, require_secret

DROP, HASH, GENERALISE = "drop", "hash", "generalise"
#: Distinct values of a column whose treatment is remembered: names and dates repeat, and a hash costs.
REMEMBERED = 100_000


@dataclass(frozen=True)
class Treatment:
    """What becomes of a column: `drop`, `hash` or `generalise`, with the kind of its data."""

    action: str
    kind: str = ""


#: Position of the column, from 1 -> treatment.
Plan = Mapping[int, Treatment]


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class BrokenRow(InvalidInput):
    """A row whose cells may stand in other columns than their own, so that masking would miss some."""

    template = _(
        "La línea {line} no es una fila como las demás: {detail}. Un dato personal podría quedar en otra columna. "
        "Corrija esa línea, suba el archivo y vuelva a intentar."
    )


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written. `quote_all`: every cell stands in quotes; `ending`: of a line."""

    delimiter: str = ","
    quote_all: bool = False
    ending: str = "\n"

    @classmethod
    def of(cls, line: str, delimiter: str) -> Dialect:
        """That of a file whose heading is `line`."""
        ending = "\r\n" if line.endswith("\r\n") else "\n"
        cells = line.rstrip("\r\n").split(delimiter)
        return cls(delimiter, all(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells), ending)


def masked_csv(
    lines: Iterable[str],
    plan: Plan,
    *,
    delimiter: str = ",",
    heading: int = 1,
    width: int = 0,
    secret: bytes = b"",
    today: dt.date | None = None,
) -> Iterator[str]:
    """The lines of the masked file, in the dialect of `lines` (text with its line ends: `open(newline="")`).

    `heading` rows stand above the data and lose only the dropped columns. Without `width` (columns of the table), rows
    with more or fewer cells than the heading are kept; with it they raise BrokenRow, as badly quoted ones do, unless
    they are notes of one cell. Raises WeakSecret when a hash is asked for without a secret, NoTreatment for one
    unknown.
    """
    treat = _treatments(plan, secret, today)
    stream = iter(lines)
    first = next(stream, None)
    if first is None:
        return
    dialect = Dialect.of(first.removeprefix("\ufeff"), delimiter)
    if first.startswith("\ufeff"):
        # The mark would stand before the quote that opens the first cell, which csv then takes for a stray one.
        yield "\ufeff"
    beginning = itertools.chain([first.removeprefix("\ufeff")], stream)
    reader = csv.reader(beginning, delimiter=delimiter, strict=bool(width))
    rows = _fitting(reader, heading, width) if width else reader
    yield from csv_lines(_masked(rows, treat, heading), dialect)


def csv_lines(rows: Iterable[list[str]], dialect: Dialect) -> Iterator[str]:
    """The rows as lines of a delimited text, each with its end."""
    line = _Line()
    out = csv.writer(
        line,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_ALL if dialect.quote_all else csv.QUOTE_MINIMAL,
        # csv quotes a carriage return only where it is part of a line's end.
        lineterminator="\r\n",
    )
    for row in rows:
        out.writerow(row)
        yield line.text[:-2] + dialect.ending


def masked_rows(
    rows: Iterable[list[str]], plan: Plan, *, heading: int = 1, secret: bytes = b"", today: dt.date | None = None
) -> Iterator[list[str]]:
    """The rows of a table, masked; the first `heading` lose only the dropped columns. Raises as masked_csv does."""
    return _masked(rows, _treatments(plan, secret, today), heading)


def _masked(rows: Iterable[list[str]], treat: _Treatments, heading: int) -> Iterator[list[str]]:
    dropped = {place for place, function in treat.items() if function is None}
    changed = [(place, function) for place, function in treat.items() if function is not None]
    for number, row in enumerate(rows):
        if number >= heading:
            for place, function in changed:
                if place < len(row):
                    row[place] = function(row[place])
        yield [cell for place, cell in enumerate(row) if place not in dropped] if dropped else row


def _fitting(reader: Any, heading: int, width: int) -> Iterator[list[str]]:
    """The rows of a csv.reader, as long as each cell is known to stand in its column."""
    number = 0
    try:
        for row in reader:
            if number >= heading and len(row) != width and not _is_harmless(row, width):
                detail = Fragment("tiene {found} valores y el encabezado {width}", found=len(row), width=width)
                raise BrokenRow(line=reader.line_num, detail=detail)
            number += 1
            yield row
    except csv.Error as error:
        raise BrokenRow(line=reader.line_num, detail=Fragment("sus comillas no están bien puestas")) from error


def _is_harmless(row: list[str], width: int) -> bool:
    """A blank row, a note of one cell, or a whole row that goes on with nothing."""
    return not any(cell.strip() for cell in row[width:]) and (
        len(row) > width or sum(bool(cell.strip()) for cell in row) <= 1
    )


class _Line:
    """Where csv writes a row; it writes each in one piece."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


_Treatments = Mapping[int, Callable[[str], str] | None]


def _treatments(plan: Plan, secret: bytes, today: dt.date | None) -> dict[int, Callable[[str], str] | None]:
    """Place (from 0) -> function of a cell."""
    return {place - 1: _function(one, secret, today) for place, one in plan.items()}


def _function(treatment: Treatment, secret: bytes, today: dt.date | None) -> Callable[[str], str] | None:
    """The function of a cell; None: the column is dropped."""
    if treatment.action == DROP:
        return None
    if treatment.action == HASH:
        require_secret(secret)
        return _remembering(lambda value: hash_value(value, secret))
    if treatment.action == GENERALISE and can_generalise(treatment.kind):
        return _remembering(lambda value: generalise(treatment.kind, value, today))
    raise NoTreatment(kind=treatment.kind, action=treatment.action)


def _remembering(function: Callable[[str], str]) -> Callable[[str], str]:
    known: dict[str, str] = {}

    def remembered(value: str) -> str:
        found = known.get(value)
        if found is None:
            found = function(value)
            if len(known) < REMEMBERED:
                known[value] = found
        return found

    return remembered
