"""The contents of a proposal (new files and links) go through the quality gate before they are public.

Quality knows a content by a name that the workflow gives it: a file version's id, or one made of a link's resource and
address, so that the same link is not checked again at every save.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.model as model
import ckan.plugins as p

from . import records

log = logging.getLogger(__name__)

_LINKS = uuid.UUID("6f2b9a0e-2f2c-5c9e-9a57-1d0f6b9d7a11")


def quality() -> Any:
    """The quality capability's interface, or None where that plugin is not there."""
    if not p.plugin_loaded("gobierno_abierto_quality"):
        return None
    from ..quality import interfaces

    return interfaces


def subject_of(resource: Mapping[str, Any], file_id: str | None, live: Mapping[str, Any]) -> str | None:
    """The name of a resource's content in a revision; the resource's own id where it is what is live.

    `live` has `file` (id of the live version) and `url` of the live resource. None: nothing is checked.
    """
    resource_id = str(resource["id"])
    if file_id:
        return resource_id if file_id == live.get("file") else file_id
    if resource.get("url_type") or not resource.get("url"):
        return None
    if resource["url"] == live.get("url"):
        return resource_id
    return str(uuid.uuid5(_LINKS, f"{resource_id} {resource['url']}"))


def of_revision(package_id: str, revision: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """(resource, name of its content) of a revision's contents."""
    files = records.live_files(package_id)
    rows = model.Session.query(model.Resource).filter_by(package_id=package_id, state="active")
    links = {row.id: row.url for row in rows if not row.url_type}
    for resource in revision.content.get("resources") or []:
        known = {"file": files.get(resource["id"]), "url": links.get(resource["id"])}
        if subject := subject_of(resource, revision.files.get(resource["id"]), known):
            yield resource, subject


def announce(package_id: str, revision: Any) -> None:
    """What is new in the open proposal waits for its check."""
    gate = quality()
    if gate is None:
        return
    proposed = {
        subject: resource for resource, subject in of_revision(package_id, revision) if subject != resource["id"]
    }
    for subject, _package_id in gate.waiting_contents(package_id):
        if subject not in proposed:
            # An earlier file of this proposal: nobody decides about it any more.
            gate.forget_content(subject)
    for subject, resource in proposed.items():
        version = records.row("file", id=revision.files.get(resource["id"]))
        if version is None:
            gate.announce_content(subject, resource, package_id, resource["url"])
        else:
            gate.announce_content(
                subject, resource, package_id, version.sha256 or version.id, path=version.path,
                uploaded_by=version.uploaded_by,
            )  # fmt: skip


def adopt(revision: Any, before: Mapping[str, str]) -> None:
    """After a publication: what was found of the proposed contents is now known of the live ones."""
    gate = quality()
    if gate is None:
        return
    waiting = {subject for subject, _package_id in gate.waiting_contents(revision.package_id)}
    for resource in revision.content.get("resources") or []:
        subject = subject_of(resource, revision.files.get(resource["id"]), {"file": before.get(resource["id"])})
        if subject in waiting:
            gate.adopt_report(subject, resource["id"])
    model.Session.commit()


def sweep() -> None:
    """Forget what was found of contents that no open proposal has any more."""
    gate = quality()
    if gate is None:
        return
    used: dict[str, set[str]] = {}
    for subject, package_id in gate.waiting_contents():
        if package_id not in used:
            run = records.open_run(package_id)
            revision = records.revision(run.revision_id) if run else None
            used[package_id] = {name for _one, name in of_revision(package_id, revision)} if revision else set()
        if subject not in used[package_id]:
            gate.forget_content(subject)
    model.Session.commit()
