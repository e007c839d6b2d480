"""Two people at once, on real connections: one wins, the other is told, and nothing that nobody read is published.

The first is stopped at chosen statements; the second runs until it is done or waits for the first.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.quality import status
from ckanext.gobierno_abierto.workflow import maintenance, records
from ckanext.gobierno_abierto.workflow.revisions import normalised
from tests.workflow import invariants, real
from tests.workflow.real import status_of
from tests.workflow.staging import Stage, revision_of, staged

pytestmark = pytest.mark.gated
Deed = Callable[[], Any]
#: Statements at which the first is stopped: so many, spread over its whole way.
STOPS = int(os.environ.get("GOBIERNO_ABIERTO_RACE_STOPS", "4"))
#: Seconds that anything may take; much less than what would be waited for a lock that nobody gives back.
PATIENCE = 20.0


class Runner(threading.Thread):
    """One person's call in a thread, with a session of its own; `answer` is its result or what it raised."""

    def __init__(self, deed: Deed, stop_at: int = 0) -> None:
        super().__init__(daemon=True)
        self.deed, self.stop_at = deed, stop_at
        self.answer: Any = None
        self.pid = 0
        self.stopped, self.go_on = threading.Event(), threading.Event()
        self.count = 0

    def run(self) -> None:
        """The call, as one request."""
        try:
            self.answer = self.deed()
        except Exception as error:
            self.answer = error
        finally:
            real.end_request()
            self.stopped.set()

    def before(self, connection: Any, *_arguments: Any) -> None:
        """Counts this thread's statements, and stops at its own."""
        if threading.current_thread() is not self:
            return
        self.count += 1
        self.pid = connection.connection.dbapi_connection.info.backend_pid
        if self.count == self.stop_at:
            self.stopped.set()
            assert self.go_on.wait(PATIENCE)


def together(first: Deed, second: Deed, stop_at: int) -> tuple[Any, Any, int]:
    """What both got, the first being stopped at this statement meanwhile; and how many statements the first had."""
    one, two = Runner(first, stop_at), Runner(second)
    for runner in (one, two):
        sa.event.listen(real.engine(), "before_cursor_execute", runner.before)
    try:
        one.start()
        assert one.stopped.wait(PATIENCE)
        two.start()
        while two.is_alive() and not _waits(two.pid):
            two.join(0.02)
        one.go_on.set()
        one.join(PATIENCE)
        two.join(PATIENCE)
        assert not one.is_alive() and not two.is_alive(), "somebody waits for ever"
    finally:
        for runner in (one, two):
            sa.event.remove(real.engine(), "before_cursor_execute", runner.before)
    return one.answer, two.answer, one.count


def _waits(pid: int) -> bool:
    if not pid:
        return False
    with real.another_connection() as other:
        statement = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid"
        return bool(other.execute(sa.text(statement), {"pid": pid}).scalar())


def refused(answer: Any) -> bool:
    """Whether the state was in the way (409); any other error fails the test."""
    if isinstance(answer, Exception):
        assert isinstance(answer, tk.ValidationError), f"{answer}{''.join(traceback.format_tb(answer.__traceback__))}"
        assert getattr(answer, "portal_status", None) == 409, answer
        return True
    return False


