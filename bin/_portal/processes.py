"""Processes of our own: started apart from the terminal, known by pid *and* start time, ended in order.

A pid alone proves nothing: after a reboot, or days later, it may be another's. A record therefore holds the kernel's
start time of the process and the boot it belongs to. Where a record was lost, a process is still ours when its
command line names a file of this clone (`mark`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .state import write_private

PROC = Path("/proc")
LOG_LIMIT = 5 * 1024 * 1024
LOG_KEPT = 3


@dataclass(frozen=True)
class Identity:
    """One process beyond doubt: pid, start time in clock ticks since boot, boot id."""

    pid: int
    ticks: int
    boot: str


def boot_id() -> str:
    """The kernel's random name of this boot."""
    with suppress(OSError):
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return ""


def stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command's name (state first); empty when there is no such process."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def identify(pid: int) -> Identity | None:
    """The identity of a living process; None for a missing one or a zombie."""
    fields = stat_fields(pid)
    if not fields or fields[0] in "ZX":
        return None
    return Identity(pid, int(fields[19]), boot_id())


def command_line(pid: int) -> list[str]:
    """The arguments of a process; empty when unknown."""
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return [part.decode("utf-8", "replace") for part in raw.split(b"\0") if part]


def marked(mark: Sequence[str]) -> Iterator[int]:
    """Pids of session leaders whose arguments hold those of `mark` one after the other."""
    wanted = list(mark)
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        fields = stat_fields(int(entry.name))
        if len(fields) < 4 or fields[3] != entry.name:  # field 3 is the session: started by `Daemons.start`
            continue
        arguments = command_line(int(entry.name))
        if any(arguments[place : place + len(wanted)] == wanted for place in range(len(arguments))):
            yield int(entry.name)


def rotate(log: Path, limit: int = LOG_LIMIT, kept: int = LOG_KEPT) -> None:
    """Before a start, move a log that grew over `limit` bytes aside; the oldest of `kept` is dropped."""
    if not log.exists() or log.stat().st_size < limit:
        return
    for number in range(kept - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))


class Daemons:
    """The background processes of one clone, by name."""

    def __init__(self, run: Path, logs: Path) -> None:
        self.run = run
        self.logs = logs

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self.logs / f"{name}.log"

    def _record(self, name: str) -> Path:
        return self.run / f"{name}.json"

    def running(self, name: str, mark: Sequence[str] = ()) -> Identity | None:
        """The living process recorded under `name`, or one that carries our mark; a stale record is dropped."""
        record = self._record(name)
        with suppress(OSError, ValueError, TypeError):
            known = Identity(**json.loads(record.read_text(encoding="utf-8")))
            if identify(known.pid) == known:
                return known
        record.unlink(missing_ok=True)
        for pid in marked(mark) if mark else ():
            return self.adopt(name, pid)
        return None

    def adopt(self, name: str, pid: int) -> Identity | None:
        """Record a living process whose record was lost and that is known to be ours."""
        found = identify(pid)
        if found:
            self._remember(name, found)
        return found

    def _remember(self, name: str, identity: Identity) -> None:
        write_private(self._record(name), json.dumps(asdict(identity)))

    def start(
        self, name: str, command: Sequence[str | os.PathLike[str]], env: dict[str, str], cwd: Path | str = "/"
    ) -> subprocess.Popen[bytes]:
        """Start in a session of its own, output to its log, nothing on stdin. The caller waits for readiness."""
        log = self.log(name)
        rotate(log)
        with log.open("ab") as stream:
            process = subprocess.Popen(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        identity = identify(process.pid)
        if identity:
            self._remember(name, identity)
        return process

    def stop(self, name: str, signals: Sequence[tuple[signal.Signals, float]], mark: Sequence[str] = ()) -> bool:
        """Send each signal in turn, waiting its seconds; the last resort ends the whole group. False: was not up."""
        identity = self.running(name, mark)
        if identity is None:
            return False
        for number, seconds in signals:
            if send(identity, number) and wait_gone(identity, seconds):
                break
        else:
            with suppress(ProcessLookupError, PermissionError):
                if identify(identity.pid) == identity:
                    os.killpg(identity.pid, signal.SIGKILL)
            wait_gone(identity, 10)
        self._record(name).unlink(missing_ok=True)
        return True


def send(identity: Identity, number: signal.Signals) -> bool:
    """Signal the process if it is still the one we know; True also when it has already gone."""
    if identify(identity.pid) == identity:
        with suppress(ProcessLookupError):
            os.kill(identity.pid, number)
    return True


def wait_gone(identity: Identity, seconds: float) -> bool:
    """Wait until the process has ended; reaps it when it is our child."""
    until = time.monotonic() + seconds
    while identify(identity.pid) == identity:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    with suppress(ChildProcessError):
        os.waitpid(identity.pid, os.WNOHANG)
    return True
