"""How far the loading of each resource's table is: rows of CKAN's `task_status`, one per resource.

`value` holds JSON (what was loaded), `error` holds the problem's code and arguments, so that each reader gets the
message in their language. The row is written in the same transaction as the dataset's change.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy import select

from ..common.clock import now_naive
from .problems import TableProblem, message

TASK, KEY = "gobierno_abierto_load", "table"
PENDING, RUNNING, COMPLETE, ERROR = "pending", "running", "complete", "error"
STATES = (PENDING, RUNNING, COMPLETE, ERROR)


def rows(resource_ids: Collection[str] | None = None, states: Collection[str] | None = None) -> list[model.TaskStatus]:
    """Status rows of these resources (all when None), in these states (any when None)."""
    query = select(model.TaskStatus).where(model.TaskStatus.task_type == TASK, model.TaskStatus.key == KEY)
    if resource_ids is not None:
        query = query.where(model.TaskStatus.entity_id.in_(list(resource_ids)))
    if states is not None:
        query = query.where(model.TaskStatus.state.in_(list(states)))
    return list(model.Session.scalars(query.order_by(model.TaskStatus.last_updated)))


def row_of(resource_id: str) -> model.TaskStatus | None:
    """The status row of a resource, or None."""
    found = rows([resource_id])
    return found[0] if found else None


def answers_only(row: model.TaskStatus) -> bool:
    """Whether the table answers but still lacks its words or its indexes (tables of older versions have theirs)."""
    value = value_of(row)
    return row.state == COMPLETE and (value.get("full_text") is False or value.get("indexed") is False)


def unfinished() -> list[model.TaskStatus]:
    """Status rows of the loads that wait, or that broke off midway."""
    return [*rows(states=[PENDING, RUNNING]), *filter(answers_only, rows(states=[COMPLETE]))]


def broken_off(before: datetime) -> list[str]:
    """Resources whose load waits, runs or lacks its words or indexes, and of which nothing was heard since `before`.

    `before` is naive UTC, as CKAN keeps it.
    """
    half = sa.and_(model.TaskStatus.state == COMPLETE, model.TaskStatus.value.contains(": false"))
    query = select(model.TaskStatus).where(
        model.TaskStatus.task_type == TASK,
        model.TaskStatus.key == KEY,
        model.TaskStatus.last_updated < before,
        sa.or_(model.TaskStatus.state.in_([PENDING, RUNNING]), half),
    )
    found = list(model.Session.scalars(query.order_by(model.TaskStatus.last_updated)))
    return [str(row.entity_id) for row in found if row.state != COMPLETE or answers_only(row)]


def touch(resource_id: str) -> None:
    """It was queued again: nothing is to be heard of it for a while; the caller commits."""
    row = row_of(resource_id)
    if row is not None:
        row.last_updated = now_naive()
        model.Session.flush()


def value_of(row: model.TaskStatus | None) -> dict[str, Any]:
    """The row's JSON."""
    try:
        found = json.loads(row.value) if row and row.value else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def write(resource_id: str, state: str, problem: TableProblem | None = None, **values: Any) -> None:
    """Set the state and merge `values` into what is known; the caller commits."""
    row = row_of(resource_id)
    if row is None:
        row = model.TaskStatus(entity_id=resource_id, entity_type="resource", task_type=TASK, key=KEY)
        model.Session.add(row)
    row.value = json.dumps({**value_of(row), **values}, ensure_ascii=False, default=str)
    row.error = json.dumps({"code": problem.code, "arguments": problem.arguments}) if problem else ""
    row.state = state
    row.last_updated = now_naive()
    model.Session.flush()


def remove(resource_id: str) -> None:
    """Forget the resource; the caller commits."""
    row = row_of(resource_id)
    if row is not None:
        model.Session.delete(row)
        model.Session.flush()


def label(state: str) -> str:
    """The state in the reader's language."""
    return {
        PENDING: tk._("En espera"),
        RUNNING: tk._("Cargando la tabla"),
        COMPLETE: tk._("Tabla lista"),
        ERROR: tk._("No se pudo cargar la tabla"),
    }.get(state, state)


def as_dict(row: model.TaskStatus) -> dict[str, Any]:
    """What `quality_load_show` answers."""
    value = value_of(row)
    problem: dict[str, Any] | None = None
    if row.error:
        kept = json.loads(row.error)
        problem = {"code": kept["code"], "message": message(kept["code"], kept["arguments"])}
    return {
        "resource_id": row.entity_id,
        "status": row.state,
        "label": label(row.state),
        "detail": problem["message"] if problem else _detail(row.state, value),
        "error": problem,
        "updated": row.last_updated.isoformat() + "Z" if row.last_updated else None,
        "rows": value.get("rows"),
        "columns": value.get("columns"),
        "progress": value.get("progress"),
        "seconds": value.get("seconds"),
        "finished": value.get("finished"),
        "encoding": value.get("encoding"),
        "delimiter": value.get("delimiter"),
        "heading_line": value.get("heading_line"),
        "short_rows": value.get("short_rows"),
        "types": value.get("types"),
        "full_text": row.state == COMPLETE and value.get("full_text") is not False,
    }


def _detail(state: str, value: dict[str, Any]) -> str:
    if state == COMPLETE:
        text = tk.ungettext("{rows} fila", "{rows} filas", value.get("rows") or 0).format(rows=value.get("rows"))
        text += ", " + tk.ungettext("{n} columna", "{n} columnas", value.get("columns") or 0).format(
            n=value.get("columns")
        )
        if value.get("short_rows"):
            text += ". " + tk._("A {n} filas les faltaban valores al final y quedaron vacíos.").format(
                n=value["short_rows"]
            )
        if value.get("full_text") is False:
            text += ". " + tk._("La búsqueda por palabras dentro de la tabla se está preparando.")
        return text
    if state == RUNNING and value.get("progress"):
        return tk._("{n} filas hasta ahora").format(n=value["progress"])
    return ""
