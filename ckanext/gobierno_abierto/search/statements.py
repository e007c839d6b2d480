"""Named SQL: the statements and conditions live in .sql files, a sentence above each. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@lru_cache(maxsize=8)
def named_sql(file: str) -> dict[str, str]:
    """name -> SQL of every block in `file` (beside this module); a block begins with `-- name: x`."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    blocks = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        lines = [line for line in body.splitlines() if not line.lstrip().startswith("--")]
        blocks[name] = "\n".join(lines).strip().rstrip(";")
    return blocks


def filled(template: str, **slots: str) -> str:
    """`template` with its `{slots}` filled by other fragments or the names of bound values, never by a value."""
    return template.format(**slots)
