"""Each new content is checked before anybody relies on it, and what goes wrong stays with the content."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.gobierno_abierto.common import clock
from ckanext.gobierno_abierto.quality import gate, jobs, reports, sandbox, status
from tests.files import samples as s
from tests.files.conftest import act

pytestmark = pytest.mark.portal
GOOD = b"municipio,poblacion\nLa Paz,5\nOruro,6\n"
FAULTY = b"municipio,fecha\nLa Paz,01/02/2024,7\nOruro,31/02/2024\nTrinidad,01/03/2024\nTarija,02/03/2024\n"
#: Cards that were made up for this test.
PEOPLE = b"carnet,nombre completo,fecha de nacimiento\n" + b"\n".join(
    f"{1234567 + 7919 * n} LP,{name} {last},{n % 28 + 1:02}/0{n % 9 + 1}/19{60 + n % 40}".encode()
    for n, (name, last) in enumerate(
        (name, last)
        for name in ("Juana", "Marco", "Rosa", "Luis", "Elena", "Felipe")
        for last in ("Quispe Mamani", "Condori Flores", "Rojas Vargas", "Choque Apaza", "Gutierrez Lima")
    )
)


def report(resource_id: str, user: str | None = None, **arguments: Any) -> dict[str, Any]:
    """quality_report_show as somebody, or as the site."""
    if user is None:
        return act("quality_report_show", id=resource_id, **arguments)
    return tk.get_action("quality_report_show")({"user": user}, {"id": resource_id, **arguments})


@pytest.fixture
def made(dataset: dict[str, Any]) -> dict[str, Any]:
    """An uploaded table that nobody checked yet."""
    return act("resource_create", package_id=dataset["id"], name="t", upload=s.sent("t.csv", GOOD))


def check(resource_id: str) -> dict[str, Any]:
    """What the worker does, without the table."""
    gate.check(resource_id)
    model.Session.expire_all()
    return report(resource_id)


def test_a_new_file_waits_and_is_checked(made: dict[str, Any], queued: list[str]) -> None:
    assert queued == [made["id"]]
    before = report(made["id"])
    assert (before["state"], before["report"], before["proposed"]) == ("waiting", None, False)
    after = check(made["id"])
    # Its table is still to come.
    assert after["state"] == "loading"
    assert after["report"]["summary"]["rows"] == after["rows_read"] == 2
    assert after["report"]["file"]["name"] == "t.csv"
    assert set(report(made["id"], summary=True)["report"]) == {"summary", "file"}


def test_the_job_checks_and_loads(made: dict[str, Any]) -> None:
    gate.run(made["id"])
    try:
        after = report(made["id"])
        assert (after["state"], after["load"]["status"], after["load"]["rows"]) == ("done", "complete", 2)
        assert after["detail"] == "1 advertencia" or after["report"]["summary"]["warnings"] == 0
    finally:
        jobs._drop(made["id"])


def test_a_replaced_file_is_checked_again_and_a_changed_word_is_not(made: dict[str, Any], queued: list[str]) -> None:
    check(made["id"])
    act("resource_patch", id=made["id"], description="otra")
    assert report(made["id"])["report"] is not None and queued == [made["id"]]
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", FAULTY))
    assert report(made["id"])["state"] == "waiting" and queued == [made["id"]] * 2
    found = check(made["id"])["report"]
    failed = {one["check"]: one for one in found["results"] if one["result"] == "fail"}
    assert failed["ragged_rows"]["places"][0]["line"] == 2
    assert failed["impossible_dates"]["places"][0]["line"] == 3


@pytest.mark.parametrize(
    ("name", "body", "checks"),
    [
        ("a.pdf", s.PDF, {"machine_readable"}),
        ("a.json", b'{"a": [1, 2', set()),
        ("a.csv", b"a,b\n=cmd|' /C calc'!A0,1\n", {"formulas"}),
    ],
)
def test_files_that_are_no_tables_are_checked_too(
    dataset: dict[str, Any], name: str, body: bytes, checks: set[str], queued: list[str]
) -> None:
    try:
        found = act("resource_create", package_id=dataset["id"], upload=s.sent(name, body))
    except tk.ValidationError:
        # The door of the files refuses it with its own reason.
        assert name == "a.json"
        return
    assert queued == [found["id"]]
    answer = check(found["id"])
    failed = {one["check"] for one in answer["report"]["results"] if one["result"] == "fail"}
    assert checks <= failed


def test_a_file_that_kills_its_reader_is_told_and_does_not_stop_the_queue(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for reason, code, again in (
        (sandbox.MEMORY, "CheckTooLarge", False),
        (sandbox.TIME, "CheckTooLong", False),
        (sandbox.CRASH, "CheckCrashed", True),
    ):

        def killed(*_arguments: Any, reason: str = reason) -> Any:
            raise sandbox.Killed(reason)

        monkeypatch.setattr(sandbox, "run", killed)
        act("quality_check_run", id=made["id"])
        answer = check(made["id"])
        assert (answer["state"], answer["problem"]["code"]) == ("failed", code)
        assert answer["detail"] == answer["problem"]["message"] and "{" not in answer["detail"]
        assert (reports.report_of(made["id"]).next_attempt is not None) == again


def later(monkeypatch: pytest.MonkeyPatch, **delta: Any) -> None:
    """Time passes."""
    moment = clock.now() + timedelta(**delta)
    for module in (reports, gate):
        monkeypatch.setattr(module, "now", lambda: moment)


def test_it_is_tried_again_so_many_times(
    made: dict[str, Any], queued: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashed(*_arguments: Any) -> Any:
        raise sandbox.Killed(sandbox.CRASH)

    monkeypatch.setattr(sandbox, "run", crashed)
    status.remove(made["id"])
    queued.clear()
    for attempt in range(1, len(gate.DELAYS) + 1):
        check(made["id"])
        assert gate.resume() == 0, "not at once"
        later(monkeypatch, days=attempt)
        assert gate.resume() == 1 and queued == [made["id"]] * attempt
    check(made["id"])
    later(monkeypatch, days=30)
    assert gate.resume() == 0 and len(queued) == len(gate.DELAYS)


def test_a_worker_that_died_is_replaced(
    made: dict[str, Any], queued: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed in the middle: the row says `checking` and nobody is there."""
    status.remove(made["id"])
    row = reports.report_of(made["id"])
    assert reports.begin(made["id"], row.content) == 1
    reports.progress(made["id"], row.content, 50_000)
    model.Session.commit()
    assert report(made["id"])["state"] == "checking" and "50" in report(made["id"])["detail"]
    assert gate.resume() == 0
    later(monkeypatch, minutes=20)
    assert gate.resume() == 1
    assert check(made["id"])["report"]["summary"]["rows"] == 2


