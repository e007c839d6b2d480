"""Pure: which share of a column's values has each form of patterns.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).with_name("patterns.yaml")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Pattern:
    """A form: its name, which values are looked at (`digit`, `mail`, `any`) and the test."""

    name: str
    of: str
    test: Callable[[str], Any]


@cache
def patterns() -> tuple[Pattern, ...]:
    """Those of patterns.yaml."""
    read: Mapping[str, Mapping[str, str]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Pattern(
            name,
            entry["of"],
            re.compile(entry["match"]).fullmatch if "match" in entry else re.compile(entry["find"]).search,
        )
        for name, entry in read.items()
    )


def matching(values: Iterable[str]) -> dict[str, list[str]]:
    """Pattern -> the tidy values that have the form; only patterns that some value has."""
    every = list(values)
    looked_at = {
        "any": every,
        "digit": [value for value in every if _DIGIT.search(value)],
        "mail": [value for value in every if "@" in value],
    }
    found = {one.name: [value for value in looked_at[one.of] if one.test(value)] for one in patterns()}
    return {name: values for name, values in found.items() if values}
