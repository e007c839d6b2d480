"""Pure: the named statements of `queries.sql`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).with_name("queries.sql")


@lru_cache(maxsize=1)
def statements() -> dict[str, str]:
    """Name -> statement, comments removed."""
    found: dict[str, str] = {}
    for block in re.split(r"^-- name: ", SOURCE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _newline, body = block.partition("\n")
        lines = [line for line in body.splitlines() if not line.startswith("--")]
        found[name.strip()] = "\n".join(lines).strip()
    return found
