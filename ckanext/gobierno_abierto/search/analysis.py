"""How Spanish text becomes the words of the index. Pure: no database, no CKAN.

The analysis happens here and not in a PostgreSQL text search configuration because

- accents must be folded *before* stemming, the same way for what is indexed and for what is asked: officers write
  CONTRATACION as often as contratación, and Snowball's Spanish rules want the accent;
- derived words belong together (minería, minero; población, poblacional), which Snowball does not do;
- it needs no extension, no dictionary file on the database server and no superuser, and it does not change when
  PostgreSQL's version does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

#: Characters that Unicode does not decompose and that people nevertheless type plainly.
_LIGATURES = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})
_TILDE = "\u0303"
_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[A-ZÁÉÍÓÚÜÑ]+(?![a-záéíóúüñ])|[A-ZÁÉÍÓÚÜÑ]?[^\W\dA-ZÁÉÍÓÚÜÑ_]+|\d+|[^\W\d_]+")
#: Longer words are cut: PostgreSQL allows 2,046 bytes a lexeme, and no word is longer than this.
MAX_WORD = 100


def _rules() -> dict[str, Any]:
    with (Path(__file__).parent / "spanish.yaml").open(encoding="utf-8") as source:
        return yaml.safe_load(source)


_SPANISH = _rules()
STOP_WORDS: frozenset[str] = frozenset(_SPANISH["stop_words"])
_UNCHANGED: frozenset[str] = frozenset(_SPANISH["unchanged"])


def _suffixes(name: str) -> tuple[tuple[str, str, int], ...]:
    return tuple((rule["ending"], rule["becomes"], rule["at_least"]) for rule in _SPANISH[name])


_ADVERBS = _suffixes("adverbs")
_SUFFIXES = _suffixes("suffixes")


def fold(text: str) -> str:
    """Lower case without accents or other marks; ñ stays a letter of its own (año is not ano).

    >>> fold("ÁREAS Protegidas, niñez, pingüino")
    'areas protegidas, niñez, pinguino'
    """
    kept: list[str] = []
    for character in unicodedata.normalize("NFKD", text.lower()).translate(_LIGATURES):
        if not unicodedata.combining(character):
            kept.append(character)
        elif character == _TILDE and kept and kept[-1] == "n":
            kept[-1] = "ñ"
    return "".join(kept)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word: plural, gender and a few derivations removed.

    >>> {stem(word) for word in ("poblacion", "poblaciones", "poblacional")}
    {'poblacion'}
    >>> stem("año") == stem("años") != stem("ano")
    True
    """
    if len(word) < 4 or word in _UNCHANGED or not word.isalpha():
        return word
    base = _without_final_vowel(_replaced(_singular(word), _ADVERBS))
    return _replaced(base, _SUFFIXES)


def _replaced(word: str, rules: tuple[tuple[str, str, int], ...]) -> str:
    """`word` with the first ending of `rules` that fits replaced."""
    for ending, becomes, at_least in rules:
        if word.endswith(ending) and len(word) - len(ending) >= at_least:
            return word[: len(word) - len(ending)] + becomes
    return word


def _singular(word: str) -> str:
    """Without the mark of the plural: veces -> vez, meses -> mes, hogares -> hogare."""
    if word.endswith("ces"):
        return word[:-3] + "z"
    if word.endswith("ses"):
        return word[:-2]
    if word.endswith("s") and word[-2] not in "iusñ":
        return word[:-1]
    return word


def _without_final_vowel(word: str) -> str:
    """Without the mark of gender; a c that an e had softened is a z (indice, indices; cruce, cruces)."""
    if len(word) < 4 or word[-1] not in "aeo":
        return word
    if word.endswith("ce"):
        return word[:-2] + "z"
    return word[:-1]


@dataclass(frozen=True)
class Word:
    """One word of a text: `surface` (folded), its `stem`, and the words that it is joined from, if any."""

    surface: str
    stem: str
    parts: tuple[str, ...] = ()


def words(text: str) -> Iterator[Word]:
    """The words of a text in order; punctuation and `_` separate, letters of every script are kept.

    A word that joins several (`PoblacionTotal2012`) carries them in `parts`.
    """
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        raw = match.group()
        surface = fold(raw)[:MAX_WORD]
        if surface:
            yield Word(surface, stem(surface), _joined_words(raw))


def _joined_words(raw: str) -> tuple[str, ...]:
    if raw.isdigit() or (raw.isalpha() and (raw.islower() or raw.isupper())):
        return ()
    parts = [fold(part)[:MAX_WORD] for part in _PARTS.findall(raw)]
    return tuple(parts) if len(parts) > 1 else ()
