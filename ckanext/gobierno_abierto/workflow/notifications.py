"""Notices: written in the transition's transaction, shown in the portal, and sent by e-mail afterwards.

A failing mail server, or a queue out of reach, never undoes a transition: the row stays and `deliver`, which the
portal's clock runs too, tries again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from ..common.clock import now
from ..common.sql import named_statements
from . import mail
from .notice_texts import KINDS, text_of

log = logging.getLogger(__name__)

_STATEMENTS = Path(__file__).with_name("notices.sql")
_WRITTEN = "gobierno_abierto_notices_written"

#: How long after each failed attempt the next one comes; after the last there is none.
DELAYS = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)]
#: An e-mail that could not leave for so long (mail switched off, no worker) is not sent any more.
NEWS = timedelta(days=7)
#: Letters that one run of `deliver` sends, and seconds that the queue gives it.
LETTERS, TIMEOUT = 200, 1800


def notify(
    kind: str, package_id: str | None, user_ids: Iterable[str | None], *, actor_id: str | None = None, **arguments: Any
) -> None:
    """Tell these people, each once and never the actor, in the caller's transaction; e-mails leave after its commit.

    `kind` is one of `notice_texts.KINDS`; `arguments` are those of `notice_texts.text_of`, kept as JSON.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of notice: {kind}")
    people = sorted({user_id for user_id in user_ids if user_id and user_id != actor_id})
    if not people:
        return
    _execute(
        "add",
        package_id=package_id,
        kind=kind,
        arguments=json.dumps(arguments, ensure_ascii=False, default=_plain),
        at=now(),
        mails=mail.wanted(),
        user_ids=people,
    )
    model.Session().info[_WRITTEN] = True


def deliver(limit: int = LETTERS) -> int:
    """Send the e-mails that are due; how many went out. For a job or a command: it commits, and never raises."""
    try:
        with mail.patience():
            return _deliver(limit, now())
    except Exception:
        model.Session.rollback()
        log.exception("The notices could not be sent; they stay in the portal and are tried again")
        return 0


def mine(user_id: str, limit: int = 20, offset: int = 0) -> list[dict[str, Any]]:
    """A page of somebody's notices in their language, the newest first.

    Each is `{id, kind, package_id, created, read, subject, happened, asked, remark, remarks, when, url}`: `created` is
    ISO 8601, `remarks` are `{where, text}`, `url` is the dataset's publication page, None if the dataset is gone.
    """
    found = []
    for row in _execute("of_user", user_id=user_id, limit=limit, offset=offset):
        said = text_of(row.kind, row.arguments, row.created)
        found.append(
            {
                "id": row.id,
                "kind": row.kind,
                "package_id": row.package_id,
                "created": row.created.isoformat(),
                "read": row.read_at is not None,
                **{name: getattr(said, name) for name in ("subject", "happened", "asked", "remark", "when")},
                "remarks": [{"where": remark.where, "text": remark.text} for remark in said.remarks],
                "url": _page_of(row.package_name) or None,
            }
        )
    return found


def counts(user_id: str) -> tuple[int, int]:
    """How many notices somebody has, and how many of them unread."""
    row = _execute("counted", user_id=user_id)[0]
    return row.total, row.unread


def unread_count(user_id: str) -> int:
    """How many notices somebody has not read."""
    return counts(user_id)[1]


def mark_read(user_id: str, ids: Iterable[int] | None = None) -> int:
    """Mark somebody's notices as read (without `ids` all) in the caller's transaction; how many of them were unread."""
    return _change("read", user_id=user_id, ids=None if ids is None else list(ids), at=now())


def _deliver(limit: int, at: datetime) -> int:
    _change("expire", at=at, oldest=at - NEWS)
    sent = 0
    for _turn in range(limit):
        claimed = _execute("claim", at=at, delays=DELAYS)
        model.Session.commit()
        if not claimed:
            return sent
        failure = _send(claimed[0].id)
        if failure is None:
            _change("sent", id=claimed[0].id, at=now())
            sent += 1
        else:
            _change("failed", id=claimed[0].id, problem=failure.problem, permanent=failure.permanent)
        if failure is not None and failure.server:
            waiting = 1 + _change("postpone", at=at, delays=DELAYS, problem=failure.problem)
            model.Session.commit()
            log.warning("The mail server does not take letters (%s): %s notices wait", failure.problem, waiting)
            return sent
        model.Session.commit()
    if _execute("due", at=at):
        enqueue()
    return sent


def _send(notice_id: int) -> mail.Failure | None:
    """Send one letter; what went wrong, or None."""
    row = _execute("letter", id=notice_id)[0]
    model.Session.commit()
    if not row.email or row.user_state != "active":
        return mail.Failure("NoRecipient", permanent=True)
    name = row.fullname or row.user_name
    try:
        with mail.in_its_language():
            said = text_of(row.kind, row.arguments, row.created)
            subject, body = mail.compose(said, name, _page_of(row.package_name, qualified=True))
        mail.send(row.id, name, row.email, subject, body)
    except Exception as error:
        failure = mail.failure_of(error)
        log.warning("Notice %s could not be sent (%s, attempt %s)", row.id, failure.problem, row.attempts)
        return failure
    return None


def _page_of(name: str | None, **options: Any) -> str:
    """Address of a dataset's publication page; empty without a dataset."""
    return str(tk.h.url_for(f"/dataset/{name}/publicacion", **options)) if name else ""


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _execute(statement: str, **bound: Any) -> list[Any]:
    result: Any = model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)
    return list(result) if result.returns_rows else []


def _change(statement: str, **bound: Any) -> int:
    result: Any = model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound)
    return int(result.rowcount)


@event.listens_for(model.Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(_WRITTEN, False):
        enqueue()


@event.listens_for(model.Session, "after_transaction_end")
def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_WRITTEN, None)


def enqueue() -> bool:
    """Queue `deliver`; False (and a log line) when the queue cannot be reached."""
    try:
        tk.enqueue_job(deliver, title="Send the notices of the publication workflow", rq_kwargs={"timeout": TIMEOUT})
    except Exception as error:
        log.warning("The e-mails could not be queued (%s); the portal's clock sends them", type(error).__name__)
        return False
    return True
