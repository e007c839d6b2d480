"""A plain question (dismax, edismax): its words asked of several fields at once, most of them required. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ckanext.gobierno_abierto.common.errors import Fragment

from ..analysis import STOP_WORDS, fold, words
from ..errors import BadParameter, BadSyntax
from .nodes import AnyField, Bool, Boosted, Exists, Fuzzy, MatchAll, Node, Phrase, Range, Term, Wildcard
from .parser import Clause, clauses, combine

_WEIGHT = re.compile(r"(?P<field>[^\s^]+)(?:\^(?P<boost>\d+(?:\.\d*)?|\.\d+))?")
_FIELD_CLAUSE = (Term, Phrase, Wildcard, Fuzzy)


@dataclass(frozen=True)
class Plain:
    """The parameters of a plain question: `weights` from qf, `minimum` from mm, `tie`."""

    weights: tuple[tuple[str, float], ...]
    minimum: str
    tie: float


def weights(qf: str) -> tuple[tuple[str, float], ...]:
    """`title^4 text` as ((title, 4.0), (text, 1.0)). Raises BadParameter."""
    found: list[tuple[str, float]] = []
    for part in qf.split():
        match = _WEIGHT.fullmatch(part)
        if not match or "{" in part:
            raise BadParameter(name="qf", value=qf, expected=Fragment("campos con su peso, como «title^4 text»"))
        found.append((match["field"], float(match["boost"] or 1)))
    if not found:
        raise BadParameter(name="qf", value=qf, expected=Fragment("al menos un campo"))
    return tuple(found)


def required(minimum: str, count: int) -> int:
    """How many of `count` optional clauses must match under Solr's `mm` (`2<-1 5<80%`). Raises BadParameter.

    >>> [required("2<-1 5<80%", n) for n in (1, 2, 3, 5, 6, 10)]
    [1, 2, 2, 4, 4, 8]
    """
    spec = minimum.strip()
    if "<" not in spec:
        return _amount(spec, count, minimum)
    chosen = count
    for part in re.sub(r"\s*<\s*", "<", spec).split():
        over, _, amount = part.partition("<")
        if not re.fullmatch(r"\d+", over):
            raise _bad_minimum(minimum)
        if count <= int(over):
            return chosen
        chosen = _amount(amount, count, minimum)
    return chosen


def _amount(spec: str, count: int, whole: str) -> int:
    match = re.fullmatch(r"([+-]?)(\d{1,6})(%?)", spec)
    if not match:
        raise _bad_minimum(whole)
    sign, number, percent = match.groups()
    amount = int(count * int(number) / 100) if percent else int(number)
    return max(0, min(count, count - amount if sign == "-" else amount))


def _bad_minimum(minimum: str) -> BadParameter:
    return BadParameter(
        name="mm", value=minimum, expected=Fragment("un número, un porcentaje o condiciones como «2<-1 5<80%»")
    )


def plain_question(text: str, plain: Plain, extended: bool) -> Node:
    """The tree of a plain question. Raises BadParameter, TooComplex; never BadSyntax.

    `extended` (edismax) knows fields and brackets. What cannot be parsed counts as mere words: nobody who types
    into a search box owes us a syntax.
    """
    try:
        found = clauses(text if extended else _escaped(text))
    except BadSyntax:
        found = clauses(_as_words(text) or '""')
    if any(clause.joined for clause in found) or any(clause.mark for clause in found):
        return _spread(_with_operators(found, plain), plain)
    kept = _without_stop_words(found)
    nodes = tuple(_spread(clause.node, plain) for clause in kept)
    if len(nodes) == 1:
        return nodes[0]
    return Bool(should=nodes, at_least=max(1, required(plain.minimum, len(nodes))))


def _with_operators(found: list[Clause], plain: Plain) -> Node:
    """Marked clauses are required or excluded; of the unmarked ones, mm decides unless AND or OR was written."""
    if any(clause.joined for clause in found):
        return combine(found, "OR")
    optional = _without_stop_words([clause for clause in found if not clause.mark])
    marked = combine([clause for clause in found if clause.mark], "AND")
    must, must_not = (marked.must, marked.must_not) if isinstance(marked, Bool) else ((marked,), ())
    at_least = required(plain.minimum, len(optional)) if optional else None
    return Bool(must, tuple(clause.node for clause in optional), must_not, at_least)


def _without_stop_words(found: list[Clause]) -> list[Clause]:
    """Words such as `de` or `la` say nothing alone: they are not counted, unless there is nothing else."""
    kept = [clause for clause in found if not (isinstance(clause.node, Term) and _only_stop_words(clause.node.text))]
    return kept or found


def _only_stop_words(text: str) -> bool:
    surfaces = [word.surface for word in words(text)]
    return not surfaces or all(surface in STOP_WORDS for surface in surfaces)


def _spread(node: Node, plain: Plain) -> Node:
    """Every clause without a field becomes a question to all the fields of qf."""
    if isinstance(node, Bool):
        return replace(
            node,
            must=_spread_all(node.must, plain),
            should=_spread_all(node.should, plain),
            must_not=_spread_all(node.must_not, plain),
        )
    if isinstance(node, Boosted):
        return replace(node, clause=_spread(node.clause, plain))
    if isinstance(node, _FIELD_CLAUSE) and node.field is None:
        return AnyField(node, plain.weights, plain.tie)
    if isinstance(node, Range) and node.field is None:
        return AnyField(Phrase(None, f"{node.low or ''} {node.high or ''}"), plain.weights, plain.tie)
    return node


def _spread_all(nodes: Sequence[Node], plain: Plain) -> tuple[Node, ...]:
    return tuple(_spread(node, plain) for node in nodes)


def _escaped(text: str) -> str:
    """dismax: only quotes, + and - mean something (and the wildcards, which do no harm)."""
    if text.count('"') % 2:
        text = text.replace('"', " ")
    text = re.sub(r"[\[\](){}^~:/\\]", " ", text)
    if text.strip() == "*":
        return text
    # What has no letter asks nothing, neither an operator alone nor a wildcard alone.
    return re.sub(r"(?<!\S)[&|!+*?-]+(?!\S)", " ", text).strip() or '""'


def _as_words(text: str) -> str:
    return " ".join(word.surface for word in words(fold(text)))


__all__ = ["Exists", "MatchAll", "Plain", "plain_question", "required", "weights"]
