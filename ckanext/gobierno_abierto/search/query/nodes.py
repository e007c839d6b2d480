"""The tree of a query. Every node is immutable; `field` is a field's name, or None for the default field."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MatchAll:
    """`*:*`: every document."""


@dataclass(frozen=True)
class MatchNone:
    """No document (a word that only consists of punctuation)."""


@dataclass(frozen=True)
class Term:
    """One word or whole value; `text` is already unescaped."""

    field: str | None
    text: str


@dataclass(frozen=True)
class Phrase:
    """`"words in order"`; `slop` words may stand between them."""

    field: str | None
    text: str
    slop: int = 0


@dataclass(frozen=True)
class Wildcard:
    """A pattern: `pieces` of literal text and the two wildcards `*` and `?` as single-character strings in `kinds`.

    `pieces` alternates freely; each item is ("text", literal), ("*", "") or ("?", "").
    """

    field: str | None
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fuzzy:
    """`word~` : at most `distance` letters (0, 1 or 2) differ."""

    field: str | None
    text: str
    distance: int = 2


@dataclass(frozen=True)
class Range:
    """`[low TO high]`; None is an open end."""

    field: str | None
    low: str | None
    high: str | None
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True)
class Exists:
    """`field:*`: the field has a value."""

    field: str


@dataclass(frozen=True)
class Boosted:
    """`clause^factor`: it counts `factor` times in the score and the same in the match."""

    clause: Node
    factor: float


@dataclass(frozen=True)
class AnyField:
    """One clause of a plain question asked of several fields at once (dismax): the best field counts.

    `clause` has no field; `weights` are (field, boost), `tie` how much the other fields add.
    """

    clause: Node
    weights: tuple[tuple[str, float], ...]
    tie: float = 0.0


@dataclass(frozen=True)
class Bool:
    """Lucene's boolean query. At least `at_least` of `should` must match (None: one, unless something is required)."""

    must: tuple[Node, ...] = field(default=())
    should: tuple[Node, ...] = field(default=())
    must_not: tuple[Node, ...] = field(default=())
    at_least: int | None = None


Node = MatchAll | MatchNone | Term | Phrase | Wildcard | Fuzzy | Range | Exists | Boosted | AnyField | Bool
