"""Pure: what the scan found out about a file and its tables; the checks judge it, the profile shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .results import Place, Tally, Text

if TYPE_CHECKING:
    from .column_scan import ColumnScan
    from .sketches import RowSample

#: What `Place.line` counts in each kind of table.
LINE, ROW, RECORD = "line", "row", "record"


@dataclass(frozen=True)
class Problem:
    """Something that keeps a file, or the rest of it, from being read. `code` names the check that reports it."""

    code: str
    detail: Text
    place: Place = Place(0)


@dataclass
class FileFacts:
    """A file: its name, size in bytes, the format that its content proves and the one that its name says.

    Formats are lower-case names (`csv`, `xlsx`, `geojson`...), `""` when unknown.
    """

    name: str
    size: int = 0
    format: str = ""
    extension: str = ""
    declared: str = ""
    compressed: bool = False
    encoding: str = ""
    delimiter: str = ""
    problems: list[Problem] = field(default_factory=list)
    sheets: int = 0

    def problem(self, code: str, spanish: str, english: str, line: int = 0) -> None:
        """Take note of a problem."""
        self.problems.append(Problem(code, {"es": spanish, "en": english}, Place(line)))


@dataclass
class Heading:
    """The heading of a table: its first `line` (0: none), how many `lines` it takes, its cells as they are."""

    line: int = 0
    lines: int = 1
    cells: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class DictionaryField:
    """A column as the data dictionary describes it; `type` is `""` or a value of the vocabulary tipos_de_columna."""

    name: str
    label: str = ""
    description: str = ""
    type: str = ""


@dataclass
class TableFacts:
    """One table of a file. Tallies are of physical lines; `rows` counts records, faulty ones too, blank ones not."""

    name: str = ""
    unit: str = LINE
    heading: Heading = field(default_factory=Heading)
    names: list[str] = field(default_factory=list)
    rows: int = 0
    #: Rows that went into the columns.
    read: int = 0
    complete: bool = True
    #: Another table of the file has rows.
    beside_others: bool = False
    ragged: Tally = field(default_factory=Tally)
    #: Number of values found in ragged rows -> how many rows.
    ragged_widths: dict[int, int] = field(default_factory=dict)
    blank: Tally = field(default_factory=Tally)
    stray_quotes: Tally = field(default_factory=Tally)
    unclosed: Tally = field(default_factory=Tally)
    nul: Tally = field(default_factory=Tally)
    newlines: Tally = field(default_factory=Tally)
    mojibake: Tally = field(default_factory=Tally)
    bad_records: Tally = field(default_factory=Tally)
    duplicates: Tally = field(default_factory=Tally)
    merged_cells: Tally = field(default_factory=Tally)
    #: Geometries: without one, outside Bolivia, with latitude and longitude exchanged; None: the table has none.
    geometries: Geometries | None = None
    columns: list[ColumnScan] = field(default_factory=list)
    sample: RowSample | None = None
    dictionary: Sequence[DictionaryField] | None = None
    #: Whether every cell is text of a delimited file (quotes and ragged rows mean something).
    delimited: bool = False
    #: Column of the sheet (from 0) where the table begins.
    first_column: int = 0

    def column(self, name: str) -> ColumnScan | None:
        """The column of this name."""
        return next((one for one in self.columns if one.name == name), None)


@dataclass
class Geometries:
    """The geometries of a map: how many, of which types, what is wrong with them. `projected`: not in degrees."""

    count: int = 0
    types: dict[str, int] = field(default_factory=dict)
    missing: Tally = field(default_factory=Tally)
    outside: Tally = field(default_factory=Tally)
    swapped: Tally = field(default_factory=Tally)
    projected: bool = False


@dataclass(frozen=True)
class Limits:
    """How far a check goes. Bytes, characters, seconds; beyond them a finding says so and the rest is left unread."""

    seconds: float = 900.0
    line: int = 10 << 20
    columns: int = 2_000
    unpacked: int = 8 << 30
    sheet_unpacked: int = 400 << 20
    ratio: int = 200
    members: int = 5_000
    depth: int = 100
    record: int = 16 << 20
    sheets: int = 100


@dataclass(frozen=True)
class Vocabularies:
    """The codes that the checks know: INE codes of municipalities, provinces and departments, names of departments."""

    codes: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]
