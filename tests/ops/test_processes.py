"""A process is ours by pid and start time; only ours are ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bin._portal.paths import Paths
from bin._portal.processes import LOG_KEPT, Daemons, boot_id, identify, rotate, stat_fields

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]
PATIENT = ((signal.SIGTERM, 5.0),)


@pytest.fixture
def daemons(paths: Paths) -> Iterator[Daemons]:
    made = Daemons(paths.run, paths.logs)
    yield made
    for record in paths.run.glob("*.json"):
        made.stop(record.stem, ((signal.SIGKILL, 5.0),))


def environment() -> dict[str, str]:
    return dict(os.environ)


def test_a_started_process_is_known_and_ends(daemons: Daemons) -> None:
    process = daemons.start("sleeper", SLEEP, environment())
    known = daemons.running("sleeper")
    assert known is not None and known.pid == process.pid and known.boot == boot_id()
    assert os.getsid(process.pid) == process.pid, "apart from the terminal"
    assert daemons.stop("sleeper", PATIENT)
    assert identify(process.pid) is None
    assert daemons.running("sleeper") is None
    assert not daemons.stop("sleeper", PATIENT)


def test_output_is_logged_and_stdin_is_empty(daemons: Daemons) -> None:
    process = daemons.start(
        "echo", [sys.executable, "-c", "import sys; print('said', sys.stdin.read())"], environment()
    )
    assert process.wait(20) == 0
    assert daemons.log("echo").read_text() == "said \n"


@pytest.mark.parametrize("change", [{"ticks": 1}, {"boot": "another boot"}], ids=str)
def test_a_stale_record_never_ends_a_stranger(daemons: Daemons, change: dict[str, int | str]) -> None:
    """The pid was given to another process, or the machine was started again."""
    stranger = subprocess.Popen(SLEEP)
    try:
        identity = identify(stranger.pid)
        assert identity is not None
        stale = replace(identity, **change)  # type: ignore[arg-type]
        (daemons.run / "web.json").write_text(json.dumps(asdict(stale)))
        assert daemons.running("web") is None
        assert not daemons.stop("web", PATIENT)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "{", "{}", '{"pid": 1}', "12", '{"pid": "x", "ticks": 1, "boot": ""}'])
def test_a_broken_record_is_no_process(daemons: Daemons, content: str) -> None:
    (daemons.run / "web.json").write_text(content)
    assert daemons.running("web") is None


def test_a_lost_record_is_found_again_by_our_mark(daemons: Daemons, tmp_path: Path) -> None:
    mark = ["--ini", str(tmp_path / "ckan.ini")]
    process = daemons.start("web", [*SLEEP, *mark], environment())
    (daemons.run / "web.json").unlink()
    assert daemons.running("web") is None
    assert daemons.running("web", ["--ini", str(tmp_path / "other.ini")]) is None
    found = daemons.running("web", mark)
    assert found is not None and found.pid == process.pid
    assert (daemons.run / "web.json").exists()


def test_who_ignores_the_signal_is_killed(daemons: Daemons) -> None:
    process = daemons.start("stubborn", STUBBORN, environment())
    while not daemons.log("stubborn").read_text():
        time.sleep(0.02)
    started = time.monotonic()
    assert daemons.stop("stubborn", ((signal.SIGTERM, 0.3),))
    assert time.monotonic() - started < 5
    assert identify(process.pid) is None


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    while stat_fields(child.pid)[0] != "Z":
        time.sleep(0.02)
    assert identify(child.pid) is None
    child.wait()


def test_logs_turn_at_the_start(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    rotate(log)
    for number in range(LOG_KEPT + 2):
        log.write_text(f"{number}" * 20)
        rotate(log, limit=10)
    log.write_text("short")
    rotate(log, limit=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_text()[0] == str(LOG_KEPT + 1)
    assert log.read_text() == "short"
