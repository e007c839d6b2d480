"""Links asked for real, of a server on this machine that the operator's option lets through."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from sqlalchemy import text

from ckanext.gobierno_abierto.files import fetch
from ckanext.gobierno_abierto.quality.scores import asking, links, scoring, store, texts
from ckanext.gobierno_abierto.quality.scores.verdicts import Answer
from tests.metadata.api import act
from tests.quality.link_server import Handler, serving

OPTION = "gobierno_abierto.files.allowed_hosts"
START = datetime(2031, 3, 3, 12, tzinfo=timezone.utc)


@pytest.fixture
def base(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server's address, let through as an operator would."""
    with serving() as port:
        monkeypatch.setitem(ckan_config, OPTION, f"127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "path,reachable,status,code,methods",
    [
        ("/200", True, 200, None, ["HEAD"]),
        ("/204", True, 204, None, ["HEAD"]),
        ("/404", False, 404, "status", ["HEAD", "GET"]),
        ("/410", False, 410, "status", ["HEAD", "GET"]),
        ("/403", False, 403, "status", ["HEAD", "GET"]),
        ("/500", False, 500, "status", ["HEAD", "GET"]),
        ("/503", False, 503, "status", ["HEAD"]),
        ("/416", True, 416, None, ["HEAD", "GET"]),
        ("/sin-head", True, 206, None, ["HEAD", "GET"]),
        ("/head-404", True, 206, None, ["HEAD", "GET"]),
        ("/sin-fin", True, 200, None, ["HEAD", "GET"]),
        ("/ir//200", True, 200, None, ["HEAD", "HEAD"]),
        ("/ir//404", False, 404, "status", ["HEAD", "HEAD", "GET", "GET"]),
        ("/ir/http://127.0.0.1:1/secreto", False, None, "refused", ["HEAD"]),
        ("/ir/http://169.254.169.254/latest", False, None, "refused", ["HEAD"]),
        ("/ir/file:///etc/passwd", False, None, "refused", ["HEAD"]),
        ("/vueltas", False, None, "redirects", ["HEAD"] * 6),
        ("/ocupado/30", None, 429, "busy", ["HEAD"]),
        ("/corta", False, None, "connection", ["HEAD"]),
    ],
)
def test_what_a_server_answers(
    base: str, path: str, reachable: bool | None, status: int | None, code: str | None, methods: list[str]
) -> None:
    answer = links.ask(base + path)
    assert (answer.reachable, answer.status, (answer.problem or {}).get("code")) == (reachable, status, code)
    assert [method for method, _path in Handler.asked] == methods


def test_an_internal_address_is_never_asked() -> None:
    with serving() as port:
        answer = links.ask(f"http://127.0.0.1:{port}/200")
        assert (answer.reachable, answer.problem and answer.problem["code"]) == (False, "refused")
        assert Handler.asked == []


@pytest.mark.parametrize(
    "url,reachable,code",
    [
        ("ftp://entidad.gob.bo/x", None, "scheme"),
        ("http://", False, "refused"),
        ("http://no hay/x", False, "refused"),
        ("http://[mal", False, "connection"),
        ("http://127.0.0.1:9/x", False, "refused"),
        ("http://intranet/x", False, "refused"),
        ("javascript:alert(1)", False, "refused"),
        ("", False, "refused"),
    ],
)
def test_addresses_that_cannot_be_asked(url: str, reachable: bool | None, code: str) -> None:
    answer = links.ask(url)
    assert (answer.reachable, answer.problem and answer.problem["code"]) == (reachable, code)


