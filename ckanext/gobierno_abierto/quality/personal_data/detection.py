"""Pure: the columns of a table that hold personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .evidence import Kind, Weigher, table
from .features import Features, features
from .findings import Finding
from .mask import mask_value
from .samples import ColumnSample

#: Masked samples of a finding.
SAMPLES = 3


def assess(columns: Mapping[str, Any]) -> list[Finding]:
    """Findings, at most one per column, in the order of `columns` (name of the column -> ColumnSample or its like)."""
    measured = [features(ColumnSample.of(one)) for one in columns.values()]
    weigher = Weigher(measured)
    return [
        finding for place, column in enumerate(columns) if (finding := _finding(column, weigher, place)) is not None
    ]


def _finding(column: str, weigher: Weigher, place: int) -> Finding | None:
    confidences = weigher.confidences(place)
    name = max(confidences, key=lambda kind: confidences[kind], default="")
    if not name or confidences[name] < table().threshold:
        return None
    kind = table().kinds[name]
    return Finding(
        column=column,
        kind=name,
        label=kind.label,
        confidence=round(confidences[name], 3),
        share=round(kind.share(lambda feature: weigher.value(place, feature)), 3),
        evidence=weigher.evidence(kind, place),
        masked_samples=_samples(kind, weigher.columns[place]),
        advice=kind.advice,
        treatments=kind.treatments,
    )


def _samples(kind: Kind, column: Features) -> tuple[str, ...]:
    """Of the values that have the form; none where the form is not told value by value."""
    found: dict[str, None] = {}
    for measure in sorted(kind.measure, key=lambda name: -column[name]):
        for value in column.matches.get(measure, ()):
            found.setdefault(mask_value(kind.name, value))
            if len(found) == SAMPLES:
                return tuple(found)
    return tuple(found)
