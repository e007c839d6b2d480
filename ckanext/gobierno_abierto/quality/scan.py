"""Pure: the fast pass over a file: every table read once, in batches, and counted for the checks and the profile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from . import roles
from .column_scan import ColumnScan
from .facts import DictionaryField, FileFacts, Limits, TableFacts
from .inputs.base import Batch, Stopped, Table
from .inputs.opening import opened
from .sketches import RowSample, SeenRows

#: `progress(rows)`: rows read so far, called after each batch.
Progress = Callable[[int], None]


@dataclass
class Scan:
    """What was found out about a file."""

    file: FileFacts
    tables: list[TableFacts] = field(default_factory=list)
    seconds: float = 0.0


def scan(
    path: Path,
    name: str = "",
    dictionary: Sequence[DictionaryField] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Scan:
    """Read a file as far as it goes. Raises OSError when it cannot be opened; a bad file is a finding."""
    limits = limits or Limits()
    begin = time.perf_counter()
    found = Scan(FileFacts(name or path.name))
    with (
        opened(path, found.file, limits) as tables,
        ThreadPoolExecutor(min(4, os.cpu_count() or 1), "columns") as workers,
    ):
        run = _Run(found, limits, begin + limits.seconds, workers, progress)
        for table in tables:
            table.facts.dictionary = dictionary
            if not run.read(table):
                break
    for facts in found.tables:
        facts.beside_others = any(other.rows for other in found.tables if other is not facts)
    found.seconds = time.perf_counter() - begin
    return found


class _Run:
    """One scan: where the time, the workers and the progress are kept."""

    def __init__(
        self, found: Scan, limits: Limits, until: float, workers: ThreadPoolExecutor, progress: Progress | None
    ) -> None:
        self.found, self.limits, self.until = found, limits, until
        self.workers, self.progress, self.rows = workers, progress, 0

    def read(self, table: Table) -> bool:
        """Read one table; whether the next one may be read too."""
        facts, seen = table.facts, SeenRows()
        # The columns of a batch are counted while the next batch is read.
        jobs: list[Future[None]] = []
        self.found.tables.append(facts)
        try:
            for batch in table.batches():
                self._finish(jobs)
                jobs = self._take(batch, facts, seen)
                if time.perf_counter() > self.until:
                    return self._cut(facts)
        except Stopped as stopped:
            self.found.file.problems.append(stopped.problem)
            facts.complete = False
        except (pl.exceptions.PolarsError, MemoryError) as error:
            detail = type(error).__name__
            self.found.file.problem("unreadable", f"No se pudo leer: {detail}.", f"It could not be read: {detail}.")
            facts.complete = False
        finally:
            self._finish(jobs)
            facts.duplicates = seen.result()
        return True

    def _take(self, batch: Batch, facts: TableFacts, seen: SeenRows) -> list[Future[None]]:
        frame = batch.frame
        for position in range(len(facts.columns), frame.width):
            heading = facts.heading.cells[position] if position < len(facts.heading.cells) else ""
            column = ColumnScan(facts.names[position], position + 1, heading, roles.axis(heading))
            column.rows = column.empty = facts.read
            facts.columns.append(column)
        facts.sample = facts.sample or RowSample(frame.width)
        jobs = [
            self.workers.submit(column.add, frame[column.name], batch.lines)
            for column in facts.columns
            if column.name in frame.columns
        ]
        facts.sample.add(frame, facts.read)
        seen.add(frame, batch.lines)
        facts.read += frame.height
        self.rows += frame.height
        if self.progress:
            self.progress(self.rows)
        return jobs

    @staticmethod
    def _finish(jobs: list[Future[None]]) -> None:
        while jobs:
            jobs.pop().result()

    def _cut(self, facts: TableFacts) -> bool:
        facts.complete = False
        self.found.file.problem(
            "not_fully_read",
            f"La revisión se detuvo a los {self.limits.seconds:.0f} segundos, después de {self.rows} filas.",
            f"The check stopped after {self.limits.seconds:.0f} seconds and {self.rows} rows.",
        )
        return False
