"""The tree of a query to SQL conditions with bound values. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from itertools import combinations
from math import comb
from typing import Any

from ckanext.gobierno_abierto.common.errors import Fragment

from ..analysis import fold
from ..errors import BadParameter, NotSupported
from ..fields import DATE, EVERYTHING, INT, NGRAM, OPAQUE, STRING, TEXT, Field, field
from ..statements import filled, named_sql
from ..vectors import presence_lexeme
from . import lexemes
from .dates import resolved
from .nodes import AnyField, Bool, Boosted, Exists, Fuzzy, MatchAll, MatchNone, Node, Phrase, Range, Term, Wildcard
from .parser import with_field

_SQL = named_sql("conditions.sql")
#: Fields with a column of their own: equality by it is cheaper to plan than by the JSON of all values.
_COLUMNS = ("id", "index_id", "name", "site_id", "state", "capacity", "permission_labels")
#: `k of n` words are written out as alternatives up to this many; beyond it they are counted row by row.
_MAX_ALTERNATIVES = 60


@dataclass(frozen=True)
class Condition:
    """A condition: SQL, or words asked of one tsvector column, which can still be merged with others."""

    sql: str = ""
    column: str = ""
    query: str = ""


@dataclass
class Binds:
    """The bound values of a statement, by name."""

    values: dict[str, Any] = dataclass_field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Bind `value`; answers what stands for it in the SQL."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"


@dataclass
class Builder:
    """Turns trees into SQL. `now` is what NOW means; `default` the field of clauses that name none.

    `expansions` gives for (field, word, distance) the words of the index that a fuzzy clause stands for.
    """

    now: datetime
    default: str = "text"
    expansions: Mapping[tuple[str, str, int], Sequence[str]] = dataclass_field(default_factory=dict)
    binds: Binds = dataclass_field(default_factory=Binds)

    def where(self, nodes: Iterable[Node]) -> str:
        """The SQL condition that all of `nodes` match."""
        return self.sql(self._all([self.condition(node) for node in nodes]))

    def sql(self, condition: Condition) -> str:
        """The SQL of a condition."""
        if condition.column:
            return filled(_SQL[condition.column], value=self.binds.add(condition.query))
        return condition.sql

    def condition(self, node: Node) -> Condition:
        """The condition that `node` matches. Raises QueryRefused."""
        if isinstance(node, MatchAll):
            return Condition(_SQL["everything"])
        if isinstance(node, Bool):
            return self._bool(node)
        if isinstance(node, Boosted):
            return self.condition(node.clause)
        if isinstance(node, AnyField):
            return self._any([self.condition(item) for item in by_field(node)])
        if isinstance(node, MatchNone):
            return Condition(_SQL["nothing"])
        declared = field(node.field or self.default)
        if declared.type == OPAQUE:
            raise NotSupported(
                feature=Fragment("buscar en el campo «{name}»", name=declared.name),
                alternative=Fragment("Busque en «text»."),
            )
        return _CLAUSES[type(node)](self, node, declared)

    # Clauses about one field

    def _term(self, node: Term | Phrase, declared: Field) -> Condition:
        if declared.type in (TEXT, EVERYTHING):
            slop = node.slop if isinstance(node, Phrase) else 0
            query = lexemes.words_query(node.text, _prefix(declared), slop)
            return self._words(declared, query) if query else Condition(_SQL["nothing"])
        if declared.type == NGRAM:
            return self._like(declared, f"%{_like_literal(fold(node.text))}%")
        return self._whole_value(declared, self._value(declared, node.text))

    def _value(self, declared: Field, text: str) -> str:
        """`text` in the form that the field's values have. Raises BadDate or BadParameter."""
        if declared.type == DATE:
            return resolved(text, self.now)
        if declared.type == INT:
            try:
                return str(int(text))
            except ValueError as error:
                raise BadParameter(name=declared.name, value=text, expected=Fragment("es un número entero")) from error
        return text

    def _whole_value(self, declared: Field, value: str) -> Condition:
        if declared.name == "permission_labels":
            return Condition(filled(_SQL["permission_labels"], value=self.binds.add([value])))
        if declared.name in _COLUMNS:
            return Condition(filled(_SQL[declared.name], value=self.binds.add(value)))
        pair = json.dumps({declared.name: [value]}, ensure_ascii=False)
        return Condition(filled(_SQL["whole_value"], value=self.binds.add(pair)))

    def _wildcard(self, node: Wildcard, declared: Field) -> Condition:
        if all(kind == "*" for kind, _ in node.pieces):
            return self._exists(Exists(declared.name), declared)
        if declared.type in (DATE, INT):
            raise NotSupported(
                feature=Fragment("comodines en «{name}»", name=declared.name),
                alternative=Fragment("Use un rango: [desde TO hasta]."),
            )
        if declared.type == NGRAM:
            return self._like(declared, "%" + _like(node.pieces, folded=True) + "%")
        if declared.type == STRING:
            test = filled(_SQL["value_like"], value=self.binds.add(_like(node.pieces, folded=False)))
            return self._some_value(declared, test)
        prefix = lexemes.prefix_query(node.pieces, _prefix(declared))
        if prefix is None:
            return Condition(_SQL["nothing"])
        if prefix.exact:
            return self._words(declared, prefix.query)
        name = "lexeme_like" if declared.type == EVERYTHING else "field_lexeme_like"
        pattern = _like_literal(prefix.start) + _like(node.pieces, folded=True)
        shape = Condition(filled(_SQL[name], value=self.binds.add(pattern)))
        return self._all([self._words(declared, prefix.query), shape]) if prefix.query else shape

    def _fuzzy(self, node: Fuzzy, declared: Field) -> Condition:
        known = self.expansions.get((declared.name, node.text, node.distance), ())
        if declared.type in (TEXT, EVERYTHING):
            query = lexemes.any_surface(known, _prefix(declared))
            return self._words(declared, query) if query else Condition(_SQL["nothing"])
        if declared.type != STRING:
            raise NotSupported(
                feature=Fragment("«~» en «{name}»", name=declared.name),
                alternative=Fragment("Busque el valor exacto o un rango."),
            )
        return self._any([self._whole_value(declared, value) for value in known])

    def _range(self, node: Range, declared: Field) -> Condition:
        if node.low is None and node.high is None:
            return self._exists(Exists(declared.name), declared)
        if declared.type in (EVERYTHING, NGRAM):
            raise NotSupported(
                feature=Fragment("rangos en «{name}»", name=declared.name),
                alternative=Fragment("Use un campo de fecha o de valor."),
            )
        own_column = declared.name == "metadata_modified"
        kind = "modified" if own_column else "number" if declared.type == INT else "value"
        tests = []
        for bound, name in (
            (node.low, "from" if node.low_included else "after"),
            (node.high, "to" if node.high_included else "before"),
        ):
            if bound is not None:
                value = self.binds.add(self._value(declared, bound))
                tests.append(filled(_SQL[f"{kind}_{name}"], value=value))
        joined = " AND ".join(tests)
        return Condition(f"({joined})") if own_column else self._some_value(declared, joined)

    def _exists(self, node: Exists, declared: Field) -> Condition:
        if declared.type == EVERYTHING or node.field in ("id", "index_id", "site_id"):
            return Condition(_SQL["everything"])
        if declared.type == TEXT:
            return self._words(declared, lexemes.lexeme_query(presence_lexeme(declared.name)))
        if declared.type == NGRAM:
            return self._like(declared, "_%")
        return Condition(filled(_SQL["has_value"], field=self.binds.add(declared.name)))

    # Pieces

    def _words(self, declared: Field, query: str) -> Condition:
        return Condition(column="text_search" if declared.type == EVERYTHING else "field_search", query=query)

    def _like(self, declared: Field, pattern: str) -> Condition:
        if declared.name not in ("title_ngram", "name_ngram"):
            return Condition(_SQL["nothing"])
        return Condition(filled(_SQL[declared.name], value=self.binds.add(pattern)))

    def _some_value(self, declared: Field, test: str) -> Condition:
        return Condition(filled(_SQL["some_value"], field=self.binds.add(declared.name), test=test))

    # Boolean combinations

    def _bool(self, node: Bool) -> Condition:
        parts = [self.condition(item) for item in node.must]
        should = [self.condition(item) for item in node.should]
        needed = node.at_least if node.at_least is not None else (0 if node.must else 1)
        if should and needed:
            parts.append(self._at_least(should, min(needed, len(should))))
        parts.extend(self._not(self.condition(item)) for item in node.must_not)
        return self._all(parts) if parts else Condition(_SQL["everything"])

    def _all(self, parts: Sequence[Condition]) -> Condition:
        return self._merged(parts, "&", " AND ")

    def _any(self, parts: Sequence[Condition]) -> Condition:
        if not parts:
            return Condition(_SQL["nothing"])
        return self._merged(parts, "|", " OR ")

    def _not(self, part: Condition) -> Condition:
        if part.column:
            return Condition(column=part.column, query=f"!({part.query})")
        return Condition(filled(_SQL["without"], condition=part.sql))

    def _at_least(self, parts: Sequence[Condition], needed: int) -> Condition:
        if needed <= 1:
            return self._any(parts)
        if needed >= len(parts):
            return self._all(parts)
        same_column = len({part.column for part in parts}) == 1 and parts[0].column
        if same_column and comb(len(parts), needed) <= _MAX_ALTERNATIVES:
            return self._any([self._all(chosen) for chosen in combinations(parts, needed)])
        counted = " + ".join(filled(_SQL["counted"], condition=self.sql(part)) for part in parts)
        return self._all([self._any(parts), Condition(f"({counted}) >= {self.binds.add(needed)}")])

    def _merged(self, parts: Sequence[Condition], sign: str, operator: str) -> Condition:
        """Words asked of the same column become one question, which the index answers in one pass."""
        if len(parts) == 1:
            return parts[0]
        by_column: dict[str, list[str]] = {}
        rest: list[str] = []
        for part in parts:
            if part.column:
                by_column.setdefault(part.column, []).append(part.query)
            else:
                rest.append(part.sql)
        merged = [Condition(column=name, query=_joined(queries, sign)) for name, queries in by_column.items()]
        if len(merged) == 1 and not rest:
            return merged[0]
        sqls = [self.sql(item) for item in merged] + rest
        return Condition("(" + operator.join(sqls) + ")") if sqls else Condition(_SQL["everything"])


_CLAUSES: dict[type, Callable[..., Condition]] = {
    Term: Builder._term,
    Phrase: Builder._term,
    Wildcard: Builder._wildcard,
    Fuzzy: Builder._fuzzy,
    Range: Builder._range,
    Exists: Builder._exists,
}


def by_field(node: AnyField) -> list[Node]:
    """The clauses that a plain clause stands for. What `text` contains anyway is not asked twice."""
    names = [name for name, _ in node.weights]
    everything = [name for name in names if field(name).type == EVERYTHING]
    if everything:
        names = [name for name in names if field(name).type == EVERYTHING or not field(name).in_text]
    return [with_field(node.clause, name) for name in names]


def _prefix(declared: Field) -> str:
    return "" if declared.type == EVERYTHING else declared.name


def _joined(queries: Sequence[str], sign: str) -> str:
    return queries[0] if len(queries) == 1 else "(" + f" {sign} ".join(queries) + ")"


def _like_literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like(pieces: Sequence[tuple[str, str]], folded: bool) -> str:
    signs = {"*": "%", "?": "_"}
    return "".join(signs.get(kind) or _like_literal(fold(text) if folded else text) for kind, text in pieces)
