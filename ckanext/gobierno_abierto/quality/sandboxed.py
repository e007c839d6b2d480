"""Pure: the check in a process of its own: a request on standard input, progress and the report on standard output.

`sandbox.py` starts it. One JSON object a line:
`{"rows": n}` now and then, `{"report": {...}}` or `{"error": text}` last.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from .facts import DictionaryField, Limits
from .report import check

#: Seconds between two notes of progress.
EVERY = 0.4


def main() -> None:
    """Read the request, check, answer."""
    _yield_to_others()
    request = json.load(sys.stdin)
    dictionary = request["dictionary"]
    fields = None if dictionary is None else [DictionaryField(**entry) for entry in dictionary]
    try:
        _say("report", check(Path(request["path"]), request["name"], fields, Limits(**request["limits"]), _Progress()))
    except OSError as error:
        _say("error", type(error).__name__)


def _yield_to_others() -> None:
    """No core file, and the first to go when the machine has no memory left."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
    except OSError:
        return


class _Progress:
    """Tells how many rows were read, not more often than somebody can look."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, rows: int) -> None:
        if time.monotonic() - self.last >= EVERY:
            self.last = time.monotonic()
            _say("rows", rows)


def _say(what: str, value: Any) -> None:
    sys.stdout.write(json.dumps({what: value}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
