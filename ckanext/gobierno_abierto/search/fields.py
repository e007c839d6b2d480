"""What each field of a document is: its type, whether it is stored, whether a plain question reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

STRING, TEXT, DATE, INT, NGRAM = "string", "text", "date", "int", "ngram"
#: The catch-all field `text`, and what is only carried (the two JSON forms of a dataset).
EVERYTHING, OPAQUE = "everything", "opaque"


@dataclass(frozen=True)
class Field:
    """One field: `type` as in fields.yaml; `in_text` is its weight (A to D) in a plain question, or None."""

    name: str
    type: str
    stored: bool = False
    many: bool = False
    in_text: str | None = None


def _load() -> dict[str, Any]:
    with (Path(__file__).parent / "fields.yaml").open(encoding="utf-8") as source:
        return yaml.safe_load(source)


_DECLARED = _load()
#: target field -> the fields whose values it takes.
COPIES: dict[str, list[str]] = _DECLARED["copies"]


@lru_cache(maxsize=4096)
def field(name: str) -> Field:
    """The declaration of the field called `name`; an unknown name is a whole value that is not stored."""
    known = _DECLARED["fields"].get(name)
    if known is not None:
        return Field(name, **known)
    for pattern in _DECLARED["patterns"]:
        if fnmatchcase(name, pattern["like"]):
            return Field(name, **{key: value for key, value in pattern.items() if key != "like"})
    return Field(name, STRING, many=True)
