"""The one door of each transition: it locks the dataset, asks transitions.py, writes, and tells people; one commit.

Each function takes the model.Package, the acting model.User (None: the clock) and raises the errors of errors.py and
tk.ValidationError; then nothing has changed.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import audit
from ..common.clock import now
from . import checks, people, publishing, records, versions
from .case import Case, coordinators, open_case
from .errors import DateInPast, LiveMoved, NotYetReadable, ReasonMissing, StaleRevision
from .proposals import initialise, keep_draft_now
from .transitions import (
    APROBADO,
    BORRADOR,
    CAMBIO,
    OBSERVADO,
    RETIRO,
    THE_CLOCK,
    Transition,
    check,
)

log = logging.getLogger(__name__)


def _locked(package: Any, user: Any) -> Case:
    """The dataset, which nobody else changes meanwhile. Raises NotYetReadable when it was deleted."""
    case = open_case(package, user, lock=True)
    if package.state == "deleted":
        raise NotYetReadable(name=package.name)
    return case


def _begin(name: str, package: Any, user: Any) -> tuple[Case, Transition]:
    case = _locked(package, user)
    return case, check(name, case.situation, case.person)


def _same_revision(case: Case, revision_id: str | None) -> Any:
    """The run's revision, which must be the one that the caller names (if any)."""
    revision = records.revision(case.run.revision_id)
    if revision_id and revision_id != case.run.revision_id:
        raise StaleRevision(number=revision.number)
    return revision


def _refuse_merge(case: Case) -> None:
    live = case.publication.live_revision_id if case.publication else None
    if case.run.kind == CAMBIO and case.run.base_revision_id != live:
        raise LiveMoved()


def _refuse_findings(case: Case, revision: Any, *, approval: bool) -> None:
    steps = (case.step,) if approval and case.step else case.steps
    found = checks.blocking(checks.findings(revision, steps), approval=approval)
    if found:
        raise tk.ValidationError({"publication": [finding.message for finding in found]})


def _reason(text: str | None, action: str, field: str = "reason") -> str:
    said = (text or "").strip()
    if not said:
        raise ReasonMissing(field=field, action=action)
    return said[:4000]


def submit(package: Any, user: Any, *, note: str = "", revision_id: str | None = None) -> None:
    """Send the proposal to the reviewers of its first step."""
    if records.open_run(package.id) is None:
        keep_draft_now(package, user)
    case, _ = _begin("enviar", package, user)
    revision = _same_revision(case, revision_id)
    _refuse_merge(case)
    if case.run.kind == CAMBIO:
        _refuse_findings(case, revision, approval=False)
    first = case.steps[0]
    if case.run.kind == RETIRO:
        # The reason of a withdrawal is what the public will read: a new note replaces it, silence does not.
        note = note.strip() or case.run.note
    records.run("submit_run", id=case.run.id, reviewers=first.reviewers, at=now(), note=note[:4000], by=user.id)
    reviewers = case.reviewers_at(first.reviewers)
    people.tell("enviado", case, reviewers, comment=note)
    audit.record("enviar", actor=user, package_id=package.id, revision_id=revision.id, comment=note)
    model.repo.commit()


def cancel(package: Any, user: Any, *, discard: bool = False) -> None:
    """Take a sent proposal back; or end one that is not with its reviewers, its files with it."""
    case, _ = _begin("descartar" if discard else "retirar_envio", package, user)
    run = case.run
    if not discard:
        people.tell("retirado_envio", case, case.reviewers)
        records.run("move_run", id=run.id, state=BORRADOR, step=0, reviewers=None, at=now())
        audit.record("retirar_envio", actor=user, package_id=package.id, revision_id=run.revision_id)
    else:
        people.tell("descartado", case, people.authors_and_sender(case))
        records.run("close_run", id=run.id, at=now(), outcome="descartado")
        if run.kind == CAMBIO:
            versions.discard_unused(package.id, run.id)
        audit.record("descartar", actor=user, package_id=package.id, revision_id=run.revision_id)
    model.repo.commit()


def request_changes(
    package: Any, user: Any, *, comments: list[dict[str, Any]], note: str = "", revision_id: str | None = None
) -> None:
    """Give the proposal back to its authors with what they are asked to change."""
    case, _ = _begin("observar", package, user)
    revision = _same_revision(case, revision_id)
    said = [{"text": note}, *comments] if note.strip() else list(comments)
    if not said:
        raise ReasonMissing(field="comments", action=tk._("pedir cambios"))
    add_comments(case, revision.id, said)
    records.run("move_run", id=case.run.id, state=OBSERVADO, step=0, reviewers=None, at=now())
    told = [{"text": one["text"], "where": _where(revision, one)} for one in said]
    people.tell("observado", case, people.authors_and_sender(case), by=people.body_of(case), comments=told)
    audit.record("observar", actor=user, package_id=package.id, revision_id=revision.id, comment=note)
    model.repo.commit()


