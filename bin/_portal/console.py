"""What the person at the terminal reads: one line per step with its time, and failures that say how to mend them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TITLE_WIDTH = 34
LOG_TAIL_LINES = 20


class Failure(Exception):
    """A step that cannot go on: what failed, how to mend it and, where there is one, the log that tells more."""

    def __init__(self, problem: str, mend: str, log: Path | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend
        self.log = log

    def report(self) -> str:
        """The text printed at the end of a failed command."""
        lines = ["", f"ERROR: {self.problem}"]
        tail = log_tail(self.log) if self.log else []
        if tail:
            lines += [f"  Últimas líneas de {self.log}:", *(f"    | {line}" for line in tail)]
        lines.append(f"  Para arreglarlo: {self.mend}")
        return "\n".join(lines)


def log_tail(log: Path, count: int = LOG_TAIL_LINES) -> list[str]:
    """The last non-empty lines of a log; empty when it cannot be read."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 64 * 1024))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


class Step:
    """A running step; `result` is the word printed when it ends."""

    def __init__(self) -> None:
        self.result = "listo"


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Print `title`, run the block, print its result and seconds. A failure is marked and goes on upwards."""
    started = time.monotonic()
    print(f"  {title + ' ':.<{TITLE_WIDTH}} ", end="", flush=True)
    current = Step()
    try:
        yield current
    except BaseException:
        print(f"FALLÓ ({time.monotonic() - started:.1f} s)", flush=True)
        raise
    print(f"{current.result} ({time.monotonic() - started:.1f} s)", flush=True)


def say(text: str = "") -> None:
    """A plain line."""
    print(text, flush=True)


def warn(text: str) -> None:
    """A line for the error stream."""
    print(text, file=sys.stderr, flush=True)
