"""Pure: the method of the scores: dimensions, indicators and ratings of `indicators.yaml`, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_SOURCE = Path(__file__).with_name("indicators.yaml")

#: What an indicator says: its points are gained, are not, or nobody could ask yet.
YES, NO, UNKNOWN = "yes", "no", "unknown"
#: How a stored score keeps them, in the method's order: one letter an indicator.
MARKS = {YES: "y", NO: "n", UNKNOWN: "u"}
DATASET, FILE = "dataset", "file"


@dataclass(frozen=True)
class Indicator:
    """One question of the method. `field` is where it is mended; of a resource where `of` is FILE."""

    code: str
    dimension: str
    points: int
    of: str
    property: str
    field: str
    effort: int
    title: Mapping[str, str]
    asks: Mapping[str, str]
    advice: Mapping[str, str]
    network: bool = False


@dataclass(frozen=True)
class Dimension:
    """A group of indicators."""

    code: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    points: int


@dataclass(frozen=True)
class Rating:
    """A mark in words: at least `least` points of 405. `tone` is the badge's."""

    code: str
    least: int
    tone: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class WithoutFiles:
    """The one step of a dataset that has no file at all."""

    effort: int
    title: Mapping[str, str]
    advice: Mapping[str, str]


@dataclass(frozen=True)
class Method:
    """All of it. `version` changes whenever stored scores are to be computed anew."""

    version: int
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    ratings: tuple[Rating, ...]
    without_files: WithoutFiles

    @property
    def total(self) -> int:
        """Points of all indicators."""
        return sum(indicator.points for indicator in self.indicators)

    def rating(self, points: int) -> Rating:
        """The mark of so many points of 405."""
        return next(rating for rating in self.ratings if points >= rating.least)

    def points(self, marks: str) -> tuple[int, int]:
        """(points gained, points that could be measured) of a stored score's marks."""
        pairs = list(zip(self.indicators, marks, strict=True))
        gained = sum(one.points for one, mark in pairs if mark == MARKS[YES])
        return gained, sum(one.points for one, mark in pairs if mark != MARKS[UNKNOWN])


def scaled(points: int, measurable: int, total: int) -> int:
    """Points as if everything could have been measured: the share of the measurable ones, of `total`; halves go up."""
    return (2 * points * total + measurable) // (2 * measurable) if measurable else 0


def build(document: Mapping[str, Any]) -> Method:
    """The method of a parsed YAML document."""
    indicators = tuple(Indicator(**raw) for raw in document["indicators"])
    return Method(
        version=document["version"],
        dimensions=tuple(
            Dimension(**raw, points=_total(one for one in indicators if one.dimension == raw["code"]))
            for raw in document["dimensions"]
        ),
        indicators=indicators,
        ratings=tuple(
            Rating(raw["code"], raw["from"], raw["tone"], raw["title"])
            for raw in sorted(document["ratings"], key=lambda raw: -raw["from"])
        ),
        without_files=WithoutFiles(**document["without_files"]),
    )


def _total(indicators: Iterable[Indicator]) -> int:
    return sum(indicator.points for indicator in indicators)


@cache
def method() -> Method:
    """The portal's method."""
    return build(yaml.safe_load(_SOURCE.read_text(encoding="utf-8")))
