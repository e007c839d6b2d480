"""Notices: who gets them, what they say, and their e-mails through a real SMTP server."""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import ckan.model as model
import ckan.plugins.toolkit as tk
import flask
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from ckan.lib import mailer
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisDown

from ckanext.gobierno_abierto.workflow import mail, notice_texts, notifications
from ckanext.gobierno_abierto.workflow.notice_texts import KINDS, text_of
from tests.common.own_schema import own_schema

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]

MOMENT = datetime(2025, 3, 1, 3, 59, tzinfo=timezone.utc)
ARGUMENTS: dict[str, Any] = {
    "title": "Calidad del agua en Potosí",
    "name": "calidad-del-agua",
    "organization": "Ministerio de Medio Ambiente y Agua",
    "by": "Comité técnico de Agua",
    "date": datetime(2025, 6, 1, 12, tzinfo=timezone.utc),
    "reason": "Las cifras de 2024 no cuadran.",
}


class Mailbox:
    """A mail server's handler: keeps what it takes, refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused: dict[str, str] = {}
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.answer_to_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return self.answer_to_data

    def to(self, address: str) -> EmailMessage:
        (letter,) = [letter for letter in self.letters if letter["To"].addresses[0].addr_spec == address]
        return letter


@pytest.fixture(autouse=True)
def no_notices(app: Any, rolled_back_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application, as every process of the portal has one, an empty outbox, and a log."""
    # A test that configures logging silences the loggers that were there.
    monkeypatch.setattr(notifications.log, "disabled", False)
    execute("DELETE FROM publication_notice")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def mailbox(port: int, ckan_config: Any) -> Iterator[Mailbox]:
    """A mail server on this machine, which CKAN is told to use."""
    box = Mailbox()
    use_server(ckan_config, port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def use_server(config: Any, port: int) -> None:
    config["smtp.server"] = f"127.0.0.1:{port}"
    config["smtp.starttls"] = False
    config["smtp.mail_from"] = "datos@portal.example"
    config["smtp.user"] = ""


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """`time(timedelta(...))` lets time go by."""
    current = [MOMENT]
    monkeypatch.setattr(notifications, "now", lambda: current[0])

    def pass_by(how_long: timedelta) -> None:
        current[0] += how_long

    return pass_by


def execute(statement: str, **bound: Any) -> Any:
    return model.Session.execute(sa.text(statement), bound)


def notices(**equal: Any) -> list[Any]:
    where = " AND ".join(f"{name} = :{name}" for name in equal) or "true"
    return list(execute(f"SELECT * FROM publication_notice WHERE {where} ORDER BY id", **equal))  # noqa: S608


def person(**values: Any) -> dict[str, Any]:
    """A user whose address CKAN's actions give too."""
    name = f"persona-{uuid4().hex[:10]}"
    return dict(factories.User(**{"name": name, "email": f"{name}@entidad.example", "fullname": "Ana Ñusta", **values}))


def tell(*people: dict[str, Any], kind: str = "observado", **values: Any) -> None:
    actor_id = values.pop("actor_id", None)
    package_id = values.pop("package_id", None)
    arguments = {**ARGUMENTS, **values}
    notifications.notify(kind, package_id, [who["id"] for who in people], actor_id=actor_id, **arguments)


def body_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


def test_everybody_is_told_once_and_never_the_actor() -> None:
    ana, luis, eva = person(), person(), person()
    tell(ana, luis, ana, eva, actor_id=eva["id"])
    assert sorted(row.user_id for row in notices()) == sorted([ana["id"], luis["id"]])


def test_nobody_to_tell() -> None:
    eva = person()
    tell()
    tell(eva, actor_id=eva["id"])
    notifications.notify("publicado", "p", [None, "", "nobody-with-this-id"], title="x")
    assert notices() == []


def test_an_unknown_kind_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="felicitaciones"):
        notifications.notify("felicitaciones", "p", ["u"])


