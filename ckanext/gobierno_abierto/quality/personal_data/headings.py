"""Pure: which groups of headings.yaml the heading of a column belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import yaml

from .samples import fold

SOURCE = Path(__file__).with_name("headings.yaml")
_JOINING = {"DE", "DEL", "LA", "LAS", "EL", "LOS", "POR", "CON", "EN", "PARA", "AL", "Y", "O"}
_LETTERS = re.compile(r"\b([A-Z])(?: ([A-Z])\b)+")


def words(heading: str) -> str:
    """`FechaNacimiento`, `FECHA_DE_NACIMIENTO` -> `fecha nacimiento`; `C.I.` -> `ci`; `Nº` -> `no`."""
    split = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])", " ", heading)
    text = fold(split).replace("#", " NRO ").replace("%", " PORCENTAJE ").replace("º", "O").replace("ª", "A")
    found = re.findall(r"[A-Z]+|\d+", text)
    kept = [word for word in found if word not in _JOINING] or found
    joined = _LETTERS.sub(lambda run: run[0].replace(" ", ""), " ".join(kept))
    return joined.lower()


@cache
def _groups() -> Mapping[str, re.Pattern[str]]:
    """One expression per group."""
    read = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {
        name: re.compile("|".join(_expression(str(phrase)) for phrase in phrases)) for name, phrases in read.items()
    }


def _expression(phrase: str) -> str:
    whole, text = phrase.startswith("="), phrase.lstrip("=")
    inner = re.sub(r"(?<![\w\\\]])\*|(?<=\w)\*", r"\\w*", text)
    inner = inner if "\\d" in text or "\\w" in text else inner.replace(" ", " ?")
    return rf"^(?:{inner})$" if whole else rf"\b(?:{inner})\b"


@lru_cache(maxsize=4_096)
def groups(heading: str) -> frozenset[str]:
    """Names of the groups; `none` for a heading that says nothing, `unknown` for one with no word of any group."""
    # «WhatsApp» is one word, «FechaNac» two.
    texts = {words(heading), words(heading.lower())}
    found = frozenset(name for name, one in _groups().items() if any(one.search(text) for text in texts))
    if not any(texts):
        return frozenset({"none"})
    return found or frozenset({"unknown"})
