"""API actions of the publication workflow: each asks for permission and calls the service or what reads for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ...common import audit
from ...common.errors import PortalError, as_ckan
from .. import checks, reading, records, service, status
from ..case import Case, open_case, user_of
from ..errors import NotYetReadable
from ..parameters import comments_of, date_of, page_of, truth
from ..transitions import PUBLICADO

__all__ = [
    "publication_approve",
    "publication_audit_list",
    "publication_bulk_approve",
    "publication_cancel",
    "publication_check",
    "publication_diff",
    "publication_emergency_publish",
    "publication_history",
    "publication_publish",
    "publication_queue",
    "publication_request_changes",
    "publication_restore",
    "publication_revision_list",
    "publication_revision_show",
    "publication_schedule",
    "publication_show",
    "publication_submit",
    "publication_withdraw",
]


@contextmanager
def edge() -> Iterator[None]:
    """The portal's errors become CKAN's, and nothing of the transition stays."""
    try:
        yield
    except PortalError as error:
        model.Session.rollback()
        raise as_ckan(error) from error
    except (tk.ValidationError, tk.NotAuthorized):
        # Of many decisions in one call, one that was refused holds no lock while the next are taken.
        model.Session.rollback()
        raise


def _package(data_dict: dict[str, Any]) -> Any:
    reference = str(tk.get_or_bust(data_dict, "id"))
    package = model.Package.get(reference) if "\x00" not in reference else None
    if package is None:
        raise tk.ObjectNotFound(tk._("No existe el conjunto de datos «{id}».").format(id=reference[:100]))
    return package


def _moved(context: Any, package: Any) -> dict[str, Any]:
    """Where the dataset is after a transition."""
    fresh = model.Package.get(package.id)
    return status.status_of(open_case(fresh, user_of(context)))


def _do(context: Any, data_dict: dict[str, Any], transition: Callable[..., None], **given: Any) -> dict[str, Any]:
    package = _package(data_dict)
    with edge():
        transition(package, user_of(context), **given)
    return _moved(context, package)


def _seen(context: Any, data_dict: dict[str, Any]) -> tuple[Case, bool]:
    """The case, and whether the caller may know of proposals."""
    case = open_case(_package(data_dict), user_of(context))
    return case, bool(context.get("ignore_auth") or case.person.belongs)


@tk.side_effect_free
def publication_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Where a dataset is on its way to publication, and what the caller can do now.

    :param id: id or name of the dataset
    :returns: `{status, label, live, kind, revision_id, revision_number, step, waiting_for: {role, organizations, text},
        since, note, conflict, can: [action names], publish_at, withdraw_at}`; whoever may not know of proposals is
        told of the live version only
    """
    tk.check_access("publication_show", context, data_dict)
    case, insider = _seen(context, data_dict)
    return status.status_of(case) if insider else status.public_status(case)


