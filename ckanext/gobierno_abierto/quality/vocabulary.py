"""Pure: INE's codes and the names of the departments, compared with the distinct values of columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from ..metadata.interfaces import load
from . import kinds, roles
from .column_scan import ColumnScan
from .facts import TableFacts
from .results import MAX_PLACES, Place, Tally, Text, shown

#: Share of the distinct values that must be codes for a heading to be believed, and for values alone to be enough.
BELIEVED, PROVED, AT_LEAST = 0.3, 0.9, 5
_VOCABULARIES = {roles.PROVINCE: "provincias", roles.DEPARTMENT: "departamentos"}


@dataclass
class CodeColumn:
    """A column of INE codes: which lost their zero, which INE does not know."""

    column: ColumnScan
    unit: str
    lost: Tally = field(default_factory=Tally)
    unknown: Tally = field(default_factory=Tally)
    example: Text | None = None


@cache
def codes(unit: str) -> frozenset[str]:
    """INE's codes of a kind of unit, of every classifier that the portal has (census 2012 and 2024)."""
    if unit == roles.MUNICIPALITY:
        return frozenset(
            str(code) for entry in load("municipios").entries for code in entry.attributes["codes"].values()
        )
    listed = {entry.value for entry in load(_VOCABULARIES[unit]).entries}
    if unit == roles.PROVINCE:
        # The indigenous territories of the 2024 census are in a province (0809) that is none of the 112.
        listed |= {str(entry.attributes["provincia"]) for entry in load("municipios").entries}
    return frozenset(listed)


def mended(value: str, unit: str) -> str:
    """`20101` -> `020101` when that is a code; else `""`."""
    if len(value) != roles.CODE_LENGTH[unit] - 1 or not value.isdecimal():
        return ""
    return f"0{value}" if f"0{value}" in codes(unit) else ""


def code_columns(table: TableFacts) -> list[CodeColumn]:
    """The columns of INE codes, judged."""
    found = []
    for column in table.columns:
        if unit := _unit(column):
            found.append(_judge(column, unit))
    return found


def _unit(column: ColumnScan) -> str:
    """The kind of unit whose codes a column holds; a heading is believed when some values are codes."""
    values = column.distinct.frame["value"]
    if values.is_empty() or not column.of(kinds.ZERO_LED, kinds.INTEGER, kinds.TEXT):
        return ""
    announced = roles.code_of(column.heading)
    if announced:
        return announced if _share(values.to_list(), announced) >= BELIEVED else ""
    # Without a word in the heading only municipalities are recognised: six digits are no accident, two are.
    plausible = values.len() >= AT_LEAST and values.str.contains(r"^0?\d{5}$").mean() or 0
    if plausible and float(plausible) >= PROVED and _share(values.to_list(), roles.MUNICIPALITY) >= PROVED:  # type: ignore[arg-type]
        return roles.MUNICIPALITY
    return ""


def _bare(value: str) -> str:
    """A code without the country that P-codes carry (BO020101)."""
    return value[2:] if value[:2] in {"BO", "bo"} else value


def _share(values: list[str], unit: str) -> float:
    known = sum(_bare(value) in codes(unit) or bool(mended(value, unit)) for value in values)
    return known / len(values)


def _judge(column: ColumnScan, unit: str) -> CodeColumn:
    found = CodeColumn(column, unit)
    lost, unknown = [], []
    for value, count, line in _told(column):
        if _bare(value) in codes(unit):
            continue
        place = Place(line, column.position, value=shown(value))
        if right := mended(value, unit):
            # Departments from 1 to 9 are numbers of their own use too: nothing is lost that could be mistaken.
            if unit != roles.DEPARTMENT:
                lost.append((count, place))
                found.example = found.example or {"es": f"{value} es {right}.", "en": f"{value} is {right}."}
        else:
            unknown.append((count, place))
    _fill(found.lost, lost)
    _fill(found.unknown, unknown)
    return found


def _told(column: ColumnScan) -> list[tuple[str, int, int]]:
    """(value, count, first line) of the distinct values that are no marks for a missing one."""
    frame = column.distinct.frame
    return list(frame.filter(~kinds.mask(frame["value"], kinds.MISSING)).select("value", "count", "line").iter_rows())


def _fill(tally: Tally, found: Iterable[tuple[int, Place]]) -> None:
    told = sorted(found, key=lambda pair: pair[1].line)
    tally.count = sum(count for count, _place in told)
    tally.places = [place for _count, place in told[:MAX_PLACES]]


def department_columns(table: TableFacts) -> list[tuple[ColumnScan, Tally]]:
    """Columns of names of departments with those that are none."""
    found = []
    for column in table.columns:
        if not roles.names(column.heading) or not column.of(kinds.TEXT):
            continue
        rows = _told(column)
        unknown = [
            (count, Place(line, column.position, value=shown(value)))
            for value, count, line in rows
            if load("departamentos").find(value) is None
        ]
        if rows and len(unknown) * 2 <= len(rows):
            tally = Tally()
            _fill(tally, unknown)
            found.append((column, tally))
    return found
