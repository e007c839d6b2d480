"""An approved revision becomes the live dataset, or a live dataset goes: one package_update in the transaction that
also moves the state and writes the audit row."""

from __future__ import annotations

import json
import logging
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common.clock import now
from . import records, state, tables, versions
from .case import Case
from .revisions import CARRIED_NOT

log = logging.getLogger(__name__)

#: What CKAN computes; sent back, it would be validated as if somebody had written it.
COMPUTED = (
    "metadata_created", "metadata_modified", "num_resources", "num_tags", "organization", "isopen", "license_title",
    "license_url", "creator_user_id", "relationships_as_object", "relationships_as_subject", "publication",
)  # fmt: skip
COMPUTED_OF_RESOURCE = ("created", "metadata_modified", "datastore_active", "package_id", "position", "state")


def carried(content: dict[str, Any]) -> dict[str, Any]:
    """What of a revision's content is written to the dataset."""
    kept = {key: value for key, value in content.items() if key not in (*CARRIED_NOT, *COMPUTED)}
    kept["resources"] = [
        {key: value for key, value in resource.items() if key not in COMPUTED_OF_RESOURCE}
        for resource in content.get("resources") or []
    ]
    return kept


def publish(case: Case, revision: Any, *, approved_by: str | None, reason: str | None, outcome: str) -> None:
    """Make `revision` the live version and close its run; commits, with whatever the caller wrote before.

    Raises tk.ValidationError, and then nothing has changed.
    """
    package, at = case.package, now()
    before = records.live_files(package.id)
    records.run("mark_published", id=revision.id, at=at, approved_by=approved_by, reason=reason)
    records.run("set_live", package_id=package.id, revision_id=revision.id, at=at)
    if case.run is not None:
        records.run("close_run", id=case.run.id, at=at, outcome=outcome)
    _point_files(revision, before)
    write_live(package, {**carried(revision.content), "private": False, "state": "active"})
    tables.adopt(revision, before)


def _point_files(revision: Any, before: dict[str, str]) -> None:
    for resource_id, file_id in revision.files.items():
        records.run("point_file", resource_id=resource_id, file_id=file_id)
    for resource_id in set(before) - set(revision.files):
        records.run("unpoint_file", resource_id=resource_id)


def write_live(package: Any, values: dict[str, Any]) -> None:
    """CKAN's package_update of the live dataset; commits."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: Any = {"user": site_user, "ignore_auth": True}
    owner = {"owner_org": package.owner_org} if package.owner_org else {}
    _keep_tables(values.get("resources") or [])
    versions.forget_files(package, values["resources"])
    with state.as_workflow():
        tk.get_action("package_update")(context, {**values, **owner, "id": package.id})
    # When nothing differs CKAN ends without a commit.
    model.repo.commit()


def _keep_tables(resources: list[dict[str, Any]]) -> None:
    """Whether a resource has a table is a fact of the DataStore: neither a revision nor its publication changes it."""
    for resource in resources:
        row = model.Resource.get(resource.get("id"))
        if row is not None and "datastore_active" in row.extras:
            resource["datastore_active"] = row.extras["datastore_active"]


def hide(case: Case, tombstone: dict[str, Any]) -> None:
    """Withdraw the live dataset: only its entity and its committee see it from now on; commits."""
    package = case.package
    records.run("set_withdrawn", package_id=package.id, tombstone=json.dumps(tombstone, ensure_ascii=False))
    write_live(package, {**carried(_live(package.id)), **_hidden(package)})


def _hidden(package: Any) -> dict[str, Any]:
    # CKAN has no private dataset without an organization.
    return {"private": True, "state": "active"} if package.owner_org else {"private": False, "state": "draft"}


def unhide(case: Case) -> None:
    """The withdrawn dataset is public again, as it was; commits."""
    revision = records.revision(case.publication.live_revision_id)
    records.run("set_live", package_id=case.package.id, revision_id=revision.id, at=now())
    write_live(case.package, {**carried(_live(case.package.id)), "private": False, "state": "active"})


def _live(package_id: str) -> dict[str, Any]:
    from .proposals import live_content

    return live_content(package_id)