def everywhere(prepare: Callable[[], str], first: Callable[[str], Any], second: Callable[[str], Any]) -> list[Any]:
    """(dataset, first's answer, second's answer) for each place at which the first is stopped."""
    id = prepare()
    real.end_request()
    alone = together(lambda: first(id), lambda: None, 0)
    assert not isinstance(alone[0], Exception), alone[0]
    found = []
    for stop in sorted({1 + place * (alone[2] - 1) // (STOPS - 1) for place in range(STOPS)}):
        id = prepare()
        real.end_request()
        one, two, _count = together(lambda id=id: first(id), lambda id=id: second(id), stop)  # type: ignore[misc]
        invariants.the_live_version_is_the_published_revision(id)
        invariants.nothing_is_public_without_approval()
        invariants.a_dataset_has_one_open_run()
        invariants.no_file_is_an_orphan()
        invariants.search_finds_the_public_ones([id])
        assert audit.verify().ok
        found.append((id, one, two))
    return found


@pytest.fixture
def stage(rolled_back_db: None, ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Real commits; nothing of them stays."""
    with staged(ckan_config, tmp_path, monkeypatch) as found:
        yield found


def approved(stage: Stage, who: str) -> Callable[[str], Any]:
    """An approval of what is under review when it begins."""

    def approve(id: str) -> Any:
        # What was read, before anybody else moved.
        return stage.act("publication_approve", who, id=id, revision_id=stage.read[id])

    return approve


def reading(stage: Stage, prepare: Callable[[], str]) -> Callable[[], str]:
    """The reviewer has read what is under review."""

    def prepared() -> str:
        id = prepare()
        stage.read[id] = revision_of(id)
        return id

    return prepared


def sent_draft(stage: Stage) -> str:
    """A dataset that was never public is with its reviewers."""
    id = stage.draft()
    stage.act("publication_submit", "author", id=id)
    return id


@pytest.mark.parametrize("prepare", [Stage.sent, sent_draft])
def test_two_approvals(stage: Stage, prepare: Callable[[Stage], str]) -> None:
    approve = approved(stage, "reviewer"), approved(stage, "colleague")
    for id, one, two in everywhere(reading(stage, lambda: prepare(stage)), *approve):
        assert sorted([refused(one), refused(two)]) == [False, True]
        entries = audit.rows(package_id=id, actions=["aprobar", "publicar"])
        # A published change went through its first publication too.
        assert len(entries) == (4 if prepare is Stage.sent else 2)


@pytest.mark.parametrize("prepare", [Stage.sent, sent_draft])
@pytest.mark.parametrize("approval_first", [True, False])
def test_a_save_and_an_approval(stage: Stage, prepare: Callable[[Stage], str], approval_first: bool) -> None:
    """What is published is what was approved, whichever came first."""
    deeds = [approved(stage, "reviewer"), lambda id: stage.act("package_patch", "editor", id=id, title="Sin leer")]
    for id, *answers in everywhere(reading(stage, lambda: prepare(stage)), *(deeds if approval_first else deeds[::-1])):
        approval, save = answers if approval_first else answers[::-1]
        live, was_refused = invariants.shown_to_visitors(id), refused(approval)
        if not was_refused:
            assert live is not None and normalised(live) == normalised(records.revision(stage.read[id]).content)
        assert live is None or live["title"] != "Sin leer"
        if not refused(save):
            run = records.open_run(id)
            assert run.state == "borrador" and records.revision(run.revision_id).content["title"] == "Sin leer"


@pytest.mark.parametrize(
    "second",
    [
        ("publication_cancel", "author", {}),
        ("publication_request_changes", "colleague", {"note": "Casi"}),
        ("publication_withdraw", "sysadmin", {"reason": "Error"}),
        ("publication_emergency_publish", "sysadmin", {"reason": "Inundación"}),
        ("publication_submit", "editor", {}),
    ],
    ids=lambda second: second[0],
)
def test_an_approval_and_something_else(stage: Stage, second: tuple[str, str, dict[str, Any]]) -> None:
    action, who, data = second
    for _id, one, two in everywhere(
        reading(stage, stage.sent), approved(stage, "reviewer"), lambda id: stage.act(action, who, id=id, **data)
    ):
        refused(one)
        refused(two)


def test_a_draft_that_is_deleted_while_it_is_approved(stage: Stage) -> None:
    """A public dataset is never deleted, and a deleted one never public."""
    deeds = approved(stage, "reviewer"), lambda id: stage.act("package_delete", "author", id=id)
    for id, one, two in everywhere(reading(stage, lambda: sent_draft(stage)), *deeds):
        deleted = isinstance(one, Exception)
        assert isinstance(one, tk.ObjectNotFound) or refused(one) if deleted else refused(two)
        assert (invariants.shown_to_visitors(id) is None) == deleted
        assert model.Session.get(model.Package, id).state == ("deleted" if deleted else "active")


def test_a_deleted_draft_goes_nowhere(stage: Stage) -> None:
    id = sent_draft(stage)
    stage.act("package_delete", "author", id=id)
    assert stage.act("publication_show", "sysadmin", id=id)["can"] == []
    for action in ("publication_submit", "publication_emergency_publish"):
        with pytest.raises(tk.ObjectNotFound):
            stage.act(action, "sysadmin", id=id, reason="Inundación")
    assert model.Session.get(model.Package, id).state == "deleted"


@pytest.mark.parametrize("prepare", [Stage.published, Stage.draft])
def test_two_new_files(stage: Stage, prepare: Callable[[Stage], str]) -> None:
    """Both are in the proposal."""

    def add(who: str) -> Callable[[str], Any]:
        link = f"https://entidad.gob.bo/{who}.csv"
        return lambda id: stage.act("resource_create", who, package_id=id, name=who, url=link, format="CSV")

    for id, one, two in everywhere(lambda: prepare(stage), add("author"), add("editor")):
        assert not refused(one) and not refused(two)
        content = records.revision(revision_of(id)).content
        assert {resource["name"] for resource in content["resources"]} == {"Tabla", "author", "editor"}


def test_a_refused_decision_holds_nothing(stage: Stage) -> None:
    """Of many at once, one that a check stops is nobody's any more while the next are decided."""
    id = sent_draft(stage)
    resource = stage.act("package_show", "author", id=id)["resources"][0]["id"]
    status.write(resource, status.PENDING)
    model.Session.commit()
    item = {"id": id, "revision_id": revision_of(id)}
    (answer,) = stage.act("publication_bulk_approve", "reviewer", items=[item])["results"]
    assert not answer["ok"] and "todavía se está cargando" in answer["error"]
    with real.another_connection() as other:
        statement = "SELECT 1 FROM package p, publication x WHERE p.id = :id AND x.package_id = :id FOR UPDATE NOWAIT"
        assert other.execute(sa.text(statement), {"id": id}).scalar() == 1


def test_two_people_send_the_same_draft(stage: Stage) -> None:
    deeds = [lambda id, who=who: stage.act("publication_submit", who, id=id) for who in ("author", "editor")]
    for id, one, two in everywhere(stage.proposed, *deeds):  # type: ignore[arg-type]
        assert sorted([refused(one), refused(two)]) == [False, True]
        assert len(audit.rows(package_id=id, actions=["enviar"])) == 2


def clock(_id: str) -> Any:
    """What the portal's clock and an operator's command do."""
    return list(maintenance.run_scheduled())


def test_two_clocks(stage: Stage) -> None:
    """Neither fails, and what was due is published once."""
    for id, one, two in everywhere(stage.dated, clock, clock):
        assert all(outcome.ok for outcome in [*one, *two]), (one, two)
        # The first publication, and this change's.
        assert len(audit.rows(package_id=id, actions=["publicar"])) == 2


def test_a_date_that_is_moved_while_the_clock_runs(stage: Stage) -> None:
    """The clock says that it published only if it did."""

    def move(id: str) -> Any:
        return stage.act("publication_schedule", "sysadmin", id=id, publish_at="2099-01-01T08:00")

    for id, outcomes, moving in everywhere(stage.dated, clock, move):
        assert all(outcome.ok for outcome in outcomes), outcomes
        published = any(outcome.text.endswith(": publicado") for outcome in outcomes)
        assert published == isinstance(moving, tk.ValidationError)
        assert status_of(id)[1] == (None if published else "aprobado")


def test_two_saves_lose_nothing(stage: Stage) -> None:
    """Two people patch different fields of a public dataset: the proposal has both."""
    deeds = [
        lambda id: stage.act("package_patch", "author", id=id, title="De una"),
        lambda id: stage.act("package_patch", "editor", id=id, notes="De otra"),
    ]
    for id, one, two in everywhere(stage.published, *deeds):
        assert not refused(one) and not refused(two)
        content = records.revision(revision_of(id)).content
        assert (content["title"], content["notes"]) == ("De una", "De otra")


def test_the_same_new_tag_in_two_datasets(stage: Stage) -> None:
    """Two transactions that both make a tag wait for one another in one order only."""
    other = stage.draft()
    real.end_request()
    count = 0

    def prepare() -> str:
        nonlocal count
        count += 1
        return stage.tagged(f"agua-{count}")

    def save(_id: str) -> Any:
        return stage.act("package_patch", "author", id=other, tags=[{"name": f"agua-{count}"}])

    for _id, one, two in everywhere(reading(stage, prepare), approved(stage, "reviewer"), save):
        assert not refused(one) and not refused(two)