def test_who_has_no_address_or_no_account_any_more() -> None:
    silent, gone = person(), person()
    execute('UPDATE "user" SET email = NULL WHERE id = :id', id=silent["id"])
    execute("UPDATE \"user\" SET state = 'deleted' WHERE id = :id", id=gone["id"])
    tell(silent, gone)
    (row,) = notices()
    assert (row.user_id, row.next_attempt) == (silent["id"], None)


def test_an_email_says_what_happened_what_is_asked_and_where(mailbox: Mailbox, time: Any) -> None:
    dataset = factories.Dataset(name=f"agua-{uuid4().hex[:8]}")
    ana = person(fullname="Ana Ñusta Quispe")
    tell(
        ana,
        package_id=dataset["id"],
        comments=[{"where": "Recurso «2024.csv»", "text": "Falta la unidad\nde medida."}, {"text": "Gracias."}],
    )
    assert notifications.deliver() == 1
    letter = mailbox.to(ana["email"])
    assert letter["Subject"] == "Piden cambios: «Calidad del agua en Potosí»"
    assert letter["To"].addresses[0].display_name == "Ana Ñusta Quispe"
    assert letter["From"].addresses[0].addr_spec == "datos@portal.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<aviso-{notices()[0].id}@test.ckan.net>"
    assert body_of(letter) == (
        "Hola, Ana Ñusta Quispe:\n\n"
        "Comité técnico de Agua leyó la propuesta de «Calidad del agua en Potosí» y pide cambios.\n"
        "Fecha: 28 de febrero de 2025, 23:59 (hora de Bolivia)\n\n"
        "Lo que se pide:\n\n"
        "- Las cifras de 2024 no cuadran.\n"
        "- Recurso «2024.csv»: Falta la unidad\n  de medida.\n"
        "- Gracias.\n\n"
        "Corrija lo que se pide y vuelva a enviarla. Mientras tanto no se publica nada.\n\n"
        f"http://test.ckan.net/dataset/{dataset['name']}/publicacion\n\n"
        "--\n"
        "Aviso automático de Datos Abiertos Bolivia. Este y los demás están en su página de avisos:\n"
        "http://test.ckan.net/avisos\n"
    )
    (row,) = notices()
    assert (row.sent_at, row.next_attempt, row.attempts, row.problem) == (MOMENT, None, 1, None)
    assert notifications.deliver() == 0 and len(mailbox.letters) == 1


def test_a_worker_without_a_request_speaks_the_language_of_the_option(mailbox: Mailbox, ckan_config: Any) -> None:
    assert not flask.has_request_context()
    ckan_config["gobierno_abierto.workflow.mail_locale"] = "en"
    dataset, ana = factories.Dataset(), person()
    tell(ana, package_id=dataset["id"], kind="recordatorio")
    assert notifications.deliver() == 1
    body = body_of(mailbox.to(ana["email"]))
    assert f"http://test.ckan.net/en/dataset/{dataset['name']}/publicacion" in body
    assert "http://test.ckan.net/en/avisos" in body
    assert "June 1, 2025" in body
    assert not flask.has_request_context()


@pytest.mark.parametrize("outside,option,language", [("en", "", "es"), ("es", "en", "en"), ("en", "es", "es")])
def test_the_sender_s_own_language_does_not_matter(
    app: Any, ckan_config: Any, outside: str, option: str, language: str
) -> None:
    ckan_config["gobierno_abierto.workflow.mail_locale"] = option
    with app.flask_app.test_request_context(environ_overrides={"CKAN_LANG": outside}):
        with mail.in_its_language():
            assert tk.h.lang() == language
            # A message of the catalogue that both languages have.
            assert tk._("Cerrar sesión") == {"es": "Cerrar sesión", "en": "Log out"}[language]
        assert tk.h.lang() == outside


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_as_an_email(kind: str, mailbox: Mailbox, time: Any) -> None:
    ana = person()
    tell(ana, kind=kind)
    assert notifications.deliver() == 1
    letter = mailbox.to(ana["email"])
    body = body_of(letter)
    assert "«Calidad del agua en Potosí»" in letter["Subject"]
    assert "«Calidad del agua en Potosí»" in body
    assert ("Las cifras de 2024 no cuadran." in body) is bool(KINDS[kind].remark)
    assert not re.search(r"[{}]|None|%\(", letter["Subject"] + body)
    assert not re.search(r"\n\n\n", body)
    assert ("1 de junio de 2025, 8:00" in body) is ("{date}" in KINDS[kind].happened)


