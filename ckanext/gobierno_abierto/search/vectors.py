"""tsvector and tsquery literals built from words. Pure; they reach PostgreSQL as bound values only."""

from __future__ import annotations

from .analysis import Word, words

#: A tsvector holds 1 MB, 16,383 positions and 256 positions a word; what goes beyond is left out.
MAX_BYTES = 900_000
MAX_POSITION = 16_383
MAX_POSITIONS = 250
#: Positions between two values, so that no phrase spans them.
GAP = 10
SURFACE = "="


def quoted(lexeme: str) -> str:
    """`lexeme` as it stands in a tsvector or tsquery literal."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def stem_lexeme(stem: str, prefix: str = "") -> str:
    """The lexeme of a stem, in the whole document or in the field `prefix`."""
    return f"{prefix}/{stem}" if prefix else stem


def surface_lexeme(surface: str, prefix: str = "") -> str:
    """The lexeme of a word as it was written (folded): what wildcards and fuzzy search look at."""
    return f"{prefix}/{SURFACE}{surface}" if prefix else SURFACE + surface


def presence_lexeme(field: str) -> str:
    """The lexeme that says: this text field has a value."""
    return f"{field}/*"


class Vector:
    """A tsvector in the making."""

    def __init__(self) -> None:
        self._positions: dict[str, list[str]] = {}
        self._bytes = 0
        self._position = 0

    def mark(self, field: str) -> None:
        """Note that `field` has a value."""
        self._put(presence_lexeme(field), None, "")

    def add(self, text: str, weight: str = "D", prefix: str = "") -> None:
        """Add the words of `text`; `prefix` is the field that they belong to."""
        self._position += GAP
        for word in words(text):
            start = self._position + 1
            self._add_word(word, start, weight, prefix)
            # The parts of a joined word stand at successive places, the word itself at the first of them.
            self._position = start + max(len(word.parts) - 1, 0)

    def _add_word(self, word: Word, position: int, weight: str, prefix: str) -> None:
        self._put(stem_lexeme(word.stem, prefix), position, weight)
        self._put(surface_lexeme(word.surface, prefix), None, "")
        for offset, part in enumerate(word.parts):
            for of_part in words(part):
                self._put(stem_lexeme(of_part.stem, prefix), position + offset, weight)
                self._put(surface_lexeme(of_part.surface, prefix), None, "")

    def _put(self, lexeme: str, position: int | None, weight: str) -> None:
        known = self._positions.get(lexeme)
        size = 3 + (0 if known is not None else len(lexeme.encode()) + 6)
        if self._bytes + size > MAX_BYTES:
            return
        if known is None:
            known = self._positions[lexeme] = []
        if position is not None and position <= MAX_POSITION and len(known) < MAX_POSITIONS:
            known.append(f"{position}{'' if weight == 'D' else weight}")
        self._bytes += size

    def literal(self) -> str:
        """The text that PostgreSQL reads as a tsvector."""
        return " ".join(
            quoted(lexeme) + (":" + ",".join(positions) if positions else "")
            for lexeme, positions in self._positions.items()
        )