def publication_submit(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Send the open proposal to its reviewers.

    :param id: id or name of the dataset
    :param note: (optional) what the reviewers should know
    :param revision_id: (optional) refuse when the proposal has moved on from this revision
    """
    tk.check_access("publication_submit", context, data_dict)
    note, revision_id = str(data_dict.get("note") or ""), data_dict.get("revision_id")
    return _do(context, data_dict, service.submit, note=note, revision_id=revision_id)


def publication_cancel(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a sent proposal back, or end one that was not sent.

    :param id: id or name of the dataset
    :param discard: (optional) true ends the proposal: the live version stays, the proposed files are removed
    """
    tk.check_access("publication_cancel", context, data_dict)
    return _do(context, data_dict, service.cancel, discard=truth(data_dict.get("discard")))


def publication_approve(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve the proposal at its present step; after the last one it is published, at once or at its date.

    :param id: id or name of the dataset
    :param revision_id: the revision that was read; another one answers 409
    :param comment: (optional) for the authors
    :param publish_at: (optional) ISO 8601; without a zone it is Bolivia's time
    """
    tk.check_access("publication_approve", context, data_dict)
    return _approve(context, data_dict)


def _approve(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    with edge():
        publish_at = date_of(data_dict, "publish_at")
    return _do(
        context, data_dict, service.approve, revision_id=tk.get_or_bust(data_dict, "revision_id"),
        comment=str(data_dict.get("comment") or ""), publish_at=publish_at,
    )  # fmt: skip


def publication_request_changes(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give the proposal back to its authors.

    :param id: id or name of the dataset
    :param note: what is asked of the whole proposal
    :param comments: (optional) list of `{text, field?, resource_id?}`
    :param revision_id: (optional) the revision that was read; another one answers 409
    """
    tk.check_access("publication_request_changes", context, data_dict)
    with edge():
        comments = comments_of(data_dict.get("comments"))
    note, revision_id = str(data_dict.get("note") or ""), data_dict.get("revision_id")
    return _do(context, data_dict, service.request_changes, comments=comments, note=note, revision_id=revision_id)


def publication_publish(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish an approved proposal before its date; for coordinators.

    :param id: id or name of the dataset
    """
    tk.check_access("publication_publish", context, data_dict)
    return _do(context, data_dict, service.publish)


def publication_schedule(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Set or remove dates; for coordinators.

    :param id: id or name of the dataset
    :param publish_at: (optional) ISO 8601, or empty to remove it
    :param withdraw_at: (optional) ISO 8601, or empty to remove it
    """
    tk.check_access("publication_schedule", context, data_dict)
    with edge():
        dates = {name: date_of(data_dict, name) for name in ("publish_at", "withdraw_at") if name in data_dict}
    if not dates:
        raise tk.ValidationError({"publish_at": [tk._("Indique publish_at o withdraw_at.")]})
    return _do(context, data_dict, service.schedule, dates=dates)


def publication_withdraw(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Withdraw a published dataset (coordinators), or propose it to the committee (the organization's admins).

    :param id: id or name of the dataset
    :param reason: what its address will say from then on
    """
    tk.check_access("publication_withdraw", context, data_dict)
    return _do(context, data_dict, service.withdraw, reason=data_dict.get("reason"))


def publication_restore(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make a withdrawn dataset public again, as it was; for coordinators.

    :param id: id or name of the dataset
    """
    tk.check_access("publication_restore", context, data_dict)
    return _do(context, data_dict, service.restore)


def publication_emergency_publish(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish the open proposal without its approvals; for sysadmins, shown in the public history.

    :param id: id or name of the dataset
    :param reason: why it could not wait
    """
    tk.check_access("publication_emergency_publish", context, data_dict)
    return _do(context, data_dict, service.emergency_publish, reason=data_dict.get("reason"))


@tk.side_effect_free
def publication_queue(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What waits for the caller's review, over all organizations, the longest waiting first.

    :param organization: (optional) id or name
    :param type: (optional) kind of dataset
    :param kind: (optional) `cambio` or `retiro`
    :param waiting_days: (optional) at least so many days
    :param limit: (optional) up to 100, default 20
    :param offset: (optional)
    :returns: `{count, organizations: [{id, name, title, count}], types: [{id, count}], results: [...]}`
    """
    tk.check_access("publication_queue", context, data_dict)
    user = user_of(context)
    if user is None:
        return {"count": 0, "organizations": [], "types": [], "results": []}
    filters = dict(data_dict)
    if data_dict.get("organization"):
        group = model.Group.get(str(data_dict["organization"]))
        filters["organization"] = group.id if group else str(data_dict["organization"])
    with edge():
        limit, offset = page_of(data_dict)
        filters["waiting_days"] = page_of({"offset": data_dict.get("waiting_days") or 0})[1]
    return reading.queue(user, filters, limit, offset)


@tk.side_effect_free
def publication_history(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The public history of a dataset: what changed, when, approved by which body; never drafts, people or comments.

    :param id: id or name of the dataset; also of a withdrawn one
    """
    tk.check_access("publication_history", context, data_dict)
    return reading.history(_package(data_dict).id)


@tk.side_effect_free
def publication_revision_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The dataset's revisions, the newest first; who may not know of proposals is given the published ones only.

    :param id: id or name of the dataset
    """
    tk.check_access("publication_revision_list", context, data_dict)
    case, insider = _seen(context, data_dict)
    statement = "revisions" if insider else "published_revisions"
    return [reading.revision_dict(row, names=insider) for row in records.rows(statement, package_id=case.package.id)]


@tk.side_effect_free
def publication_revision_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One revision with its whole content.

    :param id: id of the revision
    :returns: `{id, number, created, published_at, ..., content, files: [{resource_id, filename, size, sha256, url}]}`
    """
    revision, case, insider = _revision(context, data_dict)
    tk.check_access("publication_revision_show", context, {"id": case.package.id})
    return {
        **reading.revision_dict(revision, names=insider),
        "package_id": revision.package_id,
        "content": revision.content,
        "files": [
            {
                "resource_id": row.resource_id, "id": row.id, "filename": row.filename, "format": row.format,
                "size": row.size, "sha256": row.sha256,
                "url": tk.h.url_for("ga_publication.file", id=row.package_id, file_id=row.id, qualified=True),
            }
            for row in records.rows("files", ids=list(revision.files.values()))
        ],
    }  # fmt: skip


def _revision(context: Any, data_dict: dict[str, Any]) -> tuple[Any, Case, bool]:
    """A revision that the caller may read; for everybody else it does not exist."""
    reference = str(tk.get_or_bust(data_dict, "id"))
    revision = records.revision(reference) if "\x00" not in reference else None
    if revision is None:
        raise as_ckan(NotYetReadable(name=reference[:60]))
    case, insider = _seen(context, {"id": revision.package_id})
    if not insider and (revision.published_at is None or case.live != PUBLICADO):
        raise as_ckan(NotYetReadable(name=reference[:60]))
    return revision, case, insider


@tk.side_effect_free
def publication_diff(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What differs between two versions: field by field, resource by resource, and in tables rows and columns.

    :param id: id or name of the dataset
    :param from_revision: (optional) by default the live version (or, of the live version, the one before)
    :param to_revision: (optional) by default the open proposal, or the live version
    """
    tk.check_access("publication_diff", context, data_dict)
    case, insider = _seen(context, data_dict)
    live = case.publication.live_revision_id if case.publication else None
    target = data_dict.get("to_revision") or (case.run.revision_id if case.run and insider else live)
    if target is None:
        raise as_ckan(NotYetReadable(name=case.package.name))
    new, _case, _insider = _revision(context, {"id": target})
    old = None
    if data_dict.get("from_revision"):
        old, _case, _insider = _revision(context, {"id": data_dict["from_revision"]})
    elif live and new.id != live and insider:
        old = records.revision(live)
    else:
        older = [
            row for row in records.rows("published_revisions", package_id=case.package.id) if row.number < new.number
        ]
        old = records.revision(older[0].id) if older else None
    if {new.package_id, old.package_id if old else case.package.id} != {case.package.id}:
        raise tk.ValidationError({"from_revision": [tk._("Las dos versiones deben ser de este conjunto de datos.")]})
    return reading.difference(case, old, new)


@tk.side_effect_free
def publication_check(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """What the checks of the workflow's steps say of the open proposal.

    :param id: id or name of the dataset
    :returns: list of `{check, message, blocks: never|approval|submission, resource_id, field}`
    """
    tk.check_access("publication_check", context, data_dict)
    case, insider = _seen(context, data_dict)
    if not insider or case.run is None or case.run.kind != "cambio":
        return []
    found = checks.findings(records.revision(case.run.revision_id), case.steps)
    return [dict(vars(finding)) for finding in found]


def publication_bulk_approve(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve many proposals, each by itself: one that cannot be approved keeps none of the others.

    :param items: list of `{id, revision_id}`, up to 100
    :param comment: (optional) for all
    :param dry_run: (optional) true only says which ones could be approved
    :returns: `{results: [{id, ok, status, error}]}`
    """
    tk.check_access("publication_bulk_approve", context, data_dict)
    items = data_dict.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items) or len(items) > 100:
        raise tk.ValidationError({"items": [tk._("Una lista de hasta 100 pares id y revision_id.")]})
    results = []
    for item in items:
        given = {"id": item.get("id"), "revision_id": item.get("revision_id"), "comment": data_dict.get("comment")}
        try:
            tk.check_access("publication_approve", context, given)
            if truth(data_dict.get("dry_run")):
                with edge():
                    service.could_approve(_package(given), user_of(context), tk.get_or_bust(given, "revision_id"))
                results.append({"id": item.get("id"), "ok": True, "status": "en_revision"})
                continue
            moved = _approve(context, given)
            results.append({"id": item.get("id"), "ok": True, "status": moved["status"]})
        except (tk.NotAuthorized, tk.ObjectNotFound, tk.ValidationError) as error:
            results.append({"id": item.get("id"), "ok": False, "status": None, "error": _said(error)})
    return {"results": results}


def _said(error: Any) -> str:
    if isinstance(error, tk.ValidationError):
        return "; ".join(f"{message}" for messages in error.error_dict.values() for message in messages)
    return str(error)


@tk.side_effect_free
def publication_audit_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The audit log, the newest first: of a dataset for its entity and committee, of everything for coordinators.

    :param id: (optional) id or name of a dataset
    :param since: (optional) ISO 8601
    :param action: (optional) only what the log calls so, such as `aprobar`
    :param limit: (optional) up to 100, default 20
    :param offset: (optional)
    """
    tk.check_access("publication_audit_list", context, data_dict)
    package_id = _package(data_dict).id if data_dict.get("id") else None
    with edge():
        limit, offset = page_of(data_dict)
        since = date_of(data_dict, "since")
    actions = [str(data_dict["action"])] if data_dict.get("action") else None
    found = audit.rows(package_id, since, actions, limit=limit, offset=offset)
    return {"count": audit.count(package_id, since, actions), "results": [entry.as_dict() for entry in found]}
