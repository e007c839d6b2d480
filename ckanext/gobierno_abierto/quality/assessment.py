"""Pure: the place where column assessors are asked about personal data.

An assessor takes samples of distinct values with their counts and returns findings: dataclasses with a `column`. The
engine knows nothing of how they decide; what a finding names is withheld from the rest of the report.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from .facts import TableFacts

#: Modules of this package that have `assess(columns)`; those that are not installed are passed over.
MODULES = ("personal_data",)
#: Distinct values of a column that an assessor is given.
VALUES = 1_000


@dataclass(frozen=True)
class ColumnSample:
    """Distinct values of a column with how often each occurs; a fair sample of them when not `complete`."""

    name: str
    heading: str
    values: tuple[tuple[str, int], ...]
    rows: int
    empty: int
    distinct: int
    complete: bool


Assessor = Callable[[Mapping[str, ColumnSample]], Iterable[Any]]


def assessors() -> list[Assessor]:
    """The assessors that are installed."""
    found: list[Assessor] = []
    for name in MODULES:
        if importlib.util.find_spec(f"{__package__}.{name}"):
            assessor = getattr(importlib.import_module(f"{__package__}.{name}"), "assess", None)
            found += [assessor] if assessor else []
    return found


def samples(table: TableFacts) -> dict[str, ColumnSample]:
    """A sample of each column by its name."""
    return {
        column.name: ColumnSample(
            name=column.name,
            heading=column.heading,
            values=tuple(column.distinct.frame.head(VALUES).select("value", "count").iter_rows()),
            rows=column.rows,
            empty=column.rows - column.values,
            distinct=column.distinct.estimate,
            complete=column.distinct.complete and column.distinct.frame.height <= VALUES,
        )
        for column in table.columns
    }


def assess(table: TableFacts, using: Iterable[Assessor] | None = None) -> list[dict[str, Any]]:
    """Findings of every assessor as dictionaries with a `column`."""
    given = samples(table)
    found: list[dict[str, Any]] = []
    for assessor in assessors() if using is None else using:
        found += [as_dict(one) for one in assessor(given)]
    return found


def as_dict(finding: Any) -> dict[str, Any]:
    """A finding as JSON holds it."""
    if is_dataclass(finding) and not isinstance(finding, type):
        return asdict(finding)
    return dict(finding)
