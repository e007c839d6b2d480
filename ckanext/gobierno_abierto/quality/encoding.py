"""Pure: in which encoding a text file is written and what separates its columns."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
SAMPLE = 1 << 17
SAMPLE_ROWS = 200
DELIMITERS = ",;\t|"
#: Bytes that Windows-1252 leaves unassigned: with them the text is Latin-1 (ISO 8859-1) with control characters.
UNASSIGNED = frozenset([0x81, 0x8D, 0x8F, 0x90, 0x9D])


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written. `encoding` is a Python codec, `delimiter` one character."""

    encoding: str
    delimiter: str


def detect_encoding(path: Path) -> str:
    """`utf-8-sig`, `utf-16`, `utf-16-le`, `utf-16-be`, `cp1252` or `latin-1`.

    The whole file is read: one accented letter at its end decides between UTF-8 and the rest.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen: set[int] = set()
    utf8 = True
    with path.open("rb") as stream:
        chunk = stream.read(CHUNK)
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if wide := _without_mark(chunk[:SAMPLE]):
            return wide
        while chunk:
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
            if not utf8:
                seen.update(UNASSIGNED.intersection(chunk))
            chunk = stream.read(CHUNK)
    if utf8:
        try:
            decoder.decode(b"", True)
            return "utf-8-sig"
        except UnicodeDecodeError:
            pass
    return "latin-1" if seen else "cp1252"


def _without_mark(sample: bytes) -> str:
    """UTF-16 without a byte-order mark: in Western text nearly every second byte is zero."""
    half = len(sample) // 2
    if half < 4:
        return ""
    even, odd = sample[0 : half * 2 : 2].count(0), sample[1 : half * 2 : 2].count(0)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def detect_delimiter(sample: str, preferred: str = "") -> str:
    """The separator that cuts the sample into the most regular rows.

    Score: share of rows with the commonest number of columns, then that number. A separator that never makes a
    second column is no candidate; `preferred` (what the extension says) wins a tie. Default: comma.
    """
    best: tuple[float, int, bool, int] = (0.0, 1, False, 0)
    chosen = preferred or ","
    for order, delimiter in enumerate(DELIMITERS):
        widths = _widths(sample, delimiter)
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width < 2:
            continue
        share = count / len(widths)
        score = (round(share, 2), width, delimiter == preferred, -order)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _widths(sample: str, delimiter: str) -> Sequence[int]:
    lines = sample.splitlines(keepends=True)
    complete = lines[:-1] if len(lines) > 2 and not sample.endswith("\n") else lines
    try:
        rows = csv.reader(complete[:SAMPLE_ROWS], delimiter=delimiter)
        return [len(row) for row in rows if any(value.strip() for value in row)]
    except csv.Error:
        return []


def detect(path: Path, preferred: str = "") -> Dialect:
    """Encoding and separator of a file on disk."""
    encoding = detect_encoding(path)
    with path.open("r", encoding=encoding, errors="replace", newline="") as stream:
        return Dialect(encoding, detect_delimiter(stream.read(SAMPLE), preferred))
