"""The background work: after a dataset is saved, each table that is new or changed is queued, loaded and shown."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib import files, search, uploader
from sqlalchemy import event
from sqlalchemy.orm import Session

from ..common.clock import now
from ..files.interfaces import FileProblem, LinkProblem, download, stored_path, tabular_formats
from . import reports, status
from .loader import KnownKinds, Loaded, Tables, known_kinds, load
from .loading_source import open_table
from .loading_text import complete
from .problems import Interrupted, MissingFile, TableProblem, Unreadable

log = logging.getLogger(__name__)

QUEUED = "gobierno_abierto_quality_queued"
QUEUE = "default"
#: What is_table and content_key look at.
FIELDS = ("id", "url", "url_type", "format", "hash", "size", "last_modified")


def is_table(resource: dict[str, Any]) -> bool:
    """Whether the resource's file or link is one whose table is loaded."""
    if str(resource.get("format") or "").lower() not in tabular_formats() or not resource.get("url"):
        return False
    if resource.get("url_type") == "upload":
        return True
    return not resource.get("url_type") and bool(tk.config["gobierno_abierto.quality.load_links"])


def content_key(resource: dict[str, Any]) -> str:
    """What identifies the content: a load of the same content is not repeated."""
    moment = str(resource.get("last_modified") or "").replace("T", " ")[:19]
    content = resource.get("hash") or f"{moment} {resource.get('size')}"
    name = str(resource.get("url") or "")
    return f"{str(resource.get('format')).lower()} {content} {name if not resource.get('url_type') else ''}".strip()


def is_checked(resource: dict[str, Any]) -> bool:
    """Whether the resource is a file or a link, and not a table that scripts fill."""
    return bool(resource.get("url")) and resource.get("url_type") in (None, "", "upload")


def source_of(resource: dict[str, Any]) -> dict[str, Any]:
    """Where a resource's live content is, for reports.announce."""
    url = str(resource["url"])
    known = {"name": url.rstrip("/").rpartition("/")[2] or url, "format": str(resource.get("format") or "").lower()}
    return known if resource.get("url_type") == "upload" else {**known, "url": url}


def announce_live(resource_id: str) -> Any:
    """The row of a resource's live content, made when nobody checked it before; None when there is nothing to check."""
    resource = model.Session.get(model.Resource, resource_id)
    if resource is None or resource.state != "active":
        return None
    known = {name: getattr(resource, name) for name in FIELDS}
    if not is_checked(known):
        return None
    reports.announce(resource_id, resource_id, resource.package_id, content_key(known), source_of(known))
    return reports.report_of(resource_id)


def live_source(resource_id: str, uploaded_by: str | None) -> str:
    """`source` of a resource's live content, as JSON."""
    resource = model.Session.get(model.Resource, resource_id)
    found = source_of({name: getattr(resource, name) for name in FIELDS})
    return json.dumps({**found, "uploaded_by": uploaded_by}, ensure_ascii=False)


def watch(package_id: str, by: str | None = None) -> None:
    """Note which contents of a dataset being saved (by this account) are new; they are queued when it is committed."""
    query = model.Session.query(model.Resource).filter_by(package_id=package_id, state="active")
    resources = [{name: getattr(row, name) for name in FIELDS} for row in query]
    known = {row.entity_id: row for row in status.rows([resource["id"] for resource in resources])}
    _forget_reports(package_id, resources)
    for resource in resources:
        resource_id, key = resource["id"], content_key(resource)
        if is_checked(resource):
            source = {**source_of(resource), "uploaded_by": by}
            if reports.announce(resource_id, resource_id, package_id, key, source):
                queue_after_commit(resource_id)
        row = known.get(resource_id)
        table = is_table(resource)
        if not table and row is None:
            continue
        # A table that was replaced by something that is none has no key: the job removes what is left of it.
        key = key if table else ""
        if row is None or status.value_of(row).get("key") != key:
            status.write(resource_id, status.PENDING, key=key, rows=None, columns=None, progress=None)
            queue_after_commit(resource_id)


