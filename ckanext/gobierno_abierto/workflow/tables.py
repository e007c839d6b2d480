"""Tables of proposed files: loaded apart from the live ones, and swapped in when the proposal is published."""

from __future__ import annotations

import json
import logging
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
from sqlalchemy import event
from sqlalchemy.orm import Session

from . import contents, records, versions

log = logging.getLogger(__name__)

_PREPARE = "gobierno_abierto_workflow_prepare"


def loader() -> Any:
    """The quality capability's tables, or None where that plugin or the DataStore is not there."""
    return contents.quality() if p.plugin_loaded("datastore") else None


def prepare_later(package_id: str) -> None:
    """Queue, after the commit, the checks and the tables of the proposal's new files."""
    available, run = loader(), records.open_run(package_id)
    revision = records.revision(run.revision_id) if run else None
    if revision is None:
        return
    contents.announce(package_id, revision)
    if available is None:
        return
    live = records.live_files(package_id)
    formats = {resource["id"]: resource.get("format") for resource in revision.content["resources"]}
    for resource_id, file_id in revision.files.items():
        version = records.row("file", id=file_id)
        if live.get(resource_id) == file_id or version.loaded is not None:
            continue
        if available.holds_table({"url": version.filename, "url_type": "upload", "format": formats.get(resource_id)}):
            records.run("set_loaded", id=file_id, loaded=json.dumps({"status": "pending"}))
            model.Session().info.setdefault(_PREPARE, {})[file_id] = str(formats.get(resource_id) or version.format)


@event.listens_for(model.Session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for file_id, format_name in session.info.pop(_PREPARE, {}).items():
        enqueue(file_id, format_name)


@event.listens_for(model.Session, "after_transaction_end")
def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_PREPARE, None)


def enqueue(file_id: str, format_name: str) -> bool:
    """Queue the table of a file version; False (and a log line) when the queue cannot be reached."""
    try:
        tk.enqueue_job(prepare, [file_id, format_name], title=f"Load the table of file version {file_id}")
    except Exception:
        log.exception("The table of file version %s could not be queued; it is loaded when it is published", file_id)
        return False
    return True


def prepare(file_id: str, format_name: str) -> None:
    """Load the table of a proposed file beside the live one. Never raises: the problem is kept with the file."""
    version, available = records.row("file", id=file_id), loader()
    if version is None or available is None:
        return
    available.set_load_state(file_id, "running")
    model.Session.commit()
    outcome = available.prepare_table(file_id, versions.path_of(version), format_name, version.resource_id)
    available.set_load_state(file_id, outcome["status"])
    # The dataset may have been published meanwhile: then its own load takes over.
    records.run("set_loaded", id=file_id, loaded=json.dumps(outcome, ensure_ascii=False, default=str))
    model.Session.commit()
    if records.row("file", id=file_id) is None:
        available.drop_table(file_id)


def resume() -> int:
    """Load here the tables of open proposals that still wait: the queue lost them, or their worker died; how many."""
    found = records.rows("pending_tables")
    for row in found:
        prepare(row.id, row.format)
    return len(found)


def adopt(revision: Any, before: dict[str, str]) -> None:
    """After a publication: the prepared tables take their resources' names. What fails is loaded by its own job."""
    contents.adopt(revision, before)
    available = loader()
    if available is None:
        return
    for resource_id, file_id in revision.files.items():
        if before.get(resource_id) == file_id:
            continue
        version = records.row("file", id=file_id)
        if version is None or (version.loaded or {}).get("status") != "complete":
            continue
        try:
            available.adopt_table(file_id, resource_id, version.loaded)
        except Exception:
            model.Session.rollback()
            log.exception("The table of resource %s could not be swapped; its own load will do it", resource_id)


def sweep() -> int:
    """Drop the tables of proposals that are over; how many."""
    contents.sweep()
    available = loader()
    if available is None:
        return 0
    dropped = 0
    for row in records.rows("prepared_tables"):
        dropped += available.drop_table(row.id)
        records.run("set_loaded", id=row.id, loaded=None)
    model.Session.commit()
    return dropped
