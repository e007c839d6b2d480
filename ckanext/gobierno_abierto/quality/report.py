"""Pure: the report of a file: as JSON (report.schema.json holds its form) and as a text to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import assessment
from .definitions import Definition, definitions
from .facts import DictionaryField, Limits, TableFacts
from .openness import stars
from .profile import profile
from .results import Fail, NotApplicable, Outcome, Place
from .scan import Progress, Scan, scan

VERSION = 1
SCHEMA = Path(__file__).with_name("report.schema.json")
UNREAD: Outcome = NotApplicable({"es": "No se pudo leer ninguna tabla.", "en": "No table could be read."})
PASSED, FAILED, SKIPPED = "pass", "fail", "not_applicable"


def check(
    path: Path,
    name: str = "",
    dictionary: Sequence[DictionaryField] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The report of a file on disk; `name` is what its owner calls it. Raises OSError when it cannot be opened."""
    return report(scan(path, name, dictionary, limits, progress))


def report(found: Scan) -> dict[str, Any]:
    """The report of a scan."""
    personal = [assessment.assess(table) for table in found.tables]
    tables = [_table(table, one) for table, one in zip(found.tables, personal, strict=True)]
    results = list(_results(found, [{str(each["column"]) for each in one} for one in personal]))
    file = found.file
    return {
        "version": VERSION,
        "file": {
            "name": file.name,
            "size": file.size,
            "format": file.format,
            "extension": file.extension,
            "compressed": file.compressed,
            "encoding": file.encoding,
            "delimiter": file.delimiter,
            "stars": stars(file.format),
        },
        "summary": summary(results, tables),
        "results": results,
        "tables": tables,
        "seconds": round(found.seconds, 3),
    }


def summary(results: Sequence[Mapping[str, Any]], tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Checks that failed by severity, that passed and that do not apply; rows; columns with personal data."""
    failed = {severity: {one["check"] for one in results if one["result"] == FAILED and one["severity"] == severity}
              for severity in ("error", "warning", "info")}  # fmt: skip
    told = {one["check"] for one in results if one["result"] == FAILED}
    passed = {one["check"] for one in results if one["result"] == PASSED} - told
    personal = sum(len(table["personal_data"]) for table in tables)
    return {
        "errors": len(failed["error"]),
        "warnings": len(failed["warning"]),
        "suggestions": len(failed["info"]),
        "passed": len(passed),
        "not_applicable": len({one["check"] for one in results} - told - passed),
        "rows": sum(table["rows"] for table in tables),
        "personal_data": personal,
        "ok": not failed["error"] and not personal,
    }


def _table(table: TableFacts, personal: list[dict[str, Any]]) -> dict[str, Any]:
    columns = profile(table)
    hidden = {str(one["column"]) for one in personal}
    for column in columns:
        if column["name"] in hidden:
            _withhold(column)
    geometries = table.geometries
    return {
        "name": table.name,
        "unit": table.unit,
        "rows": table.rows,
        "complete": table.complete,
        "heading": {"line": table.heading.line, "lines": table.heading.lines},
        "geometries": None if geometries is None else {"count": geometries.count, "types": dict(geometries.types)},
        "columns": columns,
        "personal_data": personal,
    }


def _withhold(column: dict[str, Any]) -> None:
    """Take the values of people out of a profile; counts stay."""
    column["top"] = {"values": [], "exact": False}
    for key in ("min", "max", "mean", "quantiles", "histogram"):
        column.pop(key, None)


def _results(found: Scan, hidden: Sequence[set[str]]) -> Iterable[dict[str, Any]]:
    for definition in definitions().values():
        if definition.file:
            for outcome in definition.file(found.file):
                yield _entry(definition, outcome, None, set())
        elif definition.table:
            if not found.tables:
                yield _entry(definition, UNREAD, None, set())
            for number, table in enumerate(found.tables):
                names = {one.position: one.name for one in table.columns}
                for outcome in definition.table(table):
                    yield _entry(definition, outcome, number, hidden[number], names)


def _entry(
    definition: Definition,
    outcome: Outcome,
    table: int | None,
    hidden: set[str],
    names: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "check": definition.code,
        "check_version": definition.version,
        "group": definition.group,
        "severity": definition.severity,
        "table": table,
        "result": PASSED,
    }
    if isinstance(outcome, NotApplicable):
        entry |= {"result": SKIPPED, "reason": dict(outcome.reason)}
    elif isinstance(outcome, Fail):
        secret = outcome.column in hidden
        entry |= {
            "result": FAILED,
            "title": dict(definition.title),
            "advice": dict(definition.advice),
            "column": outcome.column,
            "count": outcome.count,
            "detail": None if outcome.detail is None or secret else dict(outcome.detail),
            "places": [_place(place, names or {}, hidden) for place in outcome.places],
        }
    return entry


def _place(place: Place, names: Mapping[int, str], hidden: set[str]) -> dict[str, Any]:
    column = names.get(place.position or 0)
    return {
        "line": place.line,
        "position": place.position,
        "column": column,
        "character": place.character,
        "value": None if column in hidden else place.value,
    }