def _forget_reports(package_id: str, resources: list[dict[str, Any]]) -> None:
    """Reports of contents that the dataset has no more; what waits beside a resource is its proposer's business."""
    present = {resource["id"] for resource in resources if is_checked(resource)}
    for row in reports.of_package(package_id):
        if row.subject == row.resource_id and row.resource_id not in present:
            reports.run("forget", subject=row.subject)


def queue_after_commit(resource_id: str) -> None:
    """Queue a content when the caller's transaction is committed; nothing when it is not."""
    model.Session().info.setdefault(QUEUED, {})[resource_id] = None


@event.listens_for(model.Session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for resource_id in session.info.pop(QUEUED, {}):
        enqueue(resource_id)


@event.listens_for(model.Session, "after_transaction_end")
def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(QUEUED, None)


def enqueue(resource_id: str) -> bool:
    """Queue the check of a content and the load of its table; `resource_id` may be any subject of reports.py.

    False (and a log line) when the queue cannot be reached: the clock or `load --pending` mends it later.
    """
    try:
        tk.enqueue_job(
            # By name: gate.py imports this module.
            f"{__package__}.gate.run",
            [resource_id],
            title=f"Check and load content {resource_id}",
            queue=QUEUE,
            rq_kwargs={
                "timeout": tk.config["gobierno_abierto.quality.load_timeout"]
                + tk.config["gobierno_abierto.quality.check_seconds"]
            },
        )
    except Exception:
        log.exception("Content %s could not be queued; it stays waiting", resource_id)
        return False
    return True


def run(resource_id: str, force: bool = False) -> None:
    """Load the table of a resource. Never raises: what goes wrong is kept as the resource's status."""
    start = monotonic()
    problem: TableProblem | None = None
    loaded: Loaded | None = None
    try:
        resource = _resource(resource_id)
        row = status.row_of(resource_id)
        if resource is None or not is_table(resource):
            _forget(resource_id, row is not None)
            return
        key = content_key(resource)
        if row and row.state == status.COMPLETE and status.value_of(row).get("loaded") == key and not force:
            if status.answers_only(row):
                _complete(resource_id, key)
            return
        status.write(resource_id, status.RUNNING, key=key, progress=None)
        model.Session.commit()
        loaded = _load(resource)
        status.write(
            resource_id,
            status.COMPLETE,
            key=key,
            loaded=key,
            finished=now().isoformat(timespec="seconds"),
            seconds=round(monotonic() - start, 2),
            progress=None,
            **loaded.as_dict(),
        )
        model.Session.commit()
        publish(resource_id)
        _complete(resource_id, key)
    except TableProblem as found:
        problem = found
    except (FileProblem, LinkProblem) as found:
        problem = Unreadable(format="URL", detail=found.message)
    except Exception:
        log.exception("The load of resource %s failed", resource_id)
        problem = Interrupted()
    if problem is not None:
        _failed(resource_id, problem)


def _resource(resource_id: str) -> dict[str, Any] | None:
    try:
        return tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource_id})
    except tk.ObjectNotFound:
        return None


def _tables(resource_id: str) -> Tables:
    language = tk.config["ckan.datastore.default_fts_lang"]
    return Tables(resource_id, language, tk.config["ckan.datastore.default_fts_index_method"])


def _load(resource: dict[str, Any]) -> Loaded:
    tables = _tables(resource["id"])

    def progress(count: int) -> None:
        status.write(resource["id"], status.RUNNING, progress=count)
        model.Session.commit()

    try:
        with on_disk(resource) as path:
            max_mb = tk.config["gobierno_abierto.quality.load_max_mb"]
            with open_table(path, str(resource["format"]).lower(), max_mb) as source:
                return load(source, tables, progress, known=_known_kinds(resource))
    finally:
        tables.close()


