"""The score of a document: how its words match, weighted by qf and by boosts. Pure.

Solr adds up, for each clause, the best of its fields and a part (`tie`) of the others. Here one `ts_rank` over the
words of the document gives what the fields with a weight of their own (title and name A, tags B, groups and
organization C, the rest D) contribute together; fields of qf outside of it are ranked apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..fields import EVERYTHING, TEXT, field
from ..statements import filled, named_sql
from .conditions import Builder
from .nodes import AnyField, Bool, Boosted, Fuzzy, MatchAll, Node, Phrase, Term, Wildcard
from .parser import with_field

_SQL = named_sql("conditions.sql")
#: The weights of a clause that names no qf: CKAN's own default.
DEFAULT_WEIGHTS = (("name", 4.0), ("title", 4.0), ("tags", 2.0), ("groups", 2.0), ("text", 1.0))
_TEXTUAL = (Term, Phrase, Wildcard, Fuzzy)
#: What a matching optional clause without words (`organization:x^2`) adds, beside ts_rank's 0 to 1.
_POINTS = 0.1


@dataclass(frozen=True)
class Scored:
    """A clause that adds to the score, with the product of the boosts around it."""

    node: Node
    factor: float
    optional: bool


def score(node: Node, builder: Builder) -> str | None:
    """The SQL of the score of `node`; None when every document that matches scores the same."""
    grouped: dict[tuple[float, tuple[tuple[str, float], ...], float], list[Node]] = {}
    parts: list[str] = []
    for scored in _scored(node, 1.0, False):
        clause = scored.node
        if isinstance(clause, AnyField):
            grouped.setdefault((scored.factor, clause.weights, clause.tie), []).append(clause.clause)
        elif isinstance(clause, _TEXTUAL) and field(clause.field or builder.default).type == EVERYTHING:
            grouped.setdefault((scored.factor, DEFAULT_WEIGHTS, 0.0), []).append(clause)
        elif isinstance(clause, _TEXTUAL) and field(clause.field or builder.default).type == TEXT:
            parts.extend(_times(_field_rank([clause], builder), scored.factor, builder))
        elif scored.optional:
            condition = builder.sql(builder.condition(clause))
            parts.append(filled(_SQL["points"], condition=condition, factor=builder.binds.add(_POINTS * scored.factor)))
    for (factor, weights, tie), clauses in grouped.items():
        parts.extend(_times(_plain_rank(clauses, weights, tie, builder), factor, builder))
    return " + ".join(f"({part})" for part in parts) if parts else None


def _scored(node: Node, factor: float, optional: bool) -> Iterable[Scored]:
    """The clauses that count: all but the excluded ones."""
    if isinstance(node, Boosted):
        yield from _scored(node.clause, factor * node.factor, optional)
    elif isinstance(node, Bool):
        for item in node.must:
            yield from _scored(item, factor, optional)
        for item in node.should:
            yield from _scored(item, factor, True)
    elif not isinstance(node, MatchAll):
        yield Scored(node, factor, optional)


def _times(part: str | None, factor: float, builder: Builder) -> list[str]:
    if part is None:
        return []
    return [part if factor == 1 else filled(_SQL["times"], factor=builder.binds.add(factor), score=part)]


def _plain_rank(
    clauses: Sequence[Node], weights: tuple[tuple[str, float], ...], tie: float, builder: Builder
) -> str | None:
    """The rank of clauses that are asked of the fields in `weights` at once."""
    places = {"A": 0.0, "B": 0.0, "C": 0.0, "D": 0.0}
    apart: list[tuple[str, float]] = []
    for name, boost in weights:
        declared = field(name)
        if declared.type == EVERYTHING:
            places = {place: max(known, boost) for place, known in places.items()}
        elif declared.in_text in ("A", "B", "C"):
            places[declared.in_text] = max(places[declared.in_text], boost)
        elif declared.type == TEXT:
            apart.append((name, boost))
    highest = max(places.values())
    ranks = []
    if highest > 0:
        query = _any_words(clauses, "text", builder)
        if query:
            scaled = [places[place] / highest for place in "DCBA"]
            rank = filled(_SQL["text_rank"], weights=builder.binds.add(scaled), query=builder.binds.add(query))
            ranks.extend(_times(rank, highest, builder))
    for name, boost in apart:
        rank_of_field = _field_rank([with_field(clause, name) for clause in clauses], builder)
        ranks.extend(_times(rank_of_field, boost, builder))
    if len(ranks) < 2:
        return ranks[0] if ranks else None
    bound_tie = builder.binds.add(tie)
    total = " + ".join(f"({rank})" for rank in ranks)
    return filled(_SQL["best_of"], scores=", ".join(ranks), tie=bound_tie, sum=total)


def _field_rank(clauses: Sequence[Node], builder: Builder) -> str | None:
    query = _any_words(clauses, builder.default, builder)
    return filled(_SQL["field_rank"], query=builder.binds.add(query)) if query else None


def _any_words(clauses: Sequence[Node], default: str, builder: Builder) -> str:
    """The tsquery for any of the clauses' words."""
    saved, builder.default = builder.default, default
    try:
        conditions = [builder.condition(clause) for clause in clauses]
    finally:
        builder.default = saved
    return " | ".join(condition.query for condition in conditions if condition.query)
