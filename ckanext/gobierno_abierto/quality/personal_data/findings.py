"""Pure: what the detector answers. Nothing here holds a value of the file: samples are masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: A text in Spanish and English: `{"es": ..., "en": ...}`.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Evidence:
    """A reason for (weight above 0) or against; weights are log-odds."""

    code: str
    weight: float
    text: Text


@dataclass(frozen=True)
class Finding:
    """A column that holds personal data.

    `confidence`: 0.5 to 1; `share`: of the distinct values, those that have the form; `evidence`: the heaviest first;
    `treatments`: ways to mask that mask.py has for the kind, the best first.
    """

    column: str
    kind: str
    label: Text
    confidence: float
    share: float
    evidence: tuple[Evidence, ...]
    masked_samples: tuple[str, ...]
    advice: Text
    treatments: tuple[str, ...]
