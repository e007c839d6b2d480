"""How well, and how fast, personal data are found: the labelled corpus of tests/quality/personal_data_corpus.

    python -m benchmarks.personal_data [tune|held] [--speed]

Prints, for each part, precision and recall (a column counts as right when its kind is right), those of detection alone
(any kind), the confusion matrix and every error. The weights of evidence.yaml are set by the part `tune`; the part
`held` only measures. `--speed` adds the time for 12 columns with 2,000 distinct values each.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ckanext.gobierno_abierto.quality.personal_data import ColumnSample, assess
from tests.quality.personal_data_corpus.corpus import HELD, TUNE, LabelledColumn, LabelledTable, tables

NONE = "-"


@dataclass
class Error:
    """A column that was judged wrongly; no value of it."""

    table: LabelledTable
    column: LabelledColumn
    found: str


@dataclass
class Result:
    """Columns by (label, found) and the wrong ones."""

    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[Error] = field(default_factory=list)

    def rates(self, exact: bool = True) -> tuple[float, float]:
        """(precision, recall); `exact`: the kind counts."""
        right = sum(n for (label, found), n in self.matrix.items() if label and found and (label == found or not exact))
        found_ones = sum(n for (_label, found), n in self.matrix.items() if found)
        labelled = sum(n for (label, _found), n in self.matrix.items() if label)
        return right / max(found_ones, 1), right / max(labelled, 1)


def sample(column: LabelledColumn) -> ColumnSample:
    """A column as the engine would hand it over."""
    counts = Counter(column.values)
    nulls = counts.pop("", 0)
    return ColumnSample(column.name, dict(counts), len(column.values), nulls, len(counts))


def judge(part: str) -> Result:
    """Assess every table of a part."""
    result = Result()
    for table in tables(part):
        samples = {f"{place}": sample(column) for place, column in enumerate(table.columns)}
        found = {finding.column: finding.kind for finding in assess(samples)}
        for place, column in enumerate(table.columns):
            kind = found.get(f"{place}", "")
            result.matrix[column.kind, kind] += 1
            if kind != column.kind:
                result.errors.append(Error(table, column, kind))
    return result


def report(part: str, result: Result) -> Iterator[str]:
    """Lines to print."""
    columns = sum(result.matrix.values())
    precision, recall = result.rates()
    any_precision, any_recall = result.rates(exact=False)
    yield f"{part}: {columns} columns, {sum(n for (label, _f), n in result.matrix.items() if label)} with personal data"
    yield f"  kind right:     precision {precision:.4f}  recall {recall:.4f}"
    yield f"  detection only: precision {any_precision:.4f}  recall {any_recall:.4f}"
    kinds = sorted({kind for pair in result.matrix for kind in pair if kind})
    yield f"  {'label':22}{'right':>7}{'missed':>8}   taken for another kind"
    for kind in kinds:
        others = {found: n for (label, found), n in result.matrix.items() if label == kind and found not in (kind, "")}
        yield f"  {kind:22}{result.matrix[kind, kind]:7}{result.matrix[kind, '']:8}   {others or NONE}"
    wrong = {found: n for (label, found), n in result.matrix.items() if not label and found}
    yield f"  {'(none)':22}{result.matrix['', '']:7}{'':8}   {wrong or NONE}"
    for error in result.errors:
        beside = ", ".join(repr(one.name) for one in error.table.columns if one is not error.column)
        yield (
            f"    table {error.table.number} {error.table.scene}: {error.column.name!r} ({error.column.recipe}) is "
            f"{error.column.kind or NONE}, found {error.found or NONE}; beside {beside}"
        )


def seconds(repeats: int = 5) -> float:
    """Median time to assess a table of 12 columns with 2,000 distinct values each."""
    columns: dict[str, ColumnSample] = {}
    for table in tables(TUNE):
        for column in table.columns:
            if column.kind and len(columns) < 12:
                values = {f"{value} {number}" if number >= 300 else value: 1 for number, value in
                          zip(range(2_000), column.values * 80, strict=False)}  # fmt: skip
                columns[str(len(columns))] = ColumnSample(column.name, values, 1_000_000, 0, 2_000)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        assess(columns)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Both parts, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=[TUNE, HELD])
    parser.add_argument("--speed", action="store_true", help="measure the time too")
    given = parser.parse_args()
    for part in [given.part] if given.part else [TUNE, HELD]:
        for line in report(part, judge(part)):
            print(line)
    if given.speed:
        print(f"12 columns x 2,000 distinct values: {seconds():.3f} s")


if __name__ == "__main__":
    main()