@pytest.mark.parametrize(
    ("state", "values"),
    [(status.PENDING, {}), (status.RUNNING, {"progress": 5}), (status.COMPLETE, {"full_text": False})],
)
def test_a_load_that_broke_off_is_taken_up_once(
    made: dict[str, Any], queued: list[str], monkeypatch: pytest.MonkeyPatch, state: str, values: dict[str, Any]
) -> None:
    gate.check(made["id"])
    status.write(made["id"], state, **values)
    model.Session.commit()
    queued.clear()
    assert gate.resume() == 0
    later(monkeypatch, minutes=20)
    monkeypatch.setattr(status, "now_naive", lambda: reports.now().replace(tzinfo=None))
    assert gate.resume() == 1 and queued == [made["id"]]
    assert gate.resume() == 0
    status.write(made["id"], status.COMPLETE, full_text=True, indexed=True)
    later(monkeypatch, minutes=60)
    assert gate.resume() == 0


def test_a_late_worker_writes_over_nothing_newer(made: dict[str, Any]) -> None:
    """The file was replaced while the old one was checked."""
    old = reports.report_of(made["id"]).content
    reports.begin(made["id"], old)
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", FAULTY))
    reports.progress(made["id"], old, 99)
    reports.fail(made["id"], old, {"code": "CheckCrashed", "arguments": {}}, None)
    assert report(made["id"])["state"] == "waiting" and report(made["id"])["rows_read"] == 0