def test_the_portals_own_address_is_not_held_against_anybody(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy the portal's name may lead to an internal address, which says nothing of what readers reach."""
    monkeypatch.setitem(ckan_config, "ckan.site_url", "http://127.0.0.1:5000")
    assert links.ask("http://127.0.0.1:5000/dataset/x.csv").reachable is None


def test_a_closed_port_and_a_slow_server(base: str, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT", (0.5, 0.5))
    answer = links.ask(f"{base}/lento")
    assert (answer.reachable, answer.problem) == (False, {"code": "slow"})
    monkeypatch.setitem(ckan_config, OPTION, "127.0.0.1:9")
    answer = links.ask("http://127.0.0.1:9/")
    assert (answer.reachable, answer.problem) == (False, {"code": "connection"})


def test_a_server_that_drips_is_given_up(base: str) -> None:
    rounds = asking.Rounds(links.ask, links.SLOW, time_limit=0.6)
    start = monotonic()
    ((_question, answer),) = list(rounds.run([asking.Question("1", f"{base}/gota")], 10))
    assert answer is links.SLOW and monotonic() - start < 2


def test_a_server_without_tls(base: str) -> None:
    answer = links.ask(base.replace("http:", "https:") + "/200")
    assert (answer.reachable, answer.problem) == (False, {"code": "certificate"})


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_that_nobody_signed(tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run(
        [*made, "-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(context) as port:
        monkeypatch.setitem(ckan_config, OPTION, f"127.0.0.1:{port}")
        answer = links.ask(f"https://127.0.0.1:{port}/200")
        assert (answer.reachable, answer.problem) == (False, {"code": "certificate"})
        assert Handler.asked == []


class Time:
    """The clock of the modules that ask it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment = START
        for module in (links, store, scoring):
            patch.setattr(module, "now", lambda: self.moment)

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def linked(url: str, **values: Any) -> dict[str, Any]:
    """A public dataset with one link."""
    resource = {"name": "Tabla", "url": url, "format": "CSV"}
    return factories.Dataset(owner_org=factories.Organization()["id"], resources=[resource], **values)


def states() -> dict[str, tuple[bool | None, int, int | None]]:
    """URL to what is known of it."""
    rows = model.Session.execute(text("SELECT url, reachable, failures, status FROM quality_link"))
    return {row.url: (row.reachable, row.failures, row.status) for row in rows}


@pytest.mark.portal
class TestTheJob:
    """From a saved dataset to its score."""

    def test_a_link_goes_down_after_two_days_and_comes_back(self, base: str, time: Time) -> None:
        package = linked(f"{base}/ahora")
        score = scoring.refresh(package["id"])
        assert score is not None and score.measurable == 325
        assert links.check(seconds=5) == 1 and states() == {f"{base}/ahora": (True, 0, 200)}
        assert store.score_of(package["id"]).measurable == 405
        points = store.score_of(package["id"]).points
        assert links.check(seconds=5) == 0, "it was asked today"
        Handler.present = 404
        time.pass_by(hours=27)
        assert links.check(seconds=5) == 1 and states() == {f"{base}/ahora": (True, 1, 404)}
        assert store.score_of(package["id"]).points == points, "one failure is no failure yet"
        time.pass_by(hours=24)
        assert links.check(seconds=5) == 1 and states() == {f"{base}/ahora": (False, 2, 404)}
        assert store.score_of(package["id"]).points == points - 80
        shown = act("quality_score_show", id=package["id"])["files"][0]["link"]
        assert (shown["reachable"], shown["problem"]) == (False, "El servidor responde con el error 404.")
        (broken,) = act("quality_overview")["broken_links"]
        assert (broken["id"], broken["url"], broken["failures"]) == (package["id"], f"{base}/ahora", 2)
        Handler.present = 200
        time.pass_by(hours=24)
        assert links.check(seconds=5) == 1 and store.score_of(package["id"]).points == points
        assert act("quality_overview")["broken_links"] == []

    def test_only_links_of_public_datasets_are_asked(self, base: str, time: Time) -> None:
        linked(f"{base}/200", private=True)
        gone = linked(f"{base}/204")
        act("package_delete", id=gone["id"])
        hidden = linked(f"{base}/201")
        links.check(seconds=5)
        assert states() == {f"{base}/201": (True, 0, 201)}
        act("package_patch", id=hidden["id"], private=True)
        time.pass_by(days=3)
        assert links.check(seconds=5) == 0 and states() == {}
        assert {path for _method, path in Handler.asked} == {"/201"}

    def test_a_new_address_is_asked_anew(self, base: str, time: Time) -> None:
        package = linked(f"{base}/404")
        for _day in range(2):
            links.check(seconds=5)
            time.pass_by(hours=25)
        assert states() == {f"{base}/404": (False, 2, 404)}
        act("resource_patch", id=package["resources"][0]["id"], url=f"{base}/200")
        score = scoring.refresh(package["id"])
        assert score is not None and score.measurable == 325 and states() == {f"{base}/200": (None, 0, None)}
        links.check(seconds=5)
        assert states() == {f"{base}/200": (True, 0, 200)}

    def test_an_answer_to_an_old_address_is_not_kept(self, base: str, time: Time, monkeypatch: Any) -> None:
        linked(f"{base}/200")
        real = links.ask

        def moved(url: str) -> Answer:
            model.Session.execute(text("UPDATE quality_link SET url = 'http://otra.bo/'"))
            return real(url)

        monkeypatch.setattr(asking.Rounds, "run", lambda _self, found, _s: [(one, moved(one.url)) for one in found])
        links.check(seconds=5)
        assert states() == {"http://otra.bo/": (None, 0, None)}

    def test_what_is_not_asked_in_time_is_due_again(self, base: str, time: Time) -> None:
        linked(f"{base}/200")
        assert links.check(seconds=0) == 0
        assert links.check(seconds=5) == 1

    def test_one_server_does_not_take_the_whole_run(self, base: str, time: Time) -> None:
        resources = [{"name": str(n), "url": f"{base}/200?{n}", "format": "CSV"} for n in range(5)]
        factories.Dataset(owner_org=factories.Organization()["id"], resources=resources)
        assert links.check(seconds=5, per_host=2) == 2
        assert links.check(seconds=5, per_host=2, most=1) == 1
        assert sum(reachable is True for reachable, _failures, _status in states().values()) == 3


@pytest.mark.parametrize("code", [*texts.PROBLEMS, "otro"])
def test_each_problem_is_a_sentence(code: str) -> None:
    said = texts.problem_text({"code": code, "status": 404, "detail": None})
    assert said.endswith(".") and "{" not in said
    assert texts.problem_text(None) == ""
