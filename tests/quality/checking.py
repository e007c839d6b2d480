"""What the tests of the checks share: a file written and judged in one call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ckanext.gobierno_abierto.quality.facts import DictionaryField, Limits
from ckanext.gobierno_abierto.quality.report import FAILED, check

Found = dict[str, list[dict[str, Any]]]


def judged(
    folder: Path,
    body: str | bytes,
    name: str = "t.csv",
    dictionary: list[DictionaryField] | None = None,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """The report of a file with this content."""
    path = folder / "archivo"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return check(path, name, dictionary, limits)


def faults(report: dict[str, Any]) -> Found:
    """Code -> its failures."""
    found: Found = {}
    for one in report["results"]:
        if one["result"] == FAILED:
            found.setdefault(one["check"], []).append(one)
    return found


def lines(failures: list[dict[str, Any]]) -> list[int]:
    """Lines of all places of some failures."""
    return [place["line"] for one in failures for place in one["places"]]
