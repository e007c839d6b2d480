"""Fuzzy search (`word~`): the words of the index that differ in at most two letters.

No extension is needed (pg_trgm may be missing or need a superuser): the index gives the words of about that length,
and the distance is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .analysis import fold, words
from .fields import EVERYTHING, STRING, TEXT, field
from .query.nodes import AnyField, Bool, Boosted, Fuzzy, Node
from .statements import named_sql
from .vectors import SURFACE

_SQL = named_sql("queries.sql")
#: Lucene's own limit on what a fuzzy word stands for.
MAX_WORDS = 50

Expansions = dict[tuple[str, str, int], Sequence[str]]


def expansions(connection: Connection, trees: Iterable[Node], default: str) -> Expansions:
    """For every fuzzy clause of `trees`, the words of the index that it stands for."""
    found: Expansions = {}
    for name, node in (pair for tree in trees for pair in _fuzzy(tree, default)):
        key = (name, node.text, node.distance)
        if key not in found:
            found[key] = _similar(connection, name, node)
    return found


def _fuzzy(node: Node, default: str) -> Iterator[tuple[str, Fuzzy]]:
    if isinstance(node, Fuzzy):
        yield node.field or default, node
    elif isinstance(node, Boosted):
        yield from _fuzzy(node.clause, default)
    elif isinstance(node, AnyField):
        if isinstance(node.clause, Fuzzy):
            for name, _ in node.weights:
                yield name, node.clause
            yield "text", node.clause
    elif isinstance(node, Bool):
        for item in (*node.must, *node.should, *node.must_not):
            yield from _fuzzy(item, default)


def _similar(connection: Connection, name: str, node: Fuzzy) -> Sequence[str]:
    declared = field(name)
    if declared.type not in (EVERYTHING, TEXT, STRING):
        return ()
    whole = declared.type == STRING
    asked = node.text if whole else " ".join(word.surface for word in words(fold(node.text)))
    prefix = "" if whole else SURFACE if declared.type == EVERYTHING else f"{name}/{SURFACE}"
    statement = {EVERYTHING: "similar_words", TEXT: "similar_field_words", STRING: "similar_values"}[declared.type]
    length = len(prefix) + len(asked)
    values = {"shortest": max(1, length - node.distance), "longest": length + node.distance}
    # A `%` or `_` of a field's name can only widen the shape; the prefix is compared again below.
    values |= {"field": name} if whole else {"shape": prefix + "%"}  # type: ignore[dict-item]
    candidates = (
        row.word[len(prefix) :]
        for row in connection.execute(sa.text(_SQL[statement]), values)
        if row.word.startswith(prefix)
    )
    near = [(distance(asked, word, node.distance), word) for word in candidates]
    return [word for apart, word in sorted(near) if apart <= node.distance][:MAX_WORDS]


def distance(one: str, other: str, most: int) -> int:
    """Letters to insert, drop, change or swap with a neighbour between two words; `most` + 1 stands for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (left != right))
            if before and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return min(last[-1], most + 1)
