"""Pure: a report as a text to read in a terminal or an e-mail, in Spanish or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .definitions import SEVERITIES
from .report import FAILED

#: Places of each fault that the text names.
PLACES = 5
UNITS = {
    "line": {"es": ("línea", "líneas"), "en": ("line", "lines")},
    "row": {"es": ("fila", "filas"), "en": ("row", "rows")},
    "record": {"es": ("registro", "registros"), "en": ("record", "records")},
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "clean": "No se encontraron faltas.",
        "do": "Qué hacer",
        "column": "columna",
        "columns": "Columnas",
        "rows": "filas",
        "separator": "separador",
        "personal": "Datos personales",
        "passed": "Revisiones superadas: {passed}; no se aplican: {not_applicable}.",
        "counts": "Errores: {errors}. Advertencias: {warnings}. Sugerencias: {suggestions}.",
        "head": "nombre|tipo|vacíos|distintos|mínimo|máximo",
        "character": "carácter",
    },
    "en": {
        "clean": "No faults were found.",
        "do": "What to do",
        "column": "column",
        "columns": "Columns",
        "rows": "rows",
        "separator": "separator",
        "personal": "Personal data",
        "passed": "Checks passed: {passed}; not applicable: {not_applicable}.",
        "counts": "Errors: {errors}. Warnings: {warnings}. Suggestions: {suggestions}.",
        "head": "name|type|empty|distinct|minimum|maximum",
        "character": "character",
    },
}
TYPES = {
    "empty": {"es": "vacía", "en": "empty"},
    "text": {"es": "texto", "en": "text"},
    "code": {"es": "código", "en": "code"},
    "integer": {"es": "entero", "en": "integer"},
    "decimal": {"es": "decimal", "en": "decimal"},
    "date": {"es": "fecha", "en": "date"},
    "datetime": {"es": "fecha y hora", "en": "date and time"},
    "time": {"es": "hora", "en": "time"},
    "boolean": {"es": "sí/no", "en": "yes/no"},
}


def readable(report: Mapping[str, Any], language: str = "es") -> str:
    """The text of a report; `language` is `es` or `en`."""
    return "\n".join(_lines(report, language)) + "\n"


def _lines(report: Mapping[str, Any], language: str) -> Iterator[str]:
    words = WORDS[language]
    yield _title(report, words)
    failed = [one for one in report["results"] if one["result"] == FAILED]
    personal = [one for table in report["tables"] for one in table["personal_data"]]
    for finding in personal:
        yield ""
        yield from _personal(finding, language)
    for severity, label in SEVERITIES.items():
        for one in failed:
            if one["severity"] == severity:
                yield ""
                yield from _fault(one, report["tables"], label[language], language)
    if not failed and not personal:
        yield ""
        yield words["clean"]
    for table in report["tables"]:
        yield from _columns(table, language)
    yield ""
    yield words["counts"].format(**report["summary"]) + " " + words["passed"].format(**report["summary"])


def _title(report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    file = report["file"]
    parts = [file["format"].upper() or "?"]
    if file["encoding"]:
        parts.append(file["encoding"].upper().removesuffix("-SIG"))
    if file["delimiter"]:
        parts.append(f"{words['separator']} «{file['delimiter']}»".replace("\t", "TAB"))
    parts.append(f"{words['rows']}: {report['summary']['rows']}")
    return f"{file['name']}: {', '.join(parts)}"


def _fault(one: Mapping[str, Any], tables: list[Mapping[str, Any]], label: str, language: str) -> Iterator[str]:
    words = WORDS[language]
    table = tables[one["table"]] if one["table"] is not None else None
    where = []
    if table is not None and len(tables) > 1:
        where.append(f"«{table['name']}»")
    if one["column"]:
        where.append(f"{words['column']} «{one['column']}»")
    count = f" ({one['count']})" if one["count"] > 1 else ""
    yield f"{label} [{one['check']}] {one['title'][language]}{count}" + (f": {', '.join(where)}" if where else "")
    if one["detail"]:
        yield f"    {one['detail'][language]}"
    places = [_place(place, table, one["column"], language) for place in one["places"][:PLACES]]
    if any(places):
        yield "    " + "; ".join(filter(None, places)) + ("; …" if one["count"] > PLACES else "")
    yield f"    {words['do']}: {one['advice'][language]}"


def _personal(finding: Mapping[str, Any], language: str) -> Iterator[str]:
    """What an assessor says of a column; of what it may say, only the column's name is sure."""
    words = WORDS[language]
    label = finding.get("label", {}).get(language, "")
    yield f"{words['personal']}: {words['column']} «{finding['column']}»" + (f" ({label})" if label else "")
    if advice := finding.get("advice", {}).get(language, ""):
        yield f"    {words['do']}: {advice}"


def _place(place: Mapping[str, Any], table: Mapping[str, Any] | None, column: str | None, language: str) -> str:
    unit = UNITS[table["unit"] if table else "line"][language][0]
    parts = [f"{unit} {place['line']}"] if place["line"] else []
    if place["column"] and place["column"] != column:
        parts.append(f"{WORDS[language]['column']} «{place['column']}»")
    elif place["position"] and not place["column"]:
        parts.append(f"{WORDS[language]['column']} {place['position']}")
    if place["character"]:
        parts.append(f"{WORDS[language]['character']} {place['character']}")
    text = ", ".join(parts)
    if place["value"] is not None and place["value"] != place["column"]:
        text += f" («{place['value']}»)" if text else f"«{place['value']}»"
    return text


def _columns(table: Mapping[str, Any], language: str) -> Iterator[str]:
    words = WORDS[language]
    rows = [words["head"].split("|")]
    for column in table["columns"]:
        about = "" if column["distinct"]["exact"] else "≈"
        rows.append(
            [
                column["name"][:40],
                TYPES[column["type"]][language],
                str(column["empty"] + column["missing_marks"]),
                f"{about}{column['distinct']['count']}",
                *(_figure(column.get(key)) for key in ("min", "max")),
            ]
        )
    if len(rows) == 1:
        return
    yield ""
    yield f"{words['columns']}" + (f" «{table['name']}»" if table["name"] else "")
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        yield "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _figure(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value if value is not None else "")
