"""Pure: everything that is measured of a column, as numbers from 0 to 1 by name.

head.<group>      1 when the heading has a word of the group (headings.yaml)
share.<pattern>   share of the distinct values with the form (patterns.yaml)
name.<kind>       share of the cells that may be names of persons, places, organisations (names.py)
figures.<what>    what figures.py says of numbers, dates and coordinates
unique            distinct values among the cells that have them
few               1 for no distinct values at all, 0 from MANY on
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from . import figures
from .headings import groups
from .names import kinds_of
from .patterns import matching
from .samples import ColumnSample, tidy_values

#: Distinct values from which a column is no list of a few categories.
MANY = 30
#: Features that Python tells value by value.
TESTS: Mapping[str, Callable[[str], object]] = {
    "share.luhn": figures.passes_luhn,
    "figures.card": figures.is_card,
    "figures.degrees": figures.is_degrees,
    "figures.date": figures.year_of,
}


@dataclass(frozen=True)
class Features:
    """Of one column. `matches`: feature -> tidy values that have it."""

    numbers: dict[str, float]
    matches: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> float:
        return self.numbers.get(name, 0.0)


def features(sample: ColumnSample) -> Features:
    """Those of a column; nothing but its heading when it is empty."""
    numbers = {f"head.{group}": 1.0 for group in groups(sample.name)}
    cells = tidy_values(sample.values)
    if not cells:
        return Features(numbers)
    values = list(cells)
    matches = {f"share.{name}": found for name, found in matching(values).items()}
    matches |= {name: found for name, test in TESTS.items() if (found := [value for value in values if test(value)])}
    numbers |= {name: len(found) / len(values) for name, found in matches.items()}
    said = max(sum(cells.values()), len(values))
    for name, scores in _names(values).items():
        matches[f"name.{name}"] = [value for value, _score in scores]
        # By cells: surnames repeat, and the frequent ones are those that the lists know.
        numbers[f"name.{name}"] = sum(score * cells[value] for value, score in scores) / said
    numbers |= figures.of_numbers(values, sample.distinct)
    numbers |= figures.of_dates(values)
    numbers |= figures.of_places(values)
    numbers["figures.few_tails"] = figures.few_tails(matches.get("share.plate", []))
    numbers["unique"] = len(values) / said
    numbers["few"] = figures.clamp((MANY - max(sample.distinct, len(values))) / MANY)
    return Features(numbers, matches)


def _names(values: Iterable[str]) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for value in values:
        # What begins and ends with a digit is no name: most columns of numbers are passed over here.
        if not (value[0].isdecimal() and value[-1].isdecimal()):
            for kind, score in kinds_of(value).items():
                found[kind].append((value, score))
    return found
