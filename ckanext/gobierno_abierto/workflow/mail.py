"""A notice as an e-mail: its language, its words, and what a failure means for the next attempt."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from typing import Any
from urllib.parse import urlsplit

import ckan.lib.mailer as mailer
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import flask
from ckan.lib.helpers import _get_auto_flask_context
from rq.timeouts import BaseTimeoutException

from .notice_texts import NoticeText, shortened

#: Seconds that a mail server may keep us waiting; CKAN's mailer sets none.
PATIENCE = 30
#: Characters of a name in a header.
NAME = 100
#: Problems of one letter or its recipient; any other SMTP or network problem is the server's.
OF_THE_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
OF_THE_SERVER = (OSError, mailer.MailerException, AssertionError, BaseTimeoutException)


@dataclass(frozen=True)
class Failure:
    """Why a letter did not go out: the name of an error's class, which tells no address.

    `permanent`: trying again is no use. `server`: no other letter would go out now either.
    """

    problem: str
    permanent: bool = False
    server: bool = False


def wanted() -> bool:
    """Whether this installation sends notices by e-mail: it may, and has a server or a plugin that sends for CKAN."""
    if not tk.config["gobierno_abierto.workflow.mail"]:
        return False
    return bool(tk.config["smtp.server"]) or any(True for _plugin in p.PluginImplementations(p.INotifier))


def locale() -> str:
    """The language of e-mails."""
    return str(tk.config["gobierno_abierto.workflow.mail_locale"] or tk.config["ckan.locale_default"])


@contextmanager
def in_its_language() -> Iterator[None]:
    """Inside, gettext, templates and links are those of a page in the language of e-mails, also in a worker.

    CKAN chooses the language by what its middleware finds in the address, so a request is what decides.
    """
    # A worker has no request; CKAN keeps one for url_for.
    app: Any = flask.current_app._get_current_object() if flask.has_app_context() else _get_auto_flask_context().app  # type: ignore[attr-defined]
    chosen = locale()
    overrides = {"CKAN_LANG": chosen, "CKAN_LANG_IS_DEFAULT": chosen == tk.config["ckan.locale_default"]}
    with app.test_request_context(environ_overrides=overrides):
        yield


@contextmanager
def patience() -> Iterator[None]:
    """Inside, a server that does not answer is given up after PATIENCE seconds."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def compose(text: NoticeText, recipient: str, link: str) -> tuple[str, str]:
    """Subject (one line) and body, within `in_its_language`."""
    values = {
        "text": text,
        "recipient": recipient,
        "link": link,
        "notices": tk.h.url_for("/avisos", qualified=True),
        "site": tk.config["ckan.site_title"],
    }
    subject = tk.render("workflow/mail/subject.txt", values)
    return " ".join(subject.split()), tk.render("workflow/mail/body.txt", values).strip() + "\n"


def send(letter: int, name: str, address: str, subject: str, body: str) -> None:
    """Send by CKAN's mailer, whose errors this raises. A second copy of a letter has the same Message-ID."""
    host = urlsplit(tk.config["ckan.site_url"]).hostname or "localhost"
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<aviso-{letter}@{host}>"}
    # A line break in a name would be refused as a forged header.
    mailer.mail_recipient(shortened(" ".join(name.split()), NAME), address, subject, body, headers=headers)


def failure_of(error: BaseException) -> Failure:
    """What an error of `send` means."""
    root = error
    # CKAN's mailer wraps what smtplib raised, and its goodbye to the server may fail on top of that.
    while (inner := root.__cause__ or root.__context__) is not None:
        root = inner
    problem = type(root).__name__
    if isinstance(root, smtplib.SMTPRecipientsRefused):
        return Failure(problem, permanent=all(code >= 500 for code, _text in root.recipients.values()))
    if isinstance(root, smtplib.SMTPDataError):
        return Failure(problem, permanent=root.smtp_code >= 500)
    if isinstance(root, (ValueError, MessageError)):
        return Failure(problem, permanent=True)
    return Failure(problem, server=isinstance(root, OF_THE_SERVER))
