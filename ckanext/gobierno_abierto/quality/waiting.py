"""Contents that wait beside the live ones, for the capability that keeps them: announced, adopted, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.model as model

from . import jobs, reports
from .decisions import bases, gate
from .decisions.gate import OpenFinding
from .problems import message

#: Findings of one file that are told where its proposal is decided; the report has them all.
TOLD = 5


@dataclass(frozen=True)
class ContentState:
    """What is known of a content: `state` as in quality_report_show, `errors` as (title, count), open findings.

    `summary` is the report's, None while there is none; `problem` says why it could not be checked.
    """

    state: str = "none"
    problem: str = ""
    summary: Mapping[str, Any] | None = None
    errors: Sequence[tuple[Mapping[str, str], int]] = ()
    personal_data: Sequence[OpenFinding] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        """Whether the answer is still to come."""
        return self.state in reports.OPEN


def announce_content(
    subject: str,
    resource: Mapping[str, Any],
    package_id: str,
    content: str,
    *,
    path: str | None = None,
    uploaded_by: str | None = None,
) -> None:
    """A proposed content is there: queued for its check when the caller's transaction is committed.

    `path` is the file's, below the storage folder or absolute; None: the resource's link. `content` identifies it.
    """
    kind = str(resource.get("format") or "").lower()
    name = str(resource.get("url") or resource.get("name") or subject).rstrip("/").rpartition("/")[2]
    source = {"name": name, "format": kind, "columns": resource.get("columns") or [], "uploaded_by": uploaded_by}
    source |= {"path": path} if path else {"url": str(resource["url"])}
    table = path is not None and jobs.is_table({**resource, "url_type": "upload"})
    state = "pending" if table else None
    if reports.announce(subject, str(resource["id"]), package_id, content, source, load_state=state):
        jobs.queue_after_commit(subject)


def adopt_report(subject: str, resource_id: str) -> None:
    """The content is live now: its report is the resource's, and nothing waits any more; the caller commits."""
    row, waiting = jobs.announce_live(resource_id), reports.report_of(subject)
    if row is not None and waiting is not None:
        source = jobs.live_source(resource_id, waiting.source.get("uploaded_by"))
        reports.run("adopt", subject=subject, content=row.content, source=source)
    reports.run("forget", subject=subject)


def forget_content(subject: str) -> None:
    """Nobody waits for the content any more."""
    reports.run("forget", subject=subject)


def set_load_state(subject: str, state: str | None) -> None:
    """How far the table of a proposed content is: pending, running, complete or error."""
    reports.set_load_state(subject, state)


def waiting_contents(package_id: str | None = None) -> list[tuple[str, str]]:
    """(subject, dataset id) of every content that waits, of one dataset or of all."""
    return [(row.subject, row.package_id) for row in reports.rows("waiting_contents", package_id=package_id)]


def content_state(subject: str) -> ContentState:
    """What is known of a content, live or waiting."""
    row = reports.report_of(subject)
    if row is None:
        return ContentState()
    problem = message(row.problem["code"], row.problem["arguments"]) if row.problem else ""
    if not row.report:
        return ContentState(str(row.state), problem)
    failed = [one for one in row.report["results"] if one["result"] == "fail" and one["severity"] == "error"]
    return ContentState(
        str(row.state),
        problem,
        row.report["summary"],
        tuple((one["title"], one["count"]) for one in failed[:TOLD]),
        tuple(gate.open_findings(row.report, bases.of_resource(row.resource_id))),
    )


def purge(package_id: str) -> None:
    """The dataset is purged: nothing of its contents stays."""
    for row in reports.of_package(package_id):
        reports.run("forget_resource", resource_id=row.resource_id)
        reports.run("forget_bases", resource_id=row.resource_id)
    model.Session.flush()
