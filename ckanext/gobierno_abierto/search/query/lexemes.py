"""Words of a clause to tsquery text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.gobierno_abierto.common.errors import Fragment

from ..analysis import Word, words
from ..errors import TooComplex
from ..vectors import SURFACE, quoted, stem_lexeme, surface_lexeme

#: The farthest that two words of a phrase may stand apart with `"…"~n`.
MAX_SLOP = 20
MAX_PHRASE = 200


@dataclass(frozen=True)
class Prefix:
    """What a wildcard asks of the index: `query` narrows (or, when `exact`, decides); `start` begins every lexeme."""

    query: str
    exact: bool
    start: str


def words_query(text: str, prefix: str, slop: int = 0) -> str:
    """The tsquery for the words of `text` standing in that order; empty when it has no words."""
    found = list(words(text))
    if len(found) > MAX_PHRASE:
        raise TooComplex(what=Fragment("{count} palabras en una frase", count=len(found)), limit=MAX_PHRASE)
    if not found:
        return ""
    query = _word(found[0], prefix)
    for word in found[1:]:
        query = _after(query, _word(word, prefix), min(slop, MAX_SLOP))
    if slop >= 2 and len(found) == 2:
        # Lucene lets the two change places at the price of two steps.
        back = _after(_word(found[1], prefix), _word(found[0], prefix), min(slop, MAX_SLOP) - 2)
        query = f"({query} | {back})"
    return query


def _word(word: Word, prefix: str) -> str:
    whole = lexeme_query(stem_lexeme(word.stem, prefix))
    if not word.parts:
        return whole
    stems = [part.stem for text in word.parts for part in words(text)]
    parts = " <-> ".join(lexeme_query(stem_lexeme(part, prefix)) for part in stems)
    return f"({whole} | ({parts}))"


def _after(left: str, right: str, slop: int) -> str:
    choices = [f"({left} <{distance}> {right})" for distance in range(1, slop + 2)]
    return choices[0] if len(choices) == 1 else "(" + " | ".join(choices) + ")"


def lexeme_query(lexeme: str) -> str:
    """The tsquery for one lexeme."""
    return quoted(lexeme)


def any_surface(surfaces: Sequence[str], prefix: str) -> str:
    """The tsquery for any of these words as written; empty when there are none."""
    found = [lexeme_query(surface_lexeme(surface, prefix)) for surface in surfaces]
    return "(" + " | ".join(found) + ")" if found else ""


def prefix_query(pieces: Sequence[tuple[str, str]], prefix: str) -> Prefix | None:
    """What `pieces` with wildcards ask; None when they hold no letter at all."""
    start = f"{prefix}/{SURFACE}" if prefix else SURFACE
    literals = [word for kind, text in pieces if kind == "text" for word in words(text)]
    if not literals:
        return None if all(kind == "text" for kind, _ in pieces) else Prefix("", False, start)
    if pieces[0][0] != "text":
        return Prefix("", False, start)
    first = [word.surface for word in words(pieces[0][1])]
    if not first:
        return Prefix("", False, start)
    whole = [lexeme_query(surface_lexeme(surface, prefix)) for surface in first[:-1]]
    query = " & ".join([*whole, quoted(surface_lexeme(first[-1], prefix)) + ":*"])
    exact = len(pieces) == 2 and pieces[1][0] == "*"
    return Prefix(f"({query})" if whole else query, exact, start)
