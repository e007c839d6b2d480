"""Whatever breaks at whatever place of a transition, everybody else sees the old state or the new one, whole.

By default every so many statements are broken, each in its turn: by an error, by the loss of the database, by the death
of the process. `GOBIERNO_ABIERTO_FAILURES=1` breaks each, in a quarter of an hour.
"""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search.common import SearchIndexError
from sqlalchemy.exc import SQLAlchemyError

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.files import placing
from ckanext.gobierno_abierto.workflow import maintenance, versions
from tests.workflow import invariants, real
from tests.workflow.staging import Stage, change, revision_of, staged

pytestmark = pytest.mark.gated

THIS_PROCESS = os.getpid()
EVERYWHERE = bool(os.environ.get("GOBIERNO_ABIERTO_FAILURES"))


def clock_ticks(_stage: Stage, _id: str) -> None:
    """The scheduler's turn; it tells what it could not do and goes on."""
    failed = [outcome.text for outcome in maintenance.run_scheduled() if not outcome.ok]
    if failed:
        raise real.Broken(failed)


#: Transition: (what comes before, the transition).
TRANSITIONS: dict[str, tuple[Callable[[Stage], str], Callable[[Stage, str], Any]]] = {
    "guardar un borrador": (Stage.draft, change),
    "guardar": (Stage.published, change),
    "guardar lo enviado": (
        Stage.sent,
        lambda stage, id: stage.act("package_patch", "author", id=id, title="Otra vez"),
    ),
    "enviar": (Stage.proposed, lambda stage, id: stage.act("publication_submit", "author", id=id, note="Listo")),
    "retirar envío": (Stage.sent, lambda stage, id: stage.act("publication_cancel", "author", id=id)),
    "descartar": (
        Stage.proposed,
        lambda stage, id: stage.act("publication_cancel", "author", id=id, discard=True),
    ),
    "observar": (
        Stage.sent,
        lambda stage, id: stage.act(
            "publication_request_changes", "reviewer", id=id, note="Casi", comments=[{"text": "Fuente"}]
        ),
    ),
    "aprobar": (
        Stage.sent,
        lambda stage, id: stage.act("publication_approve", "reviewer", id=id, revision_id=revision_of(id)),
    ),
    "publicar en su fecha": (Stage.dated, clock_ticks),
    "retirar": (
        Stage.published,
        lambda stage, id: stage.act("publication_withdraw", "sysadmin", id=id, reason="Error"),
    ),
    "restaurar": (Stage.withdrawn, lambda stage, id: stage.act("publication_restore", "sysadmin", id=id)),
    "emergencia": (
        Stage.proposed,
        lambda stage, id: stage.act("publication_emergency_publish", "sysadmin", id=id, reason="Inundación"),
    ),
}


@pytest.fixture
def stage(rolled_back_db: None, ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Real commits; nothing of them stays."""
    with staged(ckan_config, tmp_path, monkeypatch) as found:
        yield found


class Trial:
    """One transition, tried with something broken until it has been broken everywhere."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.prepare, self.go = TRANSITIONS[name]
        twin = self.prepare(stage)
        with real.at_statement(0, real.refuse) as statements, real.at_commit(0, real.refuse) as commits:
            self.go(stage, twin)
        self.statements, self.commits = statements[0], commits[0]
        real.end_request()
        self.new = self._seen(twin)
        self.renew()

    def renew(self) -> None:
        """Another dataset before the transition."""
        self.id = self.prepare(self.stage)
        real.end_request()
        with real.another_connection() as other:
            self.before = invariants.fingerprint(other)
        self.old = self._seen(self.id)

    def _seen(self, id: str) -> dict[str, Any]:
        with real.another_connection() as other:
            found = real.summary(other, id)
        return json.loads(json.dumps(found, default=str).replace(id[:8], "<id>"))

    def run(self) -> None:
        """The transition as one request."""
        try:
            self.go(self.stage, self.id)
        except (real.Broken, SQLAlchemyError, SearchIndexError, tk.ValidationError):
            pass
        finally:
            real.end_request()

    def left(self, place: str) -> str:
        """`old` or `new`: what a run left, to everybody else and on the disk."""
        with real.another_connection() as other:
            same = invariants.fingerprint(other) == self.before
        left = "old" if same else "new"
        if not same:
            assert self._seen(self.id) == self.new, f"neither the old nor the new state after {place}"
        invariants.no_file_is_an_orphan()
        real.end_request()
        return left

    def repeat(self) -> None:
        """What was left old is done after all."""
        self.go(self.stage, self.id)
        real.end_request()
        assert self._seen(self.id) == self.new
        invariants.no_file_is_an_orphan()
        invariants.the_live_version_is_the_published_revision(self.id)
        invariants.a_dataset_has_one_open_run()
        assert audit.verify().ok


def places(count: int, every: int) -> list[int]:
    """Numbers of the statements to break: all of them, or the first, the last and every so many."""
    return list(range(1, count + 1)) if EVERYWHERE else sorted({*range(1, count + 1, every), count})


def kill(_connection: Any) -> None:
    """The machine loses its power; the tests' own process is another machine."""
    if os.getpid() != THIS_PROCESS:
        os.kill(os.getpid(), signal.SIGKILL)


def in_another_process(trial: Trial) -> None:
    """The transition in a process of its own, with its own connections."""
    real.engine().dispose()
    child = os.fork()
    if not child:
        try:
            trial.run()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    # What a crash leaves on the disk is a file that no row names; the sweep takes it (this clock is years ahead).
    maintenance.sweep()


#: What breaks: (how, in which process, at every how many statements).
FAILURES: dict[str, tuple[Callable[[Any], None], Callable[[Trial], None], int]] = {
    "an error": (real.refuse, Trial.run, 13),
    "the database goes away": (real.terminate, Trial.run, 40),
    "the process is killed": (kill, in_another_process, 40),
}


def try_everywhere(trial: Trial, failure: str, how: Any, numbers: list[int]) -> list[str]:
    """What is left after a failure at each place. Behind the commit, two places are enough."""
    act, run, _every = FAILURES[failure]
    left: list[str] = []
    for number in numbers:
        if left.count("new") == 2:
            break
        with how(number, act):
            run(trial)
        left.append(trial.left(f"{failure} {how.__name__} {number} of {numbers[-1]}"))
        if left[-1] == "new":
            trial.renew()
    print(f"{failure} {how.__name__}: {len(left)} places of {numbers[-1]}, {left.count('old')} left the old state")
    return left


@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_is_done_whole_or_not_at_all(stage: Stage, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(stage, name)
    for failure, (_act, _run, every) in FAILURES.items():
        numbers = places(trial.statements, every)
        assert try_everywhere(trial, failure, real.at_statement, numbers).count("old") > 1
        assert try_everywhere(trial, failure, real.at_commit, list(range(1, trial.commits + 1)))[0] == "old"

    def unreachable(*_arguments: Any, **_options: Any) -> None:
        raise ConnectionError("no Redis")

    # Redis out of reach keeps nothing from happening.
    monkeypatch.setattr(tk, "enqueue_job", unreachable)
    trial.repeat()


@pytest.mark.parametrize("name", ["guardar un borrador", "guardar"])
@pytest.mark.parametrize("written", [False, True])
def test_a_file_that_cannot_be_written(stage: Stage, name: str, written: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(stage, name)

    def full(stream: Any, target: Path) -> None:
        if written:
            placing.keep(stream, target)
            raise real.Broken
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(versions, "keep", full)
        trial.run()
    assert trial.left("writing the file") == "old"
    trial.repeat()