def _known_kinds(resource: dict[str, Any]) -> KnownKinds | None:
    """What the check told of the columns of this very content, when it read its only table to the end."""
    row = reports.report_of(resource["id"])
    if row is None or row.state != reports.DONE or row.content != content_key(resource) or not row.report:
        return None
    read = [table for table in row.report["tables"] if table["complete"]]
    return known_kinds(read[0]) if len(read) == len(row.report["tables"]) == 1 else None


def _complete(resource_id: str, key: str) -> None:
    """Words and indexes of a table that answers already; what fails here is made good by the next run."""

    def note(**done: Any) -> None:
        row = status.row_of(resource_id)
        # Another worker may have begun with newer content.
        if row and row.state == status.COMPLETE and status.value_of(row).get("loaded") == key:
            status.write(resource_id, status.COMPLETE, **done)
            model.Session.commit()

    tables = _tables(resource_id)
    try:
        complete(tables, lambda: note(full_text=True))
        note(indexed=True)
    except Exception:
        model.Session.rollback()
        log.exception("The table of resource %s answers, but what makes its search quick failed", resource_id)
    finally:
        tables.close()


@contextmanager
def on_disk(resource: dict[str, Any]) -> Iterator[Path]:
    """The resource's file as a path: its own, or a temporary copy of what a storage or a link gives."""
    path = stored_path(resource["id"]) if resource.get("url_type") == "upload" else None
    if path is not None:
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="ga-load-") as copy:
        if resource.get("url_type") == "upload":
            upload = uploader.get_resource_uploader({"id": resource["id"]})
            storage = getattr(upload, "storage", None)
            if storage is None:
                raise MissingFile()
            location = files.FileData(upload.get_path(resource["id"]))  # type: ignore[arg-type]
            for part in storage.stream(location):
                copy.write(part)
        else:
            download(resource["url"], copy, tk.config["gobierno_abierto.quality.load_max_mb"] << 20)
        copy.flush()
        yield Path(copy.name)


def _failed(resource_id: str, problem: TableProblem) -> None:
    """The file changed but is no table: the old one would lie about it, so it goes."""
    model.Session.rollback()
    status.write(resource_id, status.ERROR, problem, loaded=None, finished=now().isoformat(timespec="seconds"))
    model.Session.commit()
    _drop(resource_id)


def _forget(resource_id: str, known: bool) -> None:
    if not known:
        return
    status.remove(resource_id)
    model.Session.commit()
    _drop(resource_id)


def _drop(resource_id: str) -> None:
    resource = model.Resource.get(resource_id)
    if resource is not None and resource.url_type == "datastore":
        return
    tables = _tables(resource_id)
    try:
        if tables.exists():
            tables.drop()
            tables.commit()
    finally:
        tables.close()
    _mark(resource_id, False)


def _mark(resource_id: str, active: bool) -> model.Resource | None:
    """Set CKAN's `datastore_active`; no activity and no new date: the dataset itself did not change."""
    resource = model.Resource.get(resource_id)
    if resource is None:
        return None
    if bool(resource.extras.get("datastore_active")) != active:
        resource.extras = {**resource.extras, "datastore_active": active}
        model.Session.commit()
        search.rebuild(resource.package_id)
    return resource


def publish(resource_id: str) -> None:
    """The table exists: say so to CKAN, count its rows, and make the views that need it."""
    resource = _mark(resource_id, True)
    if resource is None:
        return
    if p.plugin_loaded("datastore"):
        from ckanext.datastore.backend import DatastoreBackend

        DatastoreBackend.get_active_backend().calculate_record_count(resource_id)
    shown = _resource(resource_id)
    if shown is None:
        return
    try:
        _make_views(shown)
    except Exception:
        # The table is there and answers; a view can be added by hand.
        model.Session.rollback()
        log.exception("The views of resource %s could not be made", resource_id)


def _make_views(resource: dict[str, Any]) -> None:
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    # Views that live on the table alone, then those that may (a map needs a table only when the file is no GeoJSON).
    for needs_table in (True, False):
        tk.get_action("resource_create_default_resource_views")(
            {"ignore_auth": True, "user": site_user}, {"resource": resource, "create_datastore_views": needs_table}
        )