def test_a_queue_out_of_reach_loses_nothing(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch, dataset: dict[str, Any]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(tk, "enqueue_job", lambda *_a, **_k: (_ for _ in ()).throw(ConnectionError("down")))
    assert jobs.enqueue(made["id"]) is False
    assert report(made["id"])["state"] == "waiting"


def test_a_resource_that_is_gone_takes_its_report_along(made: dict[str, Any]) -> None:
    check(made["id"])
    act("resource_delete", id=made["id"])
    assert reports.report_of(made["id"]) is None
    with pytest.raises(tk.ObjectNotFound):
        report(made["id"])


def test_the_dictionary_is_compared(made: dict[str, Any]) -> None:
    answer = check(made["id"])
    by_check = {one["check"]: one["result"] for one in answer["report"]["results"]}
    assert by_check["undocumented_columns"] == "not_applicable"
    columns = [{"name": "municipio", "title": "Municipio", "type": "texto"}]
    act("resource_patch", id=made["id"], columns=columns)
    act("quality_check_run", id=made["id"])
    found = {one["check"]: one for one in check(made["id"])["report"]["results"]}["undocumented_columns"]
    assert (found["result"], found["count"]) == ("fail", 1)


@pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True)
def test_who_sees_what_and_who_may_ask_again(made: dict[str, Any], officer: dict[str, Any]) -> None:
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", PEOPLE))
    check(made["id"])
    stranger = factories.User()["name"]
    findings = report(made["id"], officer["name"])["report"]["tables"][0]["personal_data"]
    assert findings and any(one["masked_samples"] for one in findings)
    for user in ("", stranger):
        shown = report(made["id"], user)
        assert "versions" not in shown
        assert all(not one["masked_samples"] for one in shown["report"]["tables"][0]["personal_data"])
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("quality_check_run")({"user": user}, {"id": made["id"]})
    assert tk.get_action("quality_check_run")({"user": officer["name"]}, {"id": made["id"]})["state"] == "waiting"
    act("package_patch", id=made["package_id"], private=True)
    for user in ("", stranger):
        with pytest.raises(tk.NotAuthorized):
            report(made["id"], user)
    assert report(made["id"], officer["name"])["state"] == "waiting"


def test_no_value_of_a_person_is_kept(made: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    act("resource_patch", id=made["id"], upload=s.sent("t.csv", PEOPLE))
    check(made["id"])
    kept = str(reports.report_of(made["id"]).report)
    for line in PEOPLE.decode().splitlines()[1:]:
        card, name, _date = line.split(",")
        assert card.split()[0] not in kept + caplog.text and name not in kept + caplog.text


@pytest.mark.parametrize("id", ["no-existe", "\x00", "../../etc/passwd"])
def test_a_resource_that_does_not_exist(made: dict[str, Any], id: str) -> None:
    with pytest.raises(tk.ObjectNotFound):
        report(id)
    with pytest.raises(tk.ObjectNotFound):
        report(made["id"], version="otra")


def test_a_link_is_downloaded_and_checked(
    dataset: dict[str, Any], monkeypatch: pytest.MonkeyPatch, queued: list[str]
) -> None:
    found = act("resource_create", package_id=dataset["id"], url="https://entidad.gob.bo/t.csv", format="CSV")
    assert queued == [found["id"]]
    asked = []

    def download(url: str, target: Any, limit: int) -> int:
        asked.append(url)
        return int(target.write(GOOD))

    monkeypatch.setattr(gate, "download", download)
    assert check(found["id"])["report"]["summary"]["rows"] == 2 and asked == ["https://entidad.gob.bo/t.csv"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/t.csv", "http://10.0.0.7/t.csv", "http://[::1]/t.csv"])
def test_a_link_to_an_internal_address_is_never_asked(dataset: dict[str, Any], url: str, tmp_path: Path) -> None:
    """The form refuses it; one that was there before is refused by the worker too."""
    found = act("resource_create", package_id=dataset["id"], url="https://entidad.gob.bo/t.csv", format="CSV")
    model.Session.query(model.Resource).filter_by(id=found["id"]).update({"url": url})
    row = reports.report_of(found["id"])
    reports.announce(found["id"], found["id"], dataset["id"], row.content + "x", {**row.source, "url": url})
    answer = check(found["id"])
    assert (answer["state"], answer["problem"]["code"]) == ("failed", "NoAnswer")
    assert "interna" in answer["detail"]


@pytest.mark.parametrize(
    ("url", "url_type", "checked"),
    [("t.csv", "upload", True), ("https://a.bo/t", None, True), ("https://a.bo/t", "", True), ("", "upload", False),
     ("_datastore_only_resource", "datastore", False), ("x", "api", False)],
)  # fmt: skip
def test_what_is_checked(url: str, url_type: str | None, checked: bool) -> None:
    """A table that scripts fill has no file."""
    assert jobs.is_checked({"url": url, "url_type": url_type}) == checked
