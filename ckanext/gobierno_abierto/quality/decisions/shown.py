"""What people are told of columns with personal data: what was decided of each, and notes on a masking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from . import bases
from .content import Content
from .errors import LinkedFile, NoHeadingRow, NotRewritten
from .gate import UNDECIDED, by_finding, findings, open_findings, state_of
from .masking import Written, is_data, is_rewritten

#: Decision of a column in the API, where a state of the gate has another name.
_NONE = {UNDECIDED: "none"}


def shown(content: Content, can: list[str]) -> dict[str, Any]:
    """The answer of quality_personal_data_show; `can` are the deeds that the caller may do."""
    rows = bases.of_resource(content.resource_id)
    told = dict(zip(((row.column_name, row.kind) for row in rows), bases.as_dicts(rows), strict=True))
    report = content.report
    still_open = open_findings(report, rows)
    why_not = _why_not(content)
    known = by_finding(rows)
    columns = []
    for table, finding in findings(report):
        key = (finding["column"], finding["kind"])
        state = state_of(known.get(key))
        columns.append(
            {
                "column": _name(table, finding["column"]),
                "table": table["name"],
                **{name: finding[name] for name in ("kind", "label", "confidence", "masked_samples", "advice")},
                "evidence": [{name: one[name] for name in ("code", "weight", "text")} for one in finding["evidence"]],
                "treatments": [] if why_not else list(finding["treatments"]),
                "decision": _NONE.get(state, state),
                "basis": told.get(key),
            }
        )
    return {
        "resource_id": content.resource_id,
        "package_id": content.package.id,
        "subject": content.row.subject if content.row is not None else content.resource_id,
        "proposed": content.row is not None and content.row.subject != content.resource_id,
        "state": content.row.state if content.row is not None else "none",
        "file": {
            "name": content.name,
            "format": str(report["file"]["format"]) if report else "",
            "rewritten": report is not None and not why_not,
            "why_not": why_not,
        },
        "columns": columns,
        "blocking": any(one.blocks_submission for one in still_open),
        "pending": any(not one.blocks_submission for one in still_open),
        "bases": list(told.values()),
        "can": can,
    }


def _name(table: Mapping[str, Any], column: str) -> str:
    """The column's name; its place where the file has no heading and the name is somebody's value."""
    if not is_data(column):
        return column
    place = next((one["position"] for one in table["columns"] if one["name"] == column), 0)
    return tk._("columna {number}").format(number=place)


def _why_not(content: Content) -> str:
    """Why the portal cannot mask the file, as a sentence; empty when it can."""
    report = content.report
    if report is None or not any(True for _one in findings(report)):
        return ""
    if content.is_link:
        return LinkedFile(name=content.name).message
    if not is_rewritten(report["file"]["format"]):
        return NotRewritten(format=report["file"]["format"].upper() or "?").message
    if any(is_data(finding["column"]) for _table, finding in findings(report)):
        return NoHeadingRow(name=content.name).message
    return ""


def notes_on(written: Written) -> list[str]:
    """What whoever masked a file should know, in sentences."""
    notes = []
    if written.sheet:
        notes.append(
            tk._("La hoja «{table}» se guardó como CSV: un libro no se puede reescribir sin riesgo.").format(
                table=written.table
            )
        )
    if written.left_out:
        notes.append(
            tk._("No se guardaron las otras hojas: {names}. Súbalas como archivos aparte.").format(
                names=", ".join(written.left_out)
            )
        )
    if written.uncompressed:
        notes.append(tk._("El archivo estaba comprimido y se guardó sin comprimir."))
    if written.encoding:
        notes.append(
            tk._("El archivo estaba escrito en {encoding} y ahora está en UTF-8.").format(
                encoding=written.encoding.upper()
            )
        )
    if written.titles:
        notes.append(
            tk.ungettext(
                "Se conservó {n} línea de título encima de la tabla: revise que no nombre a personas.",
                "Se conservaron {n} líneas encima de la tabla: revise que no nombren a personas.",
                written.titles,
            ).format(n=written.titles)
        )
    notes.extend(
        tk._(
            "En la columna «{column}» todavía se reconocen datos de personas: quítela o declare su base legal."
        ).format(column=column)
        for column in written.still_found
    )
    return notes
