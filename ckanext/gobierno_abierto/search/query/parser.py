"""Tokens of Lucene syntax to a tree, with the rules of Lucene's classic parser. Pure.

Written here because the boolean rules are what a search engine is judged by: in Lucene AND, OR and NOT are not
operators with a precedence but marks on the clauses at their sides, on top of a default operator (AND in CKAN), and
the grammar has cases (`a OR -b`, `&&`, `!`, `field:(a b)^2`, dates in ranges) that the parsers found for Python
leave out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadSyntax, NotSupported, TooComplex
from .lexer import Token, tokens
from .nodes import Bool, Boosted, Exists, Fuzzy, MatchAll, Node, Phrase, Range, Term, Wildcard

#: Solr's own limit on the clauses of a query.
MAX_CLAUSES = 1024
MAX_DEPTH = 50
_MAGIC = ("_query_", "_val_")
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")


@dataclass(frozen=True)
class Clause:
    """One clause between operators: `mark` is "+", "-" or "", `joined` the operator written before it."""

    node: Node
    mark: str = ""
    joined: str = ""


def parse(text: str, operator: str = "AND") -> Node:
    """The tree of `text`; `operator` (AND or OR) joins clauses that nothing else joins.

    Raises BadSyntax, NotSupported or TooComplex.
    """
    return combine(clauses(text), operator)


def clauses(text: str, operator: str = "AND") -> list[Clause]:
    """The top-level clauses of `text`, not yet combined (groups in brackets are, by `operator`)."""
    return _Parser(text, operator).all_clauses()


def combine(found: list[Clause], operator: str) -> Node:
    """Lucene's rules: an AND makes its two sides required; an OR makes them optional where AND is the default, even
    a left side that AND or + had required (`a AND b OR c` asks for a, with b and c optional, as in Solr)."""
    occurs: list[str] = []
    for clause in found:
        if occurs and clause.joined == "AND" and occurs[-1] != "-":
            occurs[-1] = "+"
        if occurs and clause.joined == "OR" and operator == "AND" and occurs[-1] != "-":
            occurs[-1] = ""
        if clause.mark:
            occurs.append(clause.mark)
        elif operator == "AND":
            occurs.append("" if clause.joined == "OR" else "+")
        else:
            occurs.append("+" if clause.joined == "AND" else "")
    if len(found) == 1 and occurs[0] != "-":
        return found[0].node
    return Bool(
        must=_with_mark(found, occurs, "+"),
        should=_with_mark(found, occurs, ""),
        must_not=_with_mark(found, occurs, "-"),
    )


def _with_mark(found: list[Clause], occurs: list[str], mark: str) -> tuple[Node, ...]:
    return tuple(clause.node for clause, occur in zip(found, occurs, strict=True) if occur == mark)


def with_field(node: Node, name: str) -> Node:
    """`node` asked of the field `name` wherever it names none: `name:(a b)`."""
    if isinstance(node, Bool):
        return replace(
            node,
            must=tuple(with_field(item, name) for item in node.must),
            should=tuple(with_field(item, name) for item in node.should),
            must_not=tuple(with_field(item, name) for item in node.must_not),
        )
    if isinstance(node, Boosted):
        return replace(node, clause=with_field(node.clause, name))
    if isinstance(node, (Term, Phrase, Wildcard, Fuzzy, Range)) and node.field is None:
        return Exists(name) if _is_star(node) else replace(node, field=name)
    return node


def _is_star(node: Node) -> bool:
    return isinstance(node, Wildcard) and all(kind == "*" for kind, _ in node.pieces)


class _Parser:
    def __init__(self, text: str, operator: str) -> None:
        self.text = text
        self.operator = operator
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.count = 0

    def all_clauses(self) -> list[Clause]:
        found = self._clauses("END")
        if not found:
            raise self._wrong(self._peek(), Fragment("no hay nada que buscar"))
        return found

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def _next(self) -> Token:
        token = self._peek()
        self.at += 1
        return token

    def _wrong(self, token: Token, detail: str) -> BadSyntax:
        shown = self.text if len(self.text) <= 200 else self.text[:200] + "…"
        return BadSyntax(text=shown, position=token.position + 1, detail=detail)

    def _clauses(self, *until: str) -> list[Clause]:
        found: list[Clause] = []
        while self._peek().kind not in until:
            joined = self._joined(bool(found))
            mark = self._mark()
            node = self._node()
            self.count += 1
            if self.count > MAX_CLAUSES:
                raise TooComplex(what=Fragment("cláusulas"), limit=MAX_CLAUSES)
            found.append(Clause(node, mark, joined))
        return found

    def _joined(self, has_left: bool) -> str:
        token = self._peek()
        if token.kind not in ("AND", "OR"):
            return ""
        if not has_left:
            raise self._wrong(token, Fragment("«{token}» necesita algo a su izquierda", token=token.text))
        return self._next().kind

    def _mark(self) -> str:
        token = self._peek()
        if token.kind not in ("+", "-", "NOT"):
            return ""
        self._next()
        return "+" if token.kind == "+" else "-"

    def _node(self) -> Node:
        token = self._peek()
        if token.kind == "WORD" and self._peek(1).kind == ":":
            return self._fielded()
        node = self._unfielded()
        if _is_star(node):
            return MatchAll()
        return node

    def _fielded(self) -> Node:
        name = self._next()
        self._next()
        if name.text in _MAGIC:
            raise NotSupported(
                feature=Fragment("el campo «{name}»", name=name.text),
                alternative=Fragment("Escriba la condición directamente."),
            )
        if name.text == "*":
            value = self._unfielded()
            if not (_is_star(value) or isinstance(value, MatchAll)):
                raise self._wrong(name, Fragment("tras «*:» solo puede ir «*»"))
            return MatchAll()
        if any(kind != "text" for kind, _ in name.pieces):
            raise NotSupported(
                feature=Fragment("comodines en el nombre de un campo"), alternative=Fragment("Nombre el campo entero.")
            )
        if self._peek().kind == "-" and self._peek(1).kind == "WORD" and self._peek(1).text[:1].isdigit():
            self._next()
            return self._boost(Term(name.text, "-" + self._next().text))
        return with_field(self._unfielded(), name.text)

    def _unfielded(self) -> Node:
        token = self._next()
        if token.kind == "(":
            node = self._group(token)
        elif token.kind in ("[", "{"):
            node = self._range(token)
        elif token.kind == "QUOTED":
            node = Phrase(None, token.text, self._slop())
        elif token.kind == "WORD":
            node = self._word(token)
        elif token.kind == "END":
            raise self._wrong(token, Fragment("falta algo al final"))
        else:
            raise self._wrong(token, Fragment("no se esperaba «{token}»", token=token.text))
        return self._boost(node)

    def _group(self, opened: Token) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooComplex(what=Fragment("paréntesis anidados"), limit=MAX_DEPTH)
        found = self._clauses(")", "END")
        if self._next().kind == "END":
            raise self._wrong(opened, Fragment("el paréntesis no se cierra"))
        self.depth -= 1
        if not found:
            raise self._wrong(opened, Fragment("el paréntesis está vacío"))
        return combine(found, self.operator)

    def _word(self, token: Token) -> Node:
        wild = any(kind != "text" for kind, _ in token.pieces)
        if self._peek().kind == "~" and self._peek().glued:
            self._next()
            distance = self._number_after("~")
            if wild:
                raise self._wrong(token, Fragment("una palabra no puede llevar comodines y «~» a la vez"))
            return Fuzzy(None, token.text, _edits(distance, token.text))
        if wild:
            return Wildcard(None, token.pieces)
        return Term(None, token.text)

    def _slop(self) -> int:
        if self._peek().kind == "~" and self._peek().glued:
            self._next()
            return int(self._number_after("~") or 0)
        return 0

    def _number_after(self, what: str) -> float | None:
        token = self._peek()
        if token.kind == "WORD" and token.glued and _NUMBER.fullmatch(token.text):
            self._next()
            return float(token.text)
        if what == "^":
            raise self._wrong(token, Fragment("tras «^» va un número"))
        return None

    def _boost(self, node: Node) -> Node:
        if not (self._peek().kind == "^" and self._peek().glued):
            return node
        self._next()
        if self._peek().kind == "WORD" and self._peek().text.startswith("="):
            raise NotSupported(
                feature=Fragment("puntajes constantes (^=)"), alternative=Fragment("Use ^ con un número.")
            )
        factor = self._number_after("^")
        if factor is not None and not 0 <= factor <= 1e6:
            raise self._wrong(self._peek(), Fragment("el número tras «^» va de 0 a 1000000"))
        return Boosted(node, factor if factor is not None else 1.0)

    def _range(self, opened: Token) -> Node:
        low = self._bound(opened)
        middle = self._next()
        if middle.kind != "WORD" or middle.text != "TO":
            raise self._wrong(middle, Fragment("un rango se escribe [desde TO hasta]"))
        high = self._bound(opened)
        closed = self._next()
        if closed.kind not in ("]", "}"):
            raise self._wrong(closed, Fragment("el rango no se cierra"))
        return Range(None, low, high, opened.kind == "[", closed.kind == "]")

    def _bound(self, opened: Token) -> str | None:
        """One end of a range: dates bring colons, so every glued token belongs to it."""
        parts: list[str] = []
        first = True
        while first or (self._peek().glued and self._peek().kind in ("WORD", ":", "-", "+", "QUOTED")):
            token = self._next()
            if token.kind == "QUOTED":
                parts.append(token.text)
            elif token.kind in ("WORD", ":", "-", "+", "AND", "OR", "NOT"):
                parts.append(token.text)
            else:
                raise self._wrong(token if token.kind != "END" else opened, Fragment("el rango está incompleto"))
            first = False
        text = "".join(parts)
        return None if text == "*" else text


def _edits(distance: float | None, word: str) -> int:
    """Lucene's reading of what follows `~`: nothing is 2, a whole number that many, a fraction a similarity."""
    if distance is None:
        return 2
    if distance == 0:
        return 0
    if distance < 1:
        return min(2, int((1 - distance) * len(word)))
    return min(2, int(distance))
