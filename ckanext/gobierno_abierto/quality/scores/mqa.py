"""Pure: the score of a dataset: what it gains of the method's 405 points, and what to do for more.

Points of files are those of the dataset's best file as a whole, as data.europa.eu counts them: a handbook in PDF
beside a CSV takes nothing away, and no score is put together from several files' halves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import rules, stars
from .conformance import violations
from .method import DATASET, FILE, MARKS, NO, UNKNOWN, YES, Indicator, Method, Rating, method, scaled

#: The national licence: not in the European vocabulary, and not to be changed for points.
NATIONAL_LICENCE = "DA-BO"


@dataclass(frozen=True)
class FileScore:
    """What one file says: indicator code to its result."""

    id: str
    name: str
    format: str
    results: Mapping[str, str]
    points: int
    stars: int


@dataclass(frozen=True)
class Outcome:
    """An indicator's result for the dataset; `files` are its results for each file, in their order."""

    indicator: Indicator
    result: str
    files: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Points that it gives."""
        return self.indicator.points if self.result == YES else 0

    @property
    def measurable(self) -> int:
        """Points that it could have given; 0 of what is not known."""
        return 0 if self.result == UNKNOWN else self.indicator.points


@dataclass(frozen=True)
class Step:
    """What to do next: `gain` points by mending `fields` (of the file `resource_id`, if not None)."""

    code: str
    gain: int
    effort: int
    title: Mapping[str, str]
    advice: Mapping[str, str]
    fields: tuple[str, ...]
    resource_id: str | None = None


@dataclass(frozen=True)
class Score:
    """A dataset's score. `best` is the file whose results count, None without files."""

    method: Method
    outcomes: tuple[Outcome, ...]
    files: tuple[FileScore, ...]
    best: FileScore | None
    stars: int
    steps: tuple[Step, ...]

    @cached_property
    def points(self) -> int:
        """Points gained."""
        return sum(outcome.points for outcome in self.outcomes)

    @cached_property
    def measurable(self) -> int:
        """Points that could be measured; all 405 where every address was asked."""
        return sum(outcome.measurable for outcome in self.outcomes)

    @property
    def scaled(self) -> int:
        """Points of 405, as if everything could have been measured."""
        return scaled(self.points, self.measurable, self.method.total)

    @property
    def percentage(self) -> float:
        """Gained share of what could be measured, one decimal."""
        return round(100 * self.points / self.measurable, 1) if self.measurable else 0.0

    @property
    def rating(self) -> Rating:
        """The mark in words."""
        return self.method.rating(self.scaled)

    @property
    def marks(self) -> str:
        """The results, one letter an indicator: how a stored score keeps them."""
        return "".join(MARKS[outcome.result] for outcome in self.outcomes)

    def of_dimension(self, code: str) -> tuple[int, int]:
        """(points, measurable) of a dimension."""
        mine = [outcome for outcome in self.outcomes if outcome.indicator.dimension == code]
        return sum(one.points for one in mine), sum(one.measurable for one in mine)


def score(package: Mapping[str, Any], reached: rules.Reached) -> Score:
    """The score of a dataset as package_show gives it; `reached`: resource id to whether its address answers."""
    used = method()
    resources = [one for one in package.get("resources") or [] if isinstance(one, Mapping)]
    files = tuple(_file(used, package, resource, reached) for resource in resources)
    best = _best(files)
    outcomes = tuple(_outcome(one, package, files, best) for one in used.indicators)
    found = stars.of_dataset(package)
    return Score(used, outcomes, files, best, found, _steps(package, outcomes, best))


def _file(used: Method, package: Mapping[str, Any], resource: Mapping[str, Any], reached: rules.Reached) -> FileScore:
    asked = [one for one in used.indicators if one.of == FILE]
    results = {one.code: rules.of_file(one.code, package, resource, reached) for one in asked}
    return FileScore(
        id=str(resource.get("id") or ""),
        name=str(resource.get("name") or ""),
        format=str(resource.get("format") or ""),
        results=results,
        points=sum(one.points for one in asked if results[one.code] == YES),
        stars=stars.of_file(package, resource),
    )


def _best(files: Sequence[FileScore]) -> FileScore | None:
    """The file with most points; among equals one with less that is known to be missing, then the first."""
    return max(files, key=lambda one: (one.points, -sum(r == NO for r in one.results.values())), default=None)


def _outcome(
    indicator: Indicator, package: Mapping[str, Any], files: Sequence[FileScore], best: FileScore | None
) -> Outcome:
    if indicator.of == DATASET:
        return Outcome(indicator, rules.of_dataset(indicator.code, package))
    results = tuple(one.results[indicator.code] for one in files)
    return Outcome(indicator, best.results[indicator.code] if best else NO, results)


def _steps(package: Mapping[str, Any], outcomes: Sequence[Outcome], best: FileScore | None) -> tuple[Step, ...]:
    """What is missing, most points for least work first; what cannot be asked of anybody is left out."""
    missing = [one.indicator for one in outcomes if one.result == NO]
    if _national(package):
        missing = [one for one in missing if one.code != "licence_vocabulary"]
    steps = [_step(one, package, best) for one in missing if one.of == DATASET or best is not None]
    if best is None:
        said = method().without_files
        gain = sum(one.points for one in missing if one.of == FILE)
        steps.append(Step("resources", gain, said.effort, said.title, said.advice, ("resources",)))
    return tuple(sorted(steps, key=lambda step: (-step.gain / step.effort, -step.gain)))


def _step(one: Indicator, package: Mapping[str, Any], best: FileScore | None) -> Step:
    fields = tuple(dict.fromkeys(name for name, _id in violations(package))) if one.code == "dcat_ap" else ()
    of_the_file = one.of == FILE and one.field != "license_id" and best is not None
    resource_id = best.id if best is not None and of_the_file else None
    return Step(one.code, one.points, one.effort, one.title, one.advice, fields or (one.field,), resource_id)


def _national(package: Mapping[str, Any]) -> bool:
    return any(stars.licence_of(package, resource) == NATIONAL_LICENCE for resource in package.get("resources") or [{}])
