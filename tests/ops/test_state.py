"""What a start remembers, keeps secret and locks."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bin._portal.console import Failure
from bin._portal.state import SECRET_NAMES, State, load_secrets, locked, stamp_of, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_files_are_the_owners_alone_and_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert mode(path) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"], "no temporary file stays"


def test_a_state_outlives_its_process(tmp_path: Path) -> None:
    State(tmp_path / "state.json").put("web_port", 5151)
    again = State(tmp_path / "state.json")
    assert again.get("web_port") == 5151
    assert again.get("unknown", "default") == "default"


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "\0\0", '"text"'], ids=repr)
def test_a_broken_state_is_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    assert State(path).data == {}


def test_done_work_is_done_for_its_stamp_only(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    assert not state.is_done("seed", "a")
    state.mark_done("seed", "a")
    state.mark_done("migrate", "b")
    assert state.is_done("seed", "a") and state.is_done("migrate", "b")
    assert not state.is_done("seed", "b")


def test_secrets_are_made_once_different_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = load_secrets(path)
    assert set(first) == set(SECRET_NAMES)
    assert len(set(first.values())) == len(first)
    assert all(len(value) == 48 and value.isalnum() for value in first.values())
    assert mode(path) == 0o600
    assert load_secrets(path) == first


def test_a_secret_that_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"session": "kept"}')
    found = load_secrets(path)
    assert found["session"] == "kept"
    assert set(found) == set(SECRET_NAMES)


def test_a_stamp_changes_with_words_names_and_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("x")
    two.write_text("x")
    stamps = [
        stamp_of(),
        stamp_of("a"),
        stamp_of("a", "b"),
        stamp_of("ab"),
        stamp_of(files=[one]),
        stamp_of(files=[two]),
    ]
    assert len(set(stamps)) == len(stamps)
    before = stamp_of(files=[one, two])
    assert stamp_of(files=[two, one]) == before
    one.write_text("y")
    assert stamp_of(files=[one, two]) != before


HOLDER = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from bin._portal.state import locked
with locked(Path({lock!r})):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_commands_never_run_at_once(tmp_path: Path, root: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(root=str(root), lock=str(lock))], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(Failure, match=f"proceso {holder.pid}"), locked(lock, wait=False):
            pytest.fail("the lock was given twice")
        # A holder that dies, however, leaves the lock free: nothing to clean up by hand.
        threading.Timer(0.2, holder.kill).start()
        started = time.monotonic()
        with locked(lock):
            assert time.monotonic() - started >= 0.1
    finally:
        holder.kill()
        holder.wait()
