"""What must hold of every dataset at every moment, recomputed from the tables and the disk, not from the workflow."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from sqlalchemy import text

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.workflow import records, versions
from ckanext.gobierno_abierto.workflow.definition import workflow
from ckanext.gobierno_abierto.workflow.revisions import normalised

Json = dict[str, Any]

#: What a transition may change; together they are "the state".
TABLES = (
    "publication", "publication_run", "publication_revision", "publication_comment", "publication_file",
    "publication_live_file", "publication_notice", "portal_audit", "package", "resource", "package_tag", "tag",
    "member", "task_status",
)  # fmt: skip
#: The search document, without the moment of its indexing.
DOCUMENT = """SELECT string_agg(md5((to_jsonb(t) - 'fields' - 'stored' - 'indexed_ts' - 'data_dict'
    - 'validated_data_dict')::text || (t.fields - 'indexed_ts')::text), ',' ORDER BY t.index_id)
    FROM gobierno_abierto_search_document t"""


def fingerprint(connection: Any = None) -> dict[str, str | None]:
    """Each table's rows as one hash, as this connection (the session's by default) sees them."""
    run = (connection or model.Session).execute
    found = {
        name: run(
            text(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {name} t")  # noqa: S608
        ).scalar()
        for name in TABLES
    }
    return {**found, "document": run(text(DOCUMENT)).scalar()}


def stored_files() -> set[str]:
    """Every file of the workflow on the disk, below ckan.storage_path."""
    root = Path(tk.config["ckan.storage_path"])
    return {str(path.relative_to(root)) for path in (root / versions.FOLDER).rglob("*") if path.is_file()}


def shown_to_visitors(package_id: str) -> Json | None:
    """package_show of a visitor; None when it is refused."""
    try:
        return dict(tk.get_action("package_show")({"user": "", "ignore_auth": False}, {"id": package_id}))
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None


def the_live_version_is_the_published_revision(package_id: str) -> None:
    """What visitors get is the revision that was published, and its files; nothing else is given to them."""
    publication, shown = records.publication(package_id), shown_to_visitors(package_id)
    if publication is None or publication.live != "publicado":
        assert shown is None or publication is None, f"{package_id} is {publication.live} and visible"
        return
    assert shown is not None, f"{package_id} is published and hidden"
    if publication.live_revision_id is None:
        # Public before the workflow, and only dated since.
        return
    revision = records.revision(publication.live_revision_id)
    assert normalised(shown) == normalised(revision.content)
    assert (shown["private"], shown["state"]) == (False, "active")
    assert records.live_files(package_id) == revision.files
    for resource in shown["resources"]:
        the_file_is_the_version(resource, revision.files.get(resource["id"]))


def the_file_is_the_version(resource: Json, file_id: str | None) -> None:
    """The resource's own address gives the bytes of the version, whose hash the resource names."""
    assert (resource.get("url_type") == "upload") == (file_id is not None)
    if file_id is None:
        return
    row = records.row("file", id=file_id)
    given = Path(versions.uploader_of({"id": resource["id"]}).get_path(resource["id"])).read_bytes()
    assert sha256(given).hexdigest() == row.sha256 == resource["hash"]


def nothing_is_public_without_approval() -> None:
    """Four eyes, from the audit log: each step approved by somebody who wrote nothing of it; or an emergency."""
    rows = model.Session.execute(
        text(
            "SELECT v.id, v.package_id, v.run_id, v.files, v.emergency_reason, r.base_revision_id, p.type, r.kind"
            " FROM publication_revision v LEFT JOIN publication_run r ON r.id = v.run_id"
            " JOIN package p ON p.id = v.package_id WHERE v.published_at IS NOT NULL"
        )
    ).fetchall()
    for row in rows:
        log = audit.rows(package_id=row.package_id, limit=10_000)
        mine = [entry for entry in log if entry.revision_id == row.id]
        done = {entry.action for entry in mine}
        if done & {"inicial", "instalar"}:
            continue
        if row.emergency_reason:
            assert "publicar_de_emergencia" in done
            continue
        approvals = [entry for entry in mine if entry.action == "aprobar"]
        steps = {step.name for step in workflow().steps_of(row.type)}
        assert steps <= {entry.details["step"] for entry in approvals}, f"{row.id} lacks an approval"
        authors = _authors(row, log)
        assert not authors & {entry.actor_id for entry in approvals}, f"{row.id} was approved by an author"


def _authors(row: Any, log: list[audit.Entry]) -> set[str | None]:
    """Who saved a revision of the run, or uploaded a file that it brought."""
    bound = {"run": row.run_id}
    of_run = model.Session.execute(text("SELECT id FROM publication_revision WHERE run_id = :run"), bound)
    ids = {found.id for found in of_run}
    base = records.revision(row.base_revision_id)
    new = set(row.files.values()) - set(base.files.values() if base else ())
    saved = {entry.actor_id for entry in log if entry.action == "guardar" and entry.revision_id in ids}
    return saved | {found.uploaded_by for found in records.rows("files", ids=sorted(new))} - {None}


def withdrawals_were_decided(coordinators: set[str]) -> None:
    """Nobody withdrew a dataset but a coordinator, the clock, or the approver of what somebody else proposed."""
    for entry in audit.rows(actions=["retirar"], limit=10_000):
        if entry.actor_id is None or entry.actor_id in coordinators:
            continue
        before = [one for one in audit.rows(package_id=entry.package_id, limit=10_000) if one.seq < entry.seq]
        approval, proposal = before[0], next(one for one in before if one.action == "proponer_retiro")
        assert (approval.action, approval.actor_id) == ("aprobar", entry.actor_id)
        assert proposal.actor_id != entry.actor_id


def the_audit_chain_is_valid() -> None:
    """Every row's hash is right and no row is missing."""
    found = audit.verify()
    assert found.ok, found


def a_dataset_has_one_open_run() -> None:
    """At most one; and a dataset is what its publication row says."""
    doubled = model.Session.execute(
        text("SELECT package_id FROM publication_run WHERE closed_at IS NULL GROUP BY package_id HAVING count(*) > 1")
    ).fetchall()
    assert doubled == []
    torn = model.Session.execute(
        text(
            "SELECT p.id FROM package p JOIN publication x ON x.package_id = p.id WHERE p.state <> 'deleted'"
            " AND (x.live = 'publicado') <> (NOT p.private AND p.state = 'active')"
        )
    ).fetchall()
    assert torn == []


def no_file_is_an_orphan() -> None:
    """Each row has its file, each file its row."""
    assert stored_files() == {row.path for row in records.rows("all_files")}


def search_finds_the_public_ones(package_ids: Iterable[str]) -> None:
    """A visitor's search finds exactly the public datasets, with the title that is live."""
    found = tk.get_action("package_search")({"user": "", "ignore_auth": False}, {"rows": 1000})["results"]
    titles = {one["id"]: one["title"] for one in found}
    wanted = {id: shown["title"] for id in package_ids if (shown := shown_to_visitors(id)) is not None}
    assert {id: title for id, title in titles.items() if id in set(package_ids)} == wanted
