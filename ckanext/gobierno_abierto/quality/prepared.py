"""Tables that stand apart until somebody decides: loaded beside a resource's own, compared with it, swapped in.

Their names begin with `_`, which CKAN's DataStore lists and answers nowhere.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import psycopg2
from psycopg2 import sql

from ..common.clock import now
from . import jobs, status
from .loader import Tables, ckan_index_name, load
from .loading_source import open_table
from .loading_text import complete
from .problems import Interrupted, TableProblem, message

log = logging.getLogger(__name__)

PREFIX = "_ga_ver_"
#: Rows that a comparison shows of each side, and milliseconds that it may take.
SAMPLE, TIMEOUT = 20, 20_000
#: Rows of the larger table beyond which only columns and counts are compared.
MOST_ROWS = 1_000_000


def table_name(table_id: str) -> str:
    """`_ga_ver_<hex>` of a prepared table's id."""
    return PREFIX + table_id.replace("-", "")


def _tables(name: str) -> Tables:
    language = tk.config["ckan.datastore.default_fts_lang"]
    return Tables(name, language, tk.config["ckan.datastore.default_fts_index_method"])


def prepare_table(table_id: str, path: Path, format_name: str, resource_id: str) -> dict[str, Any]:
    """Load the file's table apart, with the resource's data dictionary. Never raises.

    Returns `{status: complete|error, detail, rows, columns, types, ...}`, in the language of the call.
    """
    tables = _tables(table_name(table_id))
    live = _tables(resource_id)
    problem: TableProblem = Interrupted()
    try:
        max_mb = tk.config["gobierno_abierto.quality.load_max_mb"]
        with open_table(path, format_name.lower(), max_mb) as source:
            loaded = load(source, tables, dictionary=live.dictionary())
        complete(tables)
        return {"status": status.COMPLETE, "detail": "", **loaded.as_dict(), "full_text": True, "indexed": True}
    except TableProblem as found:
        problem = found
    except Exception:
        log.exception("The table of file version %s could not be prepared", table_id)
    finally:
        tables.close()
        live.close()
    return {"status": status.ERROR, "detail": message(problem.code, problem.arguments), "code": problem.code}


def adopt_table(table_id: str, resource_id: str, loaded: dict[str, Any]) -> bool:
    """The prepared table becomes the resource's, in one transaction of the DataStore; False when there is none."""
    tables = _tables(resource_id)
    name = table_name(table_id)
    try:
        tables.lock()
        if not _exists(tables, name):
            return False
        tables.replace_with(name)
        tables.run("rename_index", index=ckan_index_name(name), new=ckan_index_name(resource_id))
        tables.commit()
    finally:
        tables.close()
    resource = tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource_id})
    key = jobs.content_key(resource)
    values = {name: value for name, value in loaded.items() if name not in ("status", "detail")}
    finished = now().isoformat(timespec="seconds")
    status.write(resource_id, status.COMPLETE, key=key, loaded=key, finished=finished, progress=None, **values)
    model.Session.commit()
    jobs.publish(resource_id)
    return True


def drop_table(table_id: str) -> int:
    """Remove a prepared table; 1 when there was one."""
    tables = _tables(table_name(table_id))
    try:
        found = int(tables.exists())
        tables.drop()
        tables.commit()
        return found
    finally:
        tables.close()


def compare_tables(resource_id: str | None, old_id: str | None, new_id: str | None) -> dict[str, Any] | None:
    """What differs between two tables; None when neither exists.

    `old_id` and `new_id` are prepared tables; None stands for the resource's live one.
    Returns `{old, new: {rows, columns: [{name, type}]} | None, added, removed: [names], retyped: [{name, old, new}],
    sample: {columns, added, removed} | None}`; `sample` is None when the tables are too large or too different.
    """
    names = [table_name(one) if one else str(resource_id) for one in (old_id, new_id)]
    tables = _tables(names[0])
    try:
        old, new = (_described(tables, name) for name in names)
        if old is None and new is None:
            return None
        changes = _column_changes(old, new)
        return {"old": old, "new": new, **changes, "sample": _sample(tables, names, old, new)}
    finally:
        tables.close()


def _exists(tables: Tables, name: str) -> bool:
    tables.run("exists", {"table": name})
    return bool(tables.cursor.fetchone()[0])


def _described(tables: Tables, name: str) -> dict[str, Any] | None:
    if not _exists(tables, name):
        return None
    columns = [{"name": column, "type": kind} for column, kind in tables.columns(name).items()]
    tables.run("count_rows", table=name)
    return {"rows": tables.cursor.fetchone()[0], "columns": columns}


def _column_changes(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    was = {column["name"]: column["type"] for column in (old or {"columns": []})["columns"]}
    is_now = {column["name"]: column["type"] for column in (new or {"columns": []})["columns"]}
    return {
        "added": [name for name in is_now if name not in was],
        "removed": [name for name in was if name not in is_now],
        "retyped": [
            {"name": name, "old": was[name], "new": is_now[name]}
            for name in is_now
            if name in was and was[name] != is_now[name]
        ],
    }


def _sample(
    tables: Tables, names: list[str], old: dict[str, Any] | None, new: dict[str, Any] | None
) -> dict[str, Any] | None:
    if old is None or new is None or max(old["rows"], new["rows"]) > MOST_ROWS:
        return None
    known = {column["name"] for column in new["columns"]}
    common = [column["name"] for column in old["columns"] if column["name"] in known]
    if not common:
        return None
    texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in common)
    try:
        tables.run("limit_time", {"milliseconds": TIMEOUT})
        tables.run("rows_missing", {"most": SAMPLE}, texts=texts, table=names[1], other=names[0])
        added = [list(row) for row in tables.cursor.fetchall()]
        tables.run("rows_missing", {"most": SAMPLE}, texts=texts, table=names[0], other=names[1])
        removed = [list(row) for row in tables.cursor.fetchall()]
    except psycopg2.Error:
        tables.connection.rollback()
        return None
    return {"columns": common, "added": added, "removed": removed}
