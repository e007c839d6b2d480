"""Pure: the lines of a block made into records: which lines begin one, which are faulty and at which character.

A record is well formed when each field is either free of quotes or wholly quoted with inner quotes doubled (RFC 4180).
A quoted field may hold line ends. What is not well formed is reported and left out, and reading goes on at the next
line: one forgotten quote costs one record, not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from ..facts import TableFacts
from ..results import MAX_PLACES, Place

#: Characters that a record of several lines may take; less once a block has shown many forgotten quotes.
SPAN, SHORT_SPAN, PATIENCE = 256 << 10, 4 << 10, 50
#: Columns up to which one pattern says that a line is well formed and complete.
COUNTED = 40
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Shape:
    """How records look: separator and number of values.

    `mend`: faulty records from which nothing would be lost are made good instead of left out. Missing values at the end
    are filled with nothing, empty ones beyond the width are cut off, quotes out of place are taken as they are.
    """

    delimiter: str
    width: int
    mend: bool = False

    @property
    def field(self) -> str:
        """One value on one line, as a pattern for Rust's regex and Python's."""
        return rf'(?:"(?:[^"]|"")*"|[^"{re.escape(self.delimiter)}]*)'

    @property
    def any_width(self) -> str:
        """A well-formed line."""
        return f"^{self.field}(?:{re.escape(self.delimiter)}{self.field})*$"

    @property
    def exact(self) -> str:
        """A well-formed line of `width` values."""
        return f"^{self.field}(?:{re.escape(self.delimiter)}{self.field}){{{self.width - 1}}}$"

    def fitted(self, values: list[str], facts: TableFacts) -> list[str] | None:
        """The values as many as the width, their former number counted; None when some would be lost."""
        if any(value.strip() for value in values[self.width :]):
            return None
        if len(values) != self.width:
            facts.ragged_widths[len(values)] = facts.ragged_widths.get(len(values), 0) + 1
        return values[: self.width] + [""] * (self.width - len(values))

    def record(self) -> re.Pattern[str]:
        """A record from a given place of a text, over several lines if its quotes say so."""
        mark = re.escape(self.delimiter)
        one = rf'(?:"[^"]*(?:""[^"]*)*"|[^"\n{mark}]*)'
        return re.compile(rf"{one}(?:{mark}{one})*(?=\n)")


@dataclass
class Cut:
    """What `cut` found in a block: `text` of the good records, the line of each, how many lines (`count`) were read,
    and what must wait for more text.
    """

    text: bytes
    lines: pl.Series
    count: int
    rest: bytes = b""


def split_lines(block: bytes) -> pl.Series:
    """The lines of a block without their ends; null or empty where one is blank."""
    if b"\x01" in block:
        return pl.Series("line", block.decode("utf-8", "replace").removesuffix("\n").split("\n"), dtype=pl.String)
    # The quickest splitter that polars has, with a separator that does not occur.
    frame = pl.read_csv(
        block, separator="\x01", has_header=False, quote_char=None, schema={"line": pl.String}, encoding="utf8-lossy"
    )
    return frame["line"]


def cut(block: bytes, first: int, shape: Shape, facts: TableFacts, final: bool) -> Cut:
    """The records of a block whose first line is number `first`; faults go into `facts`."""
    if b"\0" in block:
        block = _without_nul(block, first, facts)
    lines = split_lines(block)
    quoted = b'"' in block
    good = _right_width(lines, shape, quoted)
    blank = _blank(lines, shape)
    if good.all() and not blank.any():
        facts.rows += lines.len()
        return Cut(block, pl.int_range(first, first + lines.len(), eager=True).alias("line"), lines.len())
    if not quoted:
        return _without_quotes(lines, good, blank, first, shape, facts)
    return _sort_out(block, lines, good, blank, first, shape, facts, final)


def _without_quotes(
    lines: pl.Series, good: pl.Series, blank: pl.Series, first: int, shape: Shape, facts: TableFacts
) -> Cut:
    """Blank and ragged lines of a block without quotes, where a line is a record."""
    numbers = pl.int_range(first, first + lines.len(), eager=True).alias("line")
    facts.blank.add(int(blank.sum()), map(Place, numbers.filter(blank).head(MAX_PLACES)))
    ragged = ~good & ~blank
    if shape.mend and ragged.any():
        lines, good = _fitted(lines, good, ragged.arg_true(), shape, facts)
        ragged = ~good & ~blank
    if ragged.any():
        widths = lines.filter(ragged).str.count_matches(shape.delimiter, literal=True) + 1
        facts.ragged.add(
            int(ragged.sum()),
            (
                Place(line, value=str(width))
                for line, width in zip(numbers.filter(ragged).head(MAX_PLACES), widths.head(MAX_PLACES), strict=True)
            ),
        )
        facts.rows += int(ragged.sum())
        for width, count in widths.value_counts(name="count").iter_rows():
            facts.ragged_widths[width] = facts.ragged_widths.get(width, 0) + count
    keep = (good & ~blank).to_list()
    return _assembled(lines, keep, keep, first, facts)


def _fitted(
    lines: pl.Series, good: pl.Series, ragged: Iterable[int], shape: Shape, facts: TableFacts
) -> tuple[pl.Series, pl.Series]:
    """Lines without quotes made as wide as the heading where nothing is lost by it, and which are good then."""
    mended: dict[int, str] = {}
    for index in ragged:
        values = shape.fitted((lines[index] or "").split(shape.delimiter), facts)
        if values is not None:
            mended[index] = shape.delimiter.join(values)
    return _with(lines, mended), good.scatter(pl.Series(list(mended), dtype=pl.UInt32), True)


def _with(lines: pl.Series, mended: dict[int, str]) -> pl.Series:
    """The lines with some of them replaced, by index."""
    return lines.scatter(list(mended), list(mended.values())) if mended else lines


def _right_width(lines: pl.Series, shape: Shape, quoted: bool) -> pl.Series:
    """Which lines are by themselves records of the right width."""
    line, last = pl.col("line"), shape.width - 1
    counted = line.str.count_matches(shape.delimiter, literal=True) == last
    if quoted:
        # The pattern is asked only where there are quotes.
        if shape.width <= COUNTED:
            well = line.str.contains(shape.exact)
        else:
            bare = line.str.replace_all(_QUOTED.pattern, "")
            well = line.str.contains(shape.any_width) & (bare.str.count_matches(shape.delimiter, literal=True) == last)
        marked = lines.str.contains('"', literal=True).fill_null(False)
        found = lines.to_frame().filter(marked).select(well).to_series()
        if marked.all():
            return found
        good = lines.to_frame().select(counted).to_series().fill_null(last == 0)
        return good.scatter(marked.arg_true(), found)
    return lines.to_frame().select(counted).to_series().fill_null(last == 0)


def _blank(lines: pl.Series, shape: Shape) -> pl.Series:
    """Lines with nothing but separators, quotes and spaces."""
    return lines.str.strip_chars(shape.delimiter + '" \t\r').fill_null("") == ""


def _without_nul(block: bytes, first: int, facts: TableFacts) -> bytes:
    """The block without its NUL bytes, their lines counted."""
    for number, line in enumerate(block.split(b"\n"), first):
        if b"\0" in line:
            facts.nul.add(line.count(b"\0"), [Place(number, character=line.index(b"\0") + 1)])
    return block.replace(b"\0", b"")


def _sort_out(
    block: bytes,
    lines: pl.Series,
    good: pl.Series,
    blank: pl.Series,
    first: int,
    shape: Shape,
    facts: TableFacts,
    final: bool,
) -> Cut:
    """The slow way, for blocks with blank, ragged or malformed lines or records of several lines."""
    keep = (good & ~blank).to_list()
    starts = list(keep)
    walker = _Walker(block.decode("utf-8", "replace"), shape, facts, first, final)
    blanks, suspects = blank.to_list(), (~good | blank).arg_true().to_list()
    number = 0
    for index in suspects:
        if index < number:
            continue
        if blanks[index] and '"' not in (lines[index] or ""):
            facts.blank.add(1, [Place(first + index)])
            continue
        end, fits = walker.look(index)
        if end is None:
            rest = walker.text[walker.offsets[index] :]
            lines = _with(lines, walker.mended)
            return _assembled(lines[:index], keep[:index], starts[:index], first, facts, rest.encode())
        number = end
        whole = index in walker.mended
        for one in range(index, end):
            starts[one] = fits and one == index
            keep[one] = starts[one] if whole else fits
    return _assembled(_with(lines, walker.mended), keep, starts, first, facts)


def _assembled(
    lines: pl.Series, keep: list[bool], starts: list[bool], first: int, facts: TableFacts, rest: bytes = b""
) -> Cut:
    numbers = pl.int_range(first, first + lines.len(), eager=True).alias("line")
    begins = numbers.filter(pl.Series(starts, dtype=pl.Boolean))
    facts.rows += begins.len()
    kept = lines.filter(pl.Series(keep, dtype=pl.Boolean)).fill_null("")
    text = kept.str.join("\n").item() if kept.len() else ""
    return Cut((text + "\n").encode() if kept.len() else b"", begins, lines.len(), rest)


class _Walker:
    """Looks at single records of a block, one after the other."""

    def __init__(self, text: str, shape: Shape, facts: TableFacts, first: int, final: bool) -> None:
        self.text = text if text.endswith("\n") else text + "\n"
        self.shape, self.facts, self.first, self.final = shape, facts, first, final
        self.offsets = [0, *accumulate([len(line) + 1 for line in self.text.split("\n")[:-1]])]
        self.pattern, self.failures = shape.record(), 0
        #: Index of a record's first line -> the whole record, mended.
        self.mended: dict[int, str] = {}

    def look(self, index: int) -> tuple[int | None, bool]:
        """(index after the record that begins at line `index`, whether it is a good one); None: it needs more text."""
        start, line = self.offsets[index], self.first + index
        span = SPAN if self.failures < PATIENCE else SHORT_SPAN
        match = self.pattern.match(self.text, start, start + span)
        if match is None:
            # An opening quote may be closed in the next block.
            if not self.final and start + span > len(self.text) and self._open(index) is not None:
                return None, False
            return index + 1, self._mend(index, self._line(index), quotes=True) or self._malformed(index, line)
        lines = match.group().count("\n")
        width = _QUOTED.sub("", match.group()).count(self.shape.delimiter) + 1
        blank = self._says_nothing(match.group())
        if width != self.shape.width and not (blank and self.shape.mend):
            if self._mend(index, match.group()):
                return index + lines + 1, True
            self.facts.rows += 1
            self.facts.ragged.add(1, [Place(line, value=str(width))])
            self.facts.ragged_widths[width] = self.facts.ragged_widths.get(width, 0) + 1
            return index + lines + 1, False
        if blank:
            self.facts.blank.add(1, [Place(line)])
            return index + lines + 1, False
        if lines:
            self.facts.newlines.add(1, [Place(line)])
        return index + lines + 1, True

    def _says_nothing(self, record: str) -> bool:
        """Whether all its values are blank; a separator or a quote between quotes is a value."""
        if record.strip(self.shape.delimiter + '" \t\r\n'):
            return False
        bare = _QUOTED.sub(lambda quoted: quoted.group()[1:-1].replace(self.shape.delimiter, "x"), record)
        return not bare.strip(self.shape.delimiter + " \t\r\n")

    def _open(self, index: int) -> int | None:
        """Where in its line a quote is opened and not closed (from 0); None when the fault is another."""
        line = self._line(index)
        mark = re.escape(self.shape.delimiter)
        place = 0
        value = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|[^"{mark}]*)(?={mark}|$)')
        while True:
            found = value.match(line, place)
            if found is None:
                unclosed = line.startswith('"', place) and re.match(r'"[^"]*(?:""[^"]*)*$', line[place:])
                return place if unclosed else None
            if found.end() >= len(line):
                return None
            place = found.end() + 1

    def _line(self, index: int) -> str:
        return self.text[self.offsets[index] : self.offsets[index + 1] - 1]

    def _mend(self, index: int, record: str, quotes: bool = False) -> bool:
        """Whether the record is good now. A quote that is never closed (`quotes`) has no mending."""
        if not self.shape.mend or (quotes and self._open(index) is not None):
            return False
        try:
            values = next(csv.reader(io.StringIO(record, newline=""), delimiter=self.shape.delimiter))
        except csv.Error:
            return False
        fitted = self.shape.fitted(values, self.facts)
        if fitted is None:
            return False
        written = io.StringIO()
        csv.writer(written, delimiter=self.shape.delimiter, lineterminator="", quoting=csv.QUOTE_ALL).writerow(fitted)
        self.mended[index] = written.getvalue()
        return True

    def _malformed(self, index: int, line: int) -> bool:
        """Take note of a record that is not well formed; False."""
        self.failures += 1
        self.facts.rows += 1
        place = self._open(index)
        if place is not None:
            self.facts.unclosed.add(1, [Place(line, character=place + 1)])
            return False
        self.facts.stray_quotes.add(1, [Place(line, character=self._stray(index) + 1)])
        return False

    def _stray(self, index: int) -> int:
        """Where in its line the first quote out of place is (from 0)."""
        line = self._line(index)
        mark = re.escape(self.shape.delimiter)
        value = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|[^"{mark}]*)')
        place = 0
        while place <= len(line):
            found = value.match(line, place)
            end = found.end() if found else place
            if end >= len(line):
                return max(line.rfind('"'), 0)
            if line[end] != self.shape.delimiter:
                # After a closing quote the fault is that quote; in a bare value it is the quote that follows.
                return end if line[end] == '"' else end - 1
            place = end + 1
        return max(line.rfind('"'), 0)
