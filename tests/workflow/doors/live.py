"""Whether what the public is given has changed: the rows behind it, the tables of the DataStore, and the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_read_engine
from sqlalchemy import text

from ckanext.gobierno_abierto.workflow import versions
from tests.workflow.doors.scene import DRAFT, Planted, Subject

#: Each gives the rows of one dataset as one hash. The moment of the indexing is no content.
ROWS = {
    "package": "SELECT md5(string_agg(t::text, ',')) FROM package t WHERE id = :id",
    "resource": "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM resource t WHERE package_id = :id",
    "view": "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM resource_view t"
    " WHERE resource_id IN (SELECT id FROM resource WHERE package_id = :id)",
    "tag": "SELECT md5(string_agg(g.name, ',' ORDER BY g.name)) FROM package_tag t JOIN tag g ON g.id = t.tag_id"
    " WHERE t.package_id = :id AND t.state = 'active'",
    "member": "SELECT md5(string_agg(concat(g.id, g.name), ',' ORDER BY g.id)) FROM member t"
    " JOIN \"group\" g ON g.id = t.group_id"
    " WHERE t.table_id = :id AND t.state = 'active' AND g.state = 'active' AND NOT g.is_organization",
    "relation": "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM package_relationship t"
    " WHERE state = 'active' AND :id IN (subject_package_id, object_package_id)",
    "file": "SELECT md5(string_agg(t::text, ',' ORDER BY resource_id)) FROM publication_live_file t"
    " WHERE resource_id IN (SELECT id FROM resource WHERE package_id = :id)",
    "publication": "SELECT concat(live, live_revision_id, tombstone) FROM publication WHERE package_id = :id",
    "document": "SELECT md5(string_agg((to_jsonb(t) - 'fields' - 'stored' - 'indexed_ts' - 'data_dict'"
    " - 'validated_data_dict')::text || (t.fields - 'indexed_ts')::text, ',' ORDER BY t.index_id))"
    " FROM gobierno_abierto_search_document t WHERE t.id = :id",
}  # fmt: skip


_TOGETHER = "SELECT " + ", ".join(f"({sql}) AS {name}" for name, sql in ROWS.items())
_PUBLISHED = "SELECT count(*) FROM package WHERE state = 'active' AND NOT private"
_HIDDEN = "SELECT coalesce(bool_and(private OR state <> 'active'), true) AS hidden FROM package WHERE id = :id"


def rows(subject: Subject) -> dict[str, Any]:
    """What the tables hold of the live version; of a draft only whether it is public."""
    statement = _HIDDEN if subject.kind == DRAFT else _TOGETHER
    return dict(model.Session.execute(text(statement), {"id": subject.id}).mappings().one())


def tables(subject: Subject) -> dict[str, Any]:
    """Columns and rows of the DataStore's live tables; nothing of a draft."""
    found: dict[str, Any] = {}
    if subject.kind == DRAFT:
        return found
    with get_read_engine().connect() as connection:
        for name in subject.resources:
            if connection.execute(text("SELECT to_regclass(:name)"), {"name": f'"{name}"'}).scalar() is None:
                found[name] = None
                continue
            records = connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))  # noqa: S608
            found[name] = str([tuple(records.keys()), *map(tuple, records)])
    return found


def answers(subject: Subject) -> str:
    """What a visitor is told of the dataset in each way: the API, its file, its rows, the search and its RDF."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "show": ("package_show", {"id": subject.id}),
        "found": ("package_search", {"fq": f"id:{subject.id}"}),
        "rdf": ("dcat_dataset_show", {"id": subject.id, "format": "ttl"}),
        "state": ("publication_show", {"id": subject.id}),
        "history": ("publication_history", {"id": subject.id}),
    }
    for resource_id in subject.resources:
        asked[f"rows {resource_id}"] = ("datastore_search", {"resource_id": resource_id})
        asked[f"views {resource_id}"] = ("resource_view_list", {"id": resource_id})
    found = {name: _answer(*call) for name, call in asked.items()}
    for resource_id in subject.resources:
        path = Path(versions.uploader_of({"id": resource_id}).get_path(resource_id))
        found[f"file {resource_id}"] = sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return json.dumps(found, indent=1, sort_keys=True, default=str)


def _answer(action: str, parameters: dict[str, Any]) -> Any:
    try:
        return tk.get_action(action)({"user": "", "ignore_auth": False}, parameters)
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        return type(error).__name__


@contextmanager
def undoing() -> Iterator[Callable[[], None]]:
    """Gives a function that undoes whatever was done and committed so far (not in the DataStore); so does the end."""
    bound = model.Session.session_factory.kw["bind"]
    model.Session.remove()
    savepoints = [bound.begin_nested()]

    def undo() -> None:
        model.Session.remove()
        savepoints.pop().rollback()
        savepoints.append(bound.begin_nested())

    try:
        yield undo
    finally:
        model.Session.remove()
        savepoints.pop().rollback()


class Watch:
    """The live versions as they were; says which of them are not so any more."""

    def __init__(self, planted: Planted) -> None:
        self.subjects = planted.subjects
        self.rows = self._rows()
        self.tables = {kind: tables(subject) for kind, subject in self.subjects.items()}

    def changed(self) -> list[str]:
        """`kind: part` of what differs in CKAN's database."""
        now = self._rows()
        return [f"{kind}: {name}" for kind in now for name in now[kind] if now[kind][name] != self.rows[kind][name]]

    def _rows(self) -> dict[str, dict[str, Any]]:
        found = {kind: rows(subject) for kind, subject in self.subjects.items()}
        return {**found, "portal": {"public datasets": model.Session.execute(text(_PUBLISHED)).scalar()}}

    def tables_changed(self) -> list[str]:
        """`kind: table` of what differs in the DataStore since it was asked last: nothing is undone there."""
        now = {kind: tables(subject) for kind, subject in self.subjects.items()}
        found = [f"{kind}: table" for kind in now if now[kind] != self.tables[kind]]
        self.tables = now
        return found
