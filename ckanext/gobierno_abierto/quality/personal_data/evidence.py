"""Pure: the rules of evidence.yaml and what they weigh for a column among its neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .features import Features
from .findings import Evidence, Text

SOURCE = Path(__file__).with_name("evidence.yaml")
#: The value, from 0 to 1, of a feature by its name.
Lookup = Callable[[str], float]


@dataclass(frozen=True)
class Rule:
    """`weight` log-odds times how far the product of the features has come from `low` to `high`."""

    code: str
    weight: float
    when: tuple[str, ...]
    low: float
    high: float
    text: Text

    def contribution(self, value: Lookup) -> float:
        """Log-odds that the rule adds."""
        product = 1.0
        for name in self.when:
            product *= 1 - value(name[4:]) if name.startswith("not ") else value(name)
        if self.high <= self.low:
            return self.weight if product >= self.high else 0.0
        return self.weight * min(max((product - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True)
class Kind:
    """A kind of personal data: at least `needs` of `measure`, then `prior` plus what the rules add."""

    name: str
    label: Text
    advice: Text
    treatments: tuple[str, ...]
    measure: tuple[str, ...]
    needs: float
    prior: float
    rules: tuple[Rule, ...]

    def share(self, value: Lookup) -> float:
        """The strongest of the measures."""
        return max(value(name) for name in self.measure)


@dataclass(frozen=True)
class Table:
    """evidence.yaml: kinds, contexts (name -> features of which the strongest counts) and the threshold."""

    threshold: float
    contexts: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, Kind]


@cache
def table() -> Table:
    """What evidence.yaml says."""
    read = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    texts = read["texts"]
    return Table(
        float(read["threshold"]),
        {name: tuple(features) for name, features in read["contexts"].items()},
        {name: _kind(name, entry, texts) for name, entry in read["kinds"].items()},
    )


def _kind(name: str, entry: Mapping[str, Any], texts: Mapping[str, Text]) -> Kind:
    return Kind(
        name=name,
        label=entry["label"],
        advice=entry["advice"],
        treatments=tuple(entry["treatments"]),
        measure=tuple(entry["measure"]),
        needs=float(entry["needs"]),
        prior=float(entry["prior"]),
        rules=tuple(_rule(*line, texts=texts) for line in entry["rules"]),
    )


def _rule(
    code: str, weight: float, when: str, low: float = 0.0, high: float = 1.0, *, texts: Mapping[str, Text]
) -> Rule:
    return Rule(
        code, float(weight), tuple(part.strip() for part in when.split("*")), float(low), float(high), texts[code]
    )


class Weigher:
    """Weighs the columns of a table against each other. `near.<feature>` is the strongest among the other columns.

    Two passes: in the second, `near.kind.<kind>` is the confidence of the first.
    """

    def __init__(self, columns: Sequence[Features]) -> None:
        self.columns = columns
        self.rules = table()
        self._confidences: list[dict[str, float]] = [{} for _ in columns]
        self._strongest: dict[str, tuple[int, float, float]] = {}
        first = [self._confidences_of(place) for place in range(len(columns))]
        self._confidences, self._strongest = first, {}

    def confidences(self, place: int) -> dict[str, float]:
        """Kind -> confidence for the column at a place; only kinds whose measure is met."""
        return self._confidences_of(place)

    def _confidences_of(self, place: int) -> dict[str, float]:
        return {
            kind.name: 1 / (1 + math.exp(-sum(weight for _rule, weight in self._weights(kind, place)) - kind.prior))
            for kind in self.rules.kinds.values()
            if kind.share(lambda name: self.value(place, name)) >= kind.needs
        }

    def evidence(self, kind: Kind, place: int) -> tuple[Evidence, ...]:
        """What speaks for and against, the heaviest first."""
        found = [Evidence(rule.code, round(weight, 2), rule.text) for rule, weight in self._weights(kind, place)]
        return tuple(sorted((one for one in found if abs(one.weight) >= 0.05), key=lambda one: -abs(one.weight)))

    def _weights(self, kind: Kind, place: int) -> list[tuple[Rule, float]]:
        return [(rule, rule.contribution(lambda name: self.value(place, name))) for rule in kind.rules]

    def value(self, place: int, name: str) -> float:
        """A feature of a column: its own, a context's, or `near.` the strongest of the other columns."""
        if name in self.rules.contexts:
            return max(self.value(place, part) for part in self.rules.contexts[name])
        if name.startswith("near."):
            return self._near(place, name[5:])
        return self._own(place, name)

    def _own(self, place: int, name: str) -> float:
        if name.startswith("kind."):
            return self._confidences[place].get(name[5:], 0.0)
        return self.columns[place][name]

    def _near(self, place: int, name: str) -> float:
        if name not in self._strongest:
            values = [(self._own(other, name), other) for other in range(len(self.columns))]
            ordered = sorted(values, reverse=True)
            second = ordered[1][0] if len(ordered) > 1 else 0.0
            self._strongest[name] = (ordered[0][1], ordered[0][0], second)
        holder, most, second = self._strongest[name]
        return second if holder == place else most
