"""Pure: a CSV with its columns of personal data dropped, hashed or made coarser, written row by row."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

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
    secret: bytes = b"",
    today: dt.date | None = None,
) -> Iterator[str]:
    """The lines of the masked file, in the dialect of `lines` (text with its line ends: `open(newline="")`).

    `heading` lines stand above the data and lose only the dropped columns. Rows with more or fewer cells than the
    heading are kept. Raises WeakSecret when a hash is asked for without a secret, NoTreatment for one unknown.
    """
    treat = {place - 1: _function(one, secret, today) for place, one in plan.items()}
    stream = iter(lines)
    first = next(stream, None)
    if first is None:
        return
    dialect = Dialect.of(first.removeprefix("\ufeff"), delimiter)
    if first.startswith("\ufeff"):
        # The mark would stand before the quote that opens the first cell, which csv then takes for a stray one.
        yield "\ufeff"
    rows = csv.reader(itertools.chain([first.removeprefix("\ufeff")], stream), delimiter=delimiter)
    line = _Line()
    out = csv.writer(
        line,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if dialect.quote_all else csv.QUOTE_MINIMAL,
        lineterminator=dialect.ending,
    )
    dropped = {place for place, function in treat.items() if function is None}
    changed = {place: function for place, function in treat.items() if function is not None}
    for number, row in enumerate(rows):
        if number >= heading:
            for place, function in changed.items():
                if place < len(row):
                    row[place] = function(row[place])
        out.writerow([cell for place, cell in enumerate(row) if place not in dropped] if dropped else row)
        yield line.text


class _Line:
    """Where csv writes a row; it writes each in one piece."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


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