def _where(revision: Any, comment: dict[str, Any]) -> str:
    named = {one["id"]: one.get("name") or one["id"] for one in revision.content.get("resources") or []}
    parts = [named.get(comment.get("resource_id") or "", ""), str(comment.get("field") or "")]
    return " · ".join(part for part in parts if part)


def add_comments(case: Case, revision_id: str, comments: list[dict[str, Any]]) -> None:
    """Add to the run's conversation; each `{text, field?, resource_id?}`."""
    for comment in comments:
        records.run(
            "add_comment",
            id=records.new_id(),
            run_id=case.run.id,
            package_id=case.package.id,
            revision_id=revision_id,
            author_id=case.user.id,
            at=now(),
            resource_id=comment.get("resource_id"),
            field=comment.get("field"),
            text=str(comment["text"])[:4000],
        )


def approve(
    package: Any,
    user: Any,
    *,
    revision_id: str | None,
    comment: str = "",
    publish_at: datetime | None = None,
) -> None:
    """Approve the revision that was read: the next step, or publication at once, or at its date."""
    case, _ = _begin("aprobar", package, user)
    revision = _approvable(case, revision_id)
    if comment.strip():
        add_comments(case, revision.id, [{"text": comment}])
    body = people.body_of(case)
    step = case.step
    details = {"step": step.name if step else "", "body": body}
    audit.record(
        "aprobar", actor=user, package_id=package.id, revision_id=revision.id, comment=comment, details=details
    )
    people.tell("aprobado", case, people.authors_and_sender(case), by=body, comment=comment)
    if publish_at is not None:
        _set_date(case, publish_at)
    following = case.run.step + 1
    if following < len(case.steps):
        step = case.steps[following]
        records.run("move_run", id=case.run.id, state="en_revision", step=following, reviewers=step.reviewers, at=now())
        people.tell("enviado", case, case.reviewers_at(step.reviewers), by=body, comment=case.run.note)
        model.repo.commit()
        return
    dated = publish_at or case.run.publish_at
    if case.run.kind == RETIRO:
        _withdraw(case, case.run.note, body)
    elif dated and dated > now():
        records.run("move_run", id=case.run.id, state=APROBADO, step=case.run.step, reviewers=None, at=now())
        model.repo.commit()
    else:
        _publish(case, revision, approved_by=body)


def _approvable(case: Case, revision_id: str | None) -> Any:
    # Nobody approves what they do not name.
    revision = _same_revision(case, revision_id or "-")
    _refuse_merge(case)
    if case.run.kind == CAMBIO:
        _refuse_findings(case, revision, approval=True)
    return revision


def could_approve(package: Any, user: Any, revision_id: str | None) -> None:
    """Raises what `approve` would raise now; changes nothing."""
    case = open_case(package, user)
    check("aprobar", case.situation, case.person)
    _approvable(case, revision_id)


def _publish(case: Case, revision: Any, *, approved_by: str | None, actor: Any = None) -> None:
    """The last step of every way to publication; commits."""
    audit.record("publicar", actor=actor or case.user, package_id=case.package.id, revision_id=revision.id)
    people.tell("publicado", case, people.authors_and_sender(case))
    publishing.publish(case, revision, approved_by=approved_by, reason=None, outcome="publicado")


def _approving_body(case: Case) -> str:
    """The body of the last approval, kept in the audit log."""
    entries = audit.rows(package_id=case.package.id, actions=["aprobar"], limit=20)
    mine = [entry for entry in entries if entry.revision_id == case.run.revision_id]
    return str(mine[0].details.get("body") or "") if mine else ""


def publish(package: Any, user: Any) -> None:
    """Publish an approved proposal before its date (a coordinator)."""
    _publish_approved(_begin("publicar", package, user)[0])


def publish_due(package: Any) -> bool:
    """Publish what the clock found due; False when it no longer is: another clock was first, or the date was moved."""
    case = _locked(package, None)
    if case.run is None or case.run.state != "aprobado" or not _has_come(case.run.publish_at):
        return False
    check("publicar", case.situation, THE_CLOCK)
    _publish_approved(case)
    return True


def _publish_approved(case: Case) -> None:
    _refuse_merge(case)
    _publish(case, records.revision(case.run.revision_id), approved_by=_approving_body(case))


def _has_come(date: datetime | None) -> bool:
    return date is not None and date <= now()


def _set_date(case: Case, publish_at: datetime | None) -> None:
    if publish_at is not None and publish_at <= now():
        raise DateInPast(field="publish_at", date=publish_at.isoformat(timespec="minutes"))
    records.run("date_run", id=case.run.id, at=publish_at)
    audit.record(
        "programar", actor=case.user, package_id=case.package.id, revision_id=case.run.revision_id,
        details={"publish_at": publish_at.isoformat() if publish_at else None},
    )  # fmt: skip
    kind = "programado" if publish_at else "fecha_quitada"
    people.tell(kind, case, people.authors_and_sender(case), date=publish_at)