@pytest.mark.parametrize("kind", [*KINDS, "de-otra-version"])
def test_a_notice_that_knows_little_still_speaks(app: Any, kind: str) -> None:
    with app.flask_app.test_request_context():
        said = text_of(kind, {}, MOMENT)
    assert "«(sin título)»" in said.subject and said.happened and said.remarks == []
    assert "None" not in said.happened and "{" not in said.happened


HOSTILE = [
    "A\nBcc: todos@ejemplo.bo",
    "A\r\n\r\nCuerpo",
    "A\x0b\x0c\x85\u2028B",
    "{by} %(x)s %s {0} {title.__class__}",
    "<b>&amp;",
]


@pytest.mark.parametrize("title", [*HOSTILE, "ñ" * 500, "", " ", "\u202egnp.exe", "=?utf-8?b?QQ==?="])
def test_no_title_adds_headers_or_breaks_the_letter(title: str, mailbox: Mailbox) -> None:
    ana = person(fullname="Ana")
    tell(ana, title=title, by=title, organization=title, reason=title)
    assert notifications.deliver() == 1
    letter = mailbox.to(ana["email"])
    assert set(letter.keys()) <= {
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Auto-Submitted", "Message-ID", "Subject", "From",
        "To", "Date", "X-Mailer", "Reply-to", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip
    assert len(letter["To"].addresses) == 1
    subject = str(letter["Subject"])
    assert subject.isprintable() and len(subject) < 160
    assert "&lt;" not in body_of(letter) and "&amp;amp;" not in body_of(letter)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text(), st.text())
def test_any_text_makes_one_line_and_a_letter(app: Any, title: str, reason: str, where: str) -> None:
    with mail.in_its_language():
        said = text_of("observado", {"title": title, "comments": [{"text": reason, "where": where}]}, MOMENT)
        subject, body = mail.compose(said, "Ana", "")
    message = EmailMessage()
    message["Subject"] = subject
    assert "\n" not in message["Subject"] and said.subject.isprintable()
    assert reason.strip() == "" or said.remarks[0].text == reason.strip()
    assert body.startswith("Hola, Ana:\n")


def test_names_with_line_breaks_and_commas(mailbox: Mailbox) -> None:
    ana = person(fullname="Quispe, Ana\nBcc: otro@ejemplo.bo")
    tell(ana)
    assert notifications.deliver() == 1
    letter = mailbox.to(ana["email"])
    assert letter["To"].addresses[0].display_name == "Quispe, Ana Bcc: otro@ejemplo.bo"
    assert letter["Bcc"] is None


def test_an_address_that_is_none_is_given_up(mailbox: Mailbox) -> None:
    ana = person()
    execute('UPDATE "user" SET email = :email WHERE id = :id', id=ana["id"], email="a\nBcc: b@c.bo")
    tell(ana)
    assert notifications.deliver() == 0
    (row,) = notices()
    assert (row.next_attempt, row.sent_at, row.problem) == (None, None, "ValueError")
    assert mailbox.letters == []


@pytest.mark.parametrize("change", ["state = 'deleted'", "email = NULL", "email = ''", "state = 'pending'"])
def test_an_account_that_changed_before_the_letter_left(change: str, mailbox: Mailbox) -> None:
    ana = person()
    tell(ana)
    execute(f'UPDATE "user" SET {change} WHERE id = :id', id=ana["id"])  # noqa: S608
    assert notifications.deliver() == 0
    (row,) = notices()
    assert (row.next_attempt, row.problem) == (None, "NoRecipient")
    assert mailbox.letters == []


