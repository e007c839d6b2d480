"""Pure: CSV and TSV: the byte and line pass, then the columns, in batches that keep their physical lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ..encoding import SAMPLE, detect_delimiter, detect_encoding
from ..facts import LINE, FileFacts, Limits, TableFacts
from ..results import Place, shown
from . import heading
from .base import Batch, stop
from .blocks import BLOCK, LongLine, blocks, has_line_end, long_line
from .records import Cut, Shape, cut

#: UTF-8 that was read as Latin-1 and written again («Ã±»), and characters that were lost (U+FFFD).
_TWICE = re.compile("[ÃÂ][\u0080-\u00bf]|\ufffd")
#: The same in UTF-8, each with its rarest byte.
_TWICE_BYTES = ((b"\x83", b"\xc3\x83\xc2"), (b"\x82", b"\xc3\x82\xc2"), (b"\xef", b"\xef\xbf\xbd"))
#: Blocks of wide tables are larger: each column costs some time per block.
WIDE, WIDE_BLOCK = 200, 32 << 20


class DelimitedTable:
    """The table of a delimited text.

    `mend` (see records.Shape) is set before `batches` by whoever may leave nothing out.
    """

    mend = False

    def __init__(self, path: Path, file: FileFacts, limits: Limits) -> None:
        self.path, self.limits = path, limits
        if not has_line_end(path, limits):
            raise long_line(1, limits)
        file.encoding = detect_encoding(path)
        try:
            first = next(blocks(path, file.encoding, limits, SAMPLE), b"")
        except LongLine:
            raise long_line(1, limits) from None
        sample = first.decode("utf-8", "replace").replace("\0", "")
        file.delimiter = detect_delimiter(sample, "\t" if file.format == "tsv" else "")
        self.encoding, self.delimiter = file.encoding, file.delimiter
        self.facts = TableFacts(unit=LINE, delimited=True)
        self._find_heading(sample)

    def _find_heading(self, sample: str) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), self.limits.line))
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=self.delimiter)
        rows: list[tuple[int, list[str]]] = []
        ends = []
        for values in reader:
            if any(value.strip() for value in values):
                rows.append((reader.line_num - sum(value.count("\n") for value in values), values))
                ends.append(reader.line_num)
            if len(rows) >= heading.SAMPLE_ROWS:
                break
        if not rows:
            self.skipped = 0
            return
        index = heading.find(rows)
        line, values = rows[index]
        if len(values) > self.limits.columns:
            raise stop(
                "too_many_columns",
                f"La tabla tiene {len(values)} columnas y se revisan hasta {self.limits.columns}.",
                f"The table has {len(values)} columns and up to {self.limits.columns} are checked.",
                line,
            )
        self.facts.heading, self.facts.names = heading.of(line, values)
        #: Physical lines before the first row.
        self.skipped = ends[index]

    def batches(self) -> Iterator[Batch]:
        """The rows, in blocks. Raises Stopped when a line has no end."""
        if not self.facts.names:
            return
        shape = Shape(self.delimiter, len(self.facts.names), self.mend)
        size = BLOCK if shape.width < WIDE else WIDE_BLOCK
        rest, line, skip = b"", 1, self.skipped
        try:
            for block in blocks(self.path, self.encoding, self.limits, size):
                if skip:
                    block, skipped = _drop_lines(block, skip)
                    line, skip = line + skipped, skip - skipped
                if not block:
                    continue
                data = rest + block
                found = cut(data, line, shape, self.facts, final=False)
                yield from self._parsed(found, data, line)
                rest, line = found.rest, line + found.count
        except LongLine:
            raise long_line(line + rest.count(b"\n"), self.limits) from None
        if rest:
            yield from self._parsed(cut(rest, line, shape, self.facts, final=True), rest, line)

    def _parsed(self, found: Cut, data: bytes, line: int) -> Iterator[Batch]:
        self._note_mojibake(data, line)
        if not found.text:
            return
        names = self.facts.names
        frame = pl.read_csv(
            found.text,
            separator=self.delimiter,
            has_header=False,
            quote_char='"' if b'"' in data else None,
            schema=dict.fromkeys(names, pl.String),
            encoding="utf8-lossy",
        )
        if frame.height != found.lines.len():
            # The two readers do not agree: the slow one decides.
            text = io.StringIO(found.text.decode("utf-8", "replace"), newline="")
            rows = list(csv.reader(text, delimiter=self.delimiter))
            frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
        yield Batch(frame, found.lines)

    def _note_mojibake(self, data: bytes, first: int) -> None:
        # One byte is looked for at the speed of memory, three are not.
        if not any(rare in data and mark in data for rare, mark in _TWICE_BYTES):
            return
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), first):
            if match := _TWICE.search(line):
                self.facts.mojibake.add(
                    1, [Place(number, character=match.start() + 1, value=shown(_around(line, match)))]
                )


def _around(line: str, match: re.Match[str]) -> str:
    return line[max(0, match.start() - 12) : match.end() + 12]


def _drop_lines(block: bytes, count: int) -> tuple[bytes, int]:
    """The block without its first `count` lines, and how many there were."""
    place = 0
    for dropped in range(count):
        end = block.find(b"\n", place)
        if end < 0:
            return b"", dropped + (place < len(block))
        place = end + 1
    return block[place:], count