def schedule(package: Any, user: Any, dates: dict[str, datetime | None]) -> None:
    """Set or remove the dates of publication (`publish_at`) and withdrawal (`withdraw_at`)."""
    case, _ = _begin("programar", package, user)
    if "publish_at" in dates:
        if case.run is None:
            raise tk.ValidationError({"publish_at": [tk._("No hay una propuesta abierta que publicar.")]})
        _set_date(case, dates["publish_at"])
    if "withdraw_at" in dates:
        at = dates["withdraw_at"]
        if at is not None and at <= now():
            raise DateInPast(field="withdraw_at", date=at.isoformat(timespec="minutes"))
        records.run("set_withdraw_at", package_id=package.id, at=at)
        audit.record(
            "programar", actor=user, package_id=package.id,
            details={"withdraw_at": at.isoformat() if at else None},
        )  # fmt: skip
        people.tell("retiro_programado" if at else "fecha_quitada", case, people.of_the_entity(case), date=at)
    model.repo.commit()


def withdraw(package: Any, user: Any, *, reason: str | None) -> None:
    """Withdraw the dataset (a coordinator), or propose it (an administrator of the organization)."""
    case = _locked(package, user)
    if case.person.administers and not case.person.coordinates:
        check("proponer_retiro", case.situation, case.person)
        _propose_withdrawal(case, _reason(reason, tk._("proponer el retiro")))
        return
    check("retirar", case.situation, case.person)
    _withdraw(case, _reason(reason, tk._("retirar el conjunto")), people.coordination_title())


def withdraw_due(package: Any) -> bool:
    """Withdraw what the clock found due; False when it no longer is."""
    case = _locked(package, None)
    known = case.publication
    if known is None or known.live != "publicado" or not _has_come(known.withdraw_at):
        return False
    check("retirar", case.situation, THE_CLOCK)
    _withdraw(case, tk._("Terminó el plazo de publicación."), people.coordination_title())
    return True


def _propose_withdrawal(case: Case, reason: str) -> None:
    if case.publication.live_revision_id is None:
        initialise(case.package)
    package, live = case.package, records.publication(case.package.id).live_revision_id
    first = case.steps[0]
    records.run(
        "add_run", id=records.new_id(), package_id=package.id, kind=RETIRO, state="en_revision",
        reviewers=first.reviewers, revision_id=live, base_revision_id=live, by=case.user.id, at=now(),
        submitted_by=case.user.id, note=reason, title=package.title or package.name, dataset_type=package.type,
        owner_org=package.owner_org,
    )  # fmt: skip
    case = open_case(package, case.user)
    people.tell("retiro_propuesto", case, case.reviewers_at(first.reviewers), reason=reason)
    audit.record("proponer_retiro", actor=case.user, package_id=package.id, revision_id=live, comment=reason)
    model.repo.commit()


def _withdraw(case: Case, reason: str, body: str) -> None:
    package = case.package
    if case.publication.live_revision_id is None:
        initialise(package)
    tombstone = {
        "title": package.title or package.name,
        "name": package.name,
        "reason": reason,
        "by": body,
        "at": now().isoformat(),
    }
    people.tell("retirado", case, people.of_the_entity(case), reason=reason)
    if case.run is not None and case.run.kind == RETIRO:
        records.run("close_run", id=case.run.id, at=now(), outcome="retirado")
    elif case.run is not None:
        # What was proposed stays with its writers; nothing goes on before a coordinator restores the dataset.
        records.run("move_run", id=case.run.id, state=BORRADOR, step=0, reviewers=None, at=now())
    audit.record("retirar", actor=case.user, package_id=package.id, comment=reason, details={"body": body})
    publishing.hide(case, tombstone)


def restore(package: Any, user: Any) -> None:
    """A withdrawn dataset is public again, as it was."""
    case, _ = _begin("restaurar", package, user)
    people.tell("restaurado", case, people.of_the_entity(case))
    audit.record("restaurar", actor=user, package_id=package.id, revision_id=case.publication.live_revision_id)
    publishing.unhide(case)


def emergency_publish(package: Any, user: Any, *, reason: str | None) -> None:
    """Publish an open proposal without its approvals: a sysadmin, with a reason that the public history shows."""
    if records.open_run(package.id) is None:
        keep_draft_now(package, user)
    case, _ = _begin("publicar_de_emergencia", package, user)
    said = _reason(reason, tk._("publicar de emergencia"))
    revision = records.revision(case.run.revision_id)
    told = [*case.reviewers_at("committee"), *people.authors_and_sender(case), *coordinators()]
    people.tell("emergencia", case, told, reason=said)
    audit.record("publicar_de_emergencia", actor=user, package_id=package.id, revision_id=revision.id, comment=said)
    publishing.publish(case, revision, approved_by=people.coordination_title(), reason=said, outcome="emergencia")
