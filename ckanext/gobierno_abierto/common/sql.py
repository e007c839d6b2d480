"""Named SQL: a capability's .sql file read as name to statement.

Each statement stands below a line `-- name: x`, with a sentence above it that says what it answers.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def named_statements(path: Path) -> dict[str, str]:
    """The statements of a file, by name."""
    parts = re.split(r"^-- name: (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
