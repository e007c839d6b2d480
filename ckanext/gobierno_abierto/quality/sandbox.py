"""Pure: the check of a file that nobody trusts, in a process of its own with bounded time and memory.

Whatever the file does to a reader, the worker goes on: a process that grows too much, takes too long or dies is a
`Killed`, never an exception of somebody's library. It gets no environment, so it knows no password.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .facts import DictionaryField, Limits

TIME, MEMORY, CRASH, UNREADABLE = "time", "memory", "crash", "unreadable"
#: Seconds between two looks at the process's memory, and beyond the check's own limit before it is stopped.
LOOK, GRACE = 0.1, 15.0
_MODULE = f"{__package__}.sandboxed"
#: Of the environment, what the process needs to start; the rest may hold passwords.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "POLARS_MAX_THREADS")


class Killed(Exception):
    """The check did not come to its end; `reason` is TIME, MEMORY, CRASH or UNREADABLE."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run(
    path: Path,
    name: str,
    dictionary: Sequence[DictionaryField] | None = None,
    limits: Limits | None = None,
    memory: int = 1 << 30,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """The report of a file (report.schema.json); `memory` is in bytes, resident. Raises Killed."""
    limits = limits or Limits()
    request = {
        "path": str(path.resolve()),
        "name": name,
        "dictionary": None if dictionary is None else [asdict(one) for one in dictionary],
        "limits": asdict(limits),
    }
    with tempfile.TemporaryDirectory(prefix="ga-check-") as folder, tempfile.TemporaryFile() as asked:
        asked.write(json.dumps(request).encode())
        asked.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(folder),
            cwd=folder,
            start_new_session=True,
        )
        try:
            return _watched(process, time.monotonic() + limits.seconds + GRACE, memory, progress)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]


def _environment(folder: str) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "TMPDIR": folder, "PYTHONIOENCODING": "utf-8"}


def _watched(
    process: subprocess.Popen[bytes], until: float, memory: int, progress: Callable[[int], None] | None
) -> dict[str, Any]:
    stream = process.stdout
    assert stream is not None
    os.set_blocking(stream.fileno(), False)
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if selector.select(LOOK):
                data = stream.read()
                if data == b"":
                    raise Killed(CRASH)
                *lines, rest = (rest + (data or b"")).split(b"\n")
                for line in lines:
                    answer = _answer(json.loads(line), progress)
                    if answer is not None:
                        return answer
            if time.monotonic() > until:
                raise Killed(TIME)
            if _resident(process.pid) > memory:
                raise Killed(MEMORY)


def _answer(said: Mapping[str, Any], progress: Callable[[int], None] | None) -> dict[str, Any] | None:
    if "error" in said:
        raise Killed(UNREADABLE)
    if "report" in said:
        return dict(said["report"])
    if progress:
        progress(int(said["rows"]))
    return None


def _resident(pid: int) -> int:
    """Bytes of memory that the process holds; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
