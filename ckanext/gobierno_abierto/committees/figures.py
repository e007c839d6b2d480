"""Pure: the numbers of an organization's page from the rows of its datasets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

#: States in the order in which a page shows them. Only `publicado` is for everybody.
PUBLISHED, PRIVATE, DRAFT = "publicado", "privado", "borrador"
STATES = (PUBLISHED, PRIVATE, DRAFT)


class CountRow(Protocol):
    """Datasets of one organization with the same state, privacy and type."""

    owner_org: str
    state: str
    private: bool
    type: str
    datasets: int
    modified: datetime | None


@dataclass(frozen=True)
class Figures:
    """Datasets by state and, of those counted, by type; `modified` is the last change of a published one."""

    by_state: dict[str, int]
    by_type: dict[str, int]
    modified: datetime | None

    @property
    def total(self) -> int:
        """All that the reader may know of."""
        return sum(self.by_state.values())


def state_of(state: str, private: bool) -> str:
    """The state that a person reads, from CKAN's two columns."""
    if state == "draft":
        return DRAFT
    return PRIVATE if private else PUBLISHED


def figures(rows: Iterable[CountRow], belongs: bool) -> Figures:
    """The figures that a reader may know: who does not belong to the organization only learns what is published."""
    visible = STATES if belongs else (PUBLISHED,)
    by_state = dict.fromkeys(visible, 0)
    by_type: dict[str, int] = {}
    modified: datetime | None = None
    for row in rows:
        state = state_of(row.state, row.private)
        if state not in visible:
            continue
        by_state[state] += row.datasets
        by_type[row.type] = by_type.get(row.type, 0) + row.datasets
        if state == PUBLISHED and row.modified and (modified is None or row.modified > modified):
            modified = row.modified
    return Figures(by_state, dict(sorted(by_type.items(), key=lambda item: (-item[1], item[0]))), modified)


def mean(values: Sequence[float]) -> float | None:
    """Mean with one decimal; None of nothing."""
    return round(sum(values) / len(values), 1) if values else None