@pytest.mark.parametrize(
    "answer,permanent",
    [("550 No such user", True), ("552 Mailbox full", True), ("450 Try again later", False)],
)
def test_a_refused_recipient_leaves_the_others_alone(
    answer: str, permanent: bool, mailbox: Mailbox, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, logger="ckanext.gobierno_abierto")
    ana, luis = person(), person()
    mailbox.refused[ana["email"]] = answer
    tell(ana)
    tell(luis)
    assert notifications.deliver() == 1
    mailbox.to(luis["email"])
    (row,) = notices(user_id=ana["id"])
    assert (row.problem, row.attempts, row.sent_at) == ("SMTPRecipientsRefused", 1, None)
    assert (row.next_attempt is None) is permanent
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("ckanext.gobierno_abierto")]
    assert ours and not any(ana["email"] in said or "@" in said for said in ours)


def test_a_refused_letter(mailbox: Mailbox) -> None:
    mailbox.answer_to_data = "554 Looks like spam"
    tell(person())
    assert notifications.deliver() == 0
    assert (notices()[0].problem, notices()[0].next_attempt) == ("SMTPDataError", None)


def test_a_server_that_is_down_and_comes_back(port: int, ckan_config: Any, time: Any, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    use_server(ckan_config, port)
    ana, luis, eva = person(), person(), person()
    for who in (ana, luis, eva):
        tell(who)
    assert notifications.deliver() == 0
    assert [(row.attempts, row.problem) for row in notices()] == [(1, "ConnectionRefusedError")] * 3
    # One attempt told that the server is down: not one traceback for each letter.
    assert len([record for record in caplog.records if record.name == "ckan.lib.mailer"]) == 1
    assert notifications.deliver() == 0 and notices()[0].attempts == 1
    time(timedelta(minutes=1))
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert notifications.deliver() == 3
    finally:
        controller.stop()
    assert {letter["To"].addresses[0].addr_spec for letter in box.letters} == {who["email"] for who in (ana, luis, eva)}
    assert [(row.attempts, row.problem, row.next_attempt) for row in notices()] == [(2, None, None)] * 3


def test_attempts_come_later_and_later_and_end(port: int, ckan_config: Any, time: Any) -> None:
    use_server(ckan_config, port)
    tell(person())
    waits = []
    for _attempt in range(20):
        assert notifications.deliver() == 0
        (row,) = notices()
        if row.next_attempt is None:
            break
        waits.append(row.next_attempt - notifications.now())
        time(waits[-1])
    assert waits == notifications.DELAYS
    assert (row.attempts, row.sent_at, row.problem) == (len(waits) + 1, None, "ConnectionRefusedError")


def test_a_server_that_does_not_answer(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use_server(ckan_config, silent.getsockname()[1])
        tell(person())
        assert notifications.deliver() == 0
    assert notices()[0].problem == "TimeoutError"
    assert socket.getdefaulttimeout() is None


def test_a_sender_that_dies_loses_nothing(mailbox: Mailbox, time: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_arguments: Any) -> None:
        raise Killed

    tell(person())
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(mail, "send", die)
        notifications.deliver()
    assert notices()[0].attempts == 1
    assert notifications.deliver() == 0
    time(timedelta(minutes=1))
    assert notifications.deliver() == 1


def test_two_senders_never_take_the_same_letter() -> None:
    claimed: list[int] = []
    start = threading.Barrier(3)

    def sender() -> None:
        start.wait()
        while found := notifications._execute("claim", at=MOMENT, delays=notifications.DELAYS):
            claimed.append(found[0].id)
            model.Session.commit()
        model.Session.remove()

    with own_schema("publication_notice"):
        execute(
            "INSERT INTO publication_notice (id, user_id, kind, created, next_attempt) "
            "SELECT n, 'u', 'publicado', :at, :at FROM generate_series(1, 60) n",
            at=MOMENT,
        )
        model.Session.commit()
        threads = [threading.Thread(target=sender) for _number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    assert sorted(claimed) == list(range(1, 61))


def test_news_that_are_old_are_not_sent(mailbox: Mailbox, time: Any) -> None:
    tell(person())
    time(notifications.NEWS + timedelta(seconds=1))
    assert notifications.deliver() == 0
    assert (notices()[0].problem, notices()[0].next_attempt, mailbox.letters) == ("Expired", None, [])


@pytest.mark.parametrize("option,value", [("smtp.server", ""), ("gobierno_abierto.workflow.mail", False)])
def test_an_installation_without_mail(option: str, value: Any, ckan_config: Any, caplog: Any) -> None:
    ckan_config[option] = value
    ana = person()
    tell(ana)
    caplog.clear()
    assert notifications.deliver() == 0
    assert (notices()[0].next_attempt, notices()[0].attempts, notices()[0].problem) == (None, 0, None)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert notifications.unread_count(ana["id"]) == 1


def test_one_run_sends_so_many_and_asks_for_the_next(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    for _number in range(5):
        tell(person())
    model.Session.commit()
    monkeypatch.setattr(notifications, "enqueue", lambda: asked.append(1))
    assert [notifications.deliver(limit=2) for _turn in range(4)] == [2, 2, 1, 0]
    assert len(asked) == 2 and len(mailbox.letters) == 5


def test_what_goes_wrong_is_never_raised(monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    tell(person())
    model.Session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "_execute", lambda *a, **k: 1 / 0)
        assert notifications.deliver() == 0
    with monkeypatch.context() as patched:
        patched.setattr(mail, "compose", lambda *a: 1 / 0)
        assert notifications.deliver() == 0
    assert (notices()[0].problem, notices()[0].attempts) == ("ZeroDivisionError", 1)
    assert notices()[0].next_attempt is not None


REFUSED_550 = smtplib.SMTPRecipientsRefused({"a@b.bo": (550, b"no")})
REFUSED_BOTH = smtplib.SMTPRecipientsRefused({"a@b.bo": (550, b"no"), "c@d.bo": (451, b"later")})


@pytest.mark.parametrize(
    "error,failure",
    [
        (REFUSED_550, mail.Failure("SMTPRecipientsRefused", permanent=True)),
        (REFUSED_BOTH, mail.Failure("SMTPRecipientsRefused")),
        (smtplib.SMTPDataError(554, b"spam"), mail.Failure("SMTPDataError", permanent=True)),
        (smtplib.SMTPDataError(451, b"later"), mail.Failure("SMTPDataError")),
        (smtplib.SMTPSenderRefused(550, b"no", "x"), mail.Failure("SMTPSenderRefused", server=True)),
        (smtplib.SMTPAuthenticationError(535, b"no"), mail.Failure("SMTPAuthenticationError", server=True)),
        (smtplib.SMTPServerDisconnected("bye"), mail.Failure("SMTPServerDisconnected", server=True)),
        (socket.gaierror(-2, "x"), mail.Failure("gaierror", server=True)),
        (mailer.MailerException("no STARTTLS"), mail.Failure("MailerException", server=True)),
        (AssertionError("no password"), mail.Failure("AssertionError", server=True)),
        (UnicodeEncodeError("ascii", "ñ", 0, 1, "x"), mail.Failure("UnicodeEncodeError", permanent=True)),
        (KeyError("x"), mail.Failure("KeyError")),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_what_a_failure_means(error: Exception, failure: mail.Failure, wrapped: bool) -> None:
    if wrapped:
        try:
            try:
                raise error
            except type(error) as inner:
                raise mailer.MailerException(repr(inner))  # noqa: B904  as CKAN's mailer does
        except mailer.MailerException as outer:
            error = outer
    assert mail.failure_of(error) == failure


def jobs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    queued: list[Any] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda function, **_options: queued.append(function))
    return queued


def test_letters_leave_after_the_commit_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, luis = person(), person()
    queued = jobs(monkeypatch)
    tell(ana)
    tell(luis)
    assert queued == []
    model.Session.commit()
    assert queued == [notifications.deliver]
    model.Session.commit()
    assert len(queued) == 1


def test_nothing_is_told_of_what_was_undone(monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    ana = person()
    model.Session.commit()
    queued = jobs(monkeypatch)
    tell(ana)
    model.Session.rollback()
    model.Session.commit()
    assert queued == [] and notices() == []
    assert notifications.deliver() == 0 and mailbox.letters == []


def test_a_savepoint_s_end_sends_nothing_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = person()
    queued = jobs(monkeypatch)
    with model.Session.begin_nested():
        tell(ana)
    assert queued == []
    model.Session.commit()
    assert queued == [notifications.deliver]


def test_a_queue_out_of_reach_undoes_nothing(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def down(*_arguments: Any, **_options: Any) -> None:
        raise RedisDown("nobody there")

    ana = person()
    monkeypatch.setattr(tk, "enqueue_job", down)
    tell(ana)
    model.Session.commit()
    assert len(notices()) == 1
    assert "could not be queued (ConnectionError)" in caplog.text


def test_reading_one_s_own(app: Any, time: Any) -> None:
    dataset, ana, luis = factories.Dataset(), person(), person()
    tell(luis, kind="publicado")
    for kind in ("enviado", "observado", "aprobado"):
        tell(ana, kind=kind, package_id=dataset["id"])
        time(timedelta(hours=1))
    with app.flask_app.test_request_context():
        found = notifications.mine(ana["id"])
        assert [notice["kind"] for notice in found] == ["aprobado", "observado", "enviado"]
        assert {notice["url"] for notice in found} == {f"/dataset/{dataset['name']}/publicacion"}
        assert [notice["id"] for notice in notifications.mine(ana["id"], limit=1, offset=1)] == [found[1]["id"]]
        assert notifications.unread_count(ana["id"]) == 3
        (other,) = notifications.mine(luis["id"])

    assert notifications.mark_read(ana["id"], [found[0]["id"], other["id"], 10**18]) == 1
    assert notifications.mark_read(ana["id"], [found[0]["id"]]) == 0
    assert (notifications.unread_count(ana["id"]), notifications.unread_count(luis["id"])) == (2, 1)
    assert notifications.mark_read(ana["id"], []) == 0
    assert notifications.mark_read(ana["id"]) == 2
    assert notifications.counts(ana["id"]) == (3, 0)


def test_a_dataset_that_is_gone_or_has_another_name(app: Any) -> None:
    dataset, ana = factories.Dataset(), person()
    tell(ana, package_id=dataset["id"], name="nombre-de-entonces")
    with app.flask_app.test_request_context():
        for change, url in (
            ("name = 'nombre-de-ahora'", "/dataset/nombre-de-ahora/publicacion"),
            ("state = 'deleted'", None),
        ):
            execute(f"UPDATE package SET {change} WHERE id = :id", id=dataset["id"])  # noqa: S608
            assert notifications.mine(ana["id"])[0]["url"] == url


def test_dates_are_those_of_bolivia_in_the_reader_s_language(app: Any) -> None:
    for language, shown in (("es", "28 de febrero de 2025, 23:59"), ("en", "February 28, 2025, 11:59")):
        with app.flask_app.test_request_context(environ_overrides={"CKAN_LANG": language}):
            assert notice_texts.moment(MOMENT).startswith(shown)
            assert notice_texts.moment(MOMENT.isoformat()) == notice_texts.moment(MOMENT)
            assert notice_texts.moment(None) == ""
