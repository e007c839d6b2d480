"""Pure: the heading of a table made into column names that PostgreSQL and CKAN's DataStore accept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: PostgreSQL cuts names after 63 bytes, CKAN refuses longer ones.
MAX_BYTES = 63
PLACEHOLDER = "columna"


def column_names(raw: Sequence[str | None]) -> list[str]:
    """One name per heading: visible characters, at most 63 bytes, never empty, never twice.

    An empty heading becomes `columna_3` (its place, from 1), a repeated one `nombre_2`. CKAN keeps names that begin
    with `_` for itself and refuses quotes.
    """
    names: list[str] = []
    taken: set[str] = set()
    for place, heading in enumerate(raw, 1):
        name = clean(heading) or f"{PLACEHOLDER}_{place}"
        unique, number = name, 1
        while unique in taken:
            number += 1
            ending = f"_{number}"
            unique = cut(name, MAX_BYTES - len(ending)) + ending
        taken.add(unique)
        names.append(unique)
    return names


def clean(heading: str | None) -> str:
    """A heading without control characters, quotes and runs of space; `""` when nothing is left."""
    text = unicodedata.normalize("NFC", heading or "").replace('"', "'")
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return cut(re.sub(r"\s+", " ", text).strip().lstrip("_").strip(), MAX_BYTES)


def cut(text: str, size: int) -> str:
    """The longest beginning of `text` that takes at most `size` bytes in UTF-8."""
    return text.encode()[:size].decode(errors="ignore").rstrip()
