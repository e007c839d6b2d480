"""Pure: what every reader yields: batches of rows as text, with the line of each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from ..facts import FileFacts, Limits, Problem, TableFacts


@dataclass
class Batch:
    """Some thousands of rows: `frame` has one String column per name (null: empty cell), `lines` one line per row.

    `frame` may gain columns from one batch to the next (JSON); it never loses one.
    """

    frame: pl.DataFrame
    lines: pl.Series


class Table(Protocol):
    """A table that is being read: its facts fill up while `batches` is consumed."""

    facts: TableFacts

    def batches(self) -> Iterator[Batch]:
        """The rows that fit the heading; faulty ones are counted in `facts`. Raises Stopped."""
        ...


class Stopped(Exception):
    """The file cannot be read further; `problem` says why. What was read before stays."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Clock(Protocol):
    """Says when the time is over."""

    def over(self) -> bool:
        """Whether the time that a check may take has passed."""
        ...


def stop(code: str, spanish: str, english: str, line: int = 0) -> Stopped:
    """A Stopped with its texts."""
    facts = FileFacts("")
    facts.problem(code, spanish, english, line)
    return Stopped(facts.problems[0])


__all__ = ["Batch", "Clock", "Limits", "Stopped", "Table", "stop"]
