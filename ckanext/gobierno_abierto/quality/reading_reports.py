"""How people see a content's check: `quality_report_show`, in the reader's language."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common.roles import standing_of
from . import reports, status
from .decisions import bases
from .problems import message

NONE, LOADING = "none", "loading"
_LOADING = frozenset({status.PENDING, status.RUNNING})


def insider(user: str | None, package_id: str) -> bool:
    """Whether somebody may know of what is not public in a dataset: its entity, its committees, who may change it."""
    package = model.Package.get(package_id)
    if package is None or not user:
        return False
    standing = standing_of(user, package.owner_org) if package.owner_org else None
    if standing is not None and (standing.belongs or standing.reviews):
        return True
    try:
        tk.check_access("package_update", {"user": user}, {"id": package.id})
    except tk.NotAuthorized:
        return False
    return True


def choose(rows: list[Any], resource_id: str, version: str | None, inside: bool) -> Any:
    """The row that is asked for: the named one; else what waits, for insiders; else the live one. None: nothing."""
    by_subject = {row.subject: row for row in rows}
    if version:
        found = by_subject.get(version)
        return found if found is not None and (inside or version == resource_id) else None
    waiting = [row for row in rows if row.subject != resource_id]
    return waiting[0] if inside and waiting else by_subject.get(resource_id)


def shown(
    resource_id: str, package_id: str, row: Any, rows: list[Any], *, inside: bool, summary: bool
) -> dict[str, Any]:
    """What quality_report_show answers."""
    load = _load(resource_id, row)
    state = _state(row, load)
    problem = row.problem if row is not None else None
    answer = {
        "resource_id": resource_id,
        "package_id": package_id,
        "subject": row.subject if row is not None else resource_id,
        "proposed": row is not None and row.subject != resource_id,
        "state": state,
        "label": label(state),
        "detail": _detail(state, row, load),
        "rows_read": row.rows_read if row is not None else 0,
        "updated": row.changed.isoformat() if row is not None else None,
        "finished": row.finished.isoformat() if row is not None and row.finished else None,
        "problem": {"code": problem["code"], "message": message(problem["code"], problem["arguments"])}
        if problem
        else None,
        "load": load,
        "report": _report(row, inside=inside, summary=summary),
    }
    if inside:
        answer["versions"] = [{"subject": one.subject, "state": one.state} for one in rows]
        answer["bases"] = bases.as_dicts(bases.of_resource(resource_id))
    return answer


def _load(resource_id: str, row: Any) -> dict[str, Any] | None:
    if row is not None and row.subject != resource_id:
        return {"status": row.load_state, "label": status.label(row.load_state)} if row.load_state else None
    found = status.row_of(resource_id)
    return status.as_dict(found) if found else None


def _state(row: Any, load: dict[str, Any] | None) -> str:
    if row is None:
        return NONE
    return LOADING if row.state == reports.DONE and load and load["status"] in _LOADING else str(row.state)


def label(state: str) -> str:
    """The state in the reader's language."""
    return {
        reports.WAITING: tk._("En espera de revisión"),
        reports.READING: tk._("Leyendo el archivo"),
        reports.CHECKING: tk._("Revisando las filas"),
        LOADING: tk._("Cargando la tabla"),
        reports.DONE: tk._("Revisado"),
        reports.FAILED: tk._("No se pudo revisar"),
    }.get(state, "")


def _detail(state: str, row: Any, load: dict[str, Any] | None) -> str:
    if state == reports.CHECKING:
        return tk.ungettext("{rows} fila leída", "{rows} filas leídas", row.rows_read).format(
            rows=tk.h.localised_number(row.rows_read)
        )
    if state == LOADING:
        return str((load or {}).get("detail") or "")
    if state == reports.FAILED:
        return message(row.problem["code"], row.problem["arguments"]) if row.problem else ""
    if state == reports.DONE:
        return in_words(row.report["summary"])
    return ""


def in_words(summary: dict[str, Any]) -> str:
    """What a report found, in one line."""
    parts = [
        text.format(n=summary[name])
        for name, text in (
            ("errors", tk.ungettext("{n} error", "{n} errores", summary["errors"])),
            ("warnings", tk.ungettext("{n} advertencia", "{n} advertencias", summary["warnings"])),
            ("suggestions", tk.ungettext("{n} sugerencia", "{n} sugerencias", summary["suggestions"])),
            (
                "personal_data",
                tk.ungettext(
                    "{n} columna con datos personales", "{n} columnas con datos personales", summary["personal_data"]
                ),
            ),
        )
        if summary[name]
    ]
    return ", ".join(parts) or tk._("Nada que corregir")


def _report(row: Any, *, inside: bool, summary: bool) -> dict[str, Any] | None:
    if row is None or not row.report:
        return None
    report = row.report
    if summary:
        return {"summary": report["summary"], "file": report["file"]}
    if inside:
        return dict(report)
    return {**report, "tables": [{**table, "personal_data": _unsampled(table)} for table in report["tables"]]}


def _unsampled(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings without their samples, masked as they are."""
    return [{**finding, "masked_samples": []} for finding in table["personal_data"]]
