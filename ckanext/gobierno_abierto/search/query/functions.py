"""Function queries of `bf` and `boost` (`recip(ms(NOW,metadata_modified),3.16e-11,1,1)`) to SQL. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadParameter, NotSupported, TooComplex
from ..fields import DATE, INT, field
from ..statements import filled, named_sql
from .conditions import Binds
from .dates import resolved

_SQL = named_sql("functions.sql")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w-])|(?P<sign>[(),])"
    r"|(?P<word>[A-Za-z_0-9*][\w:./+*-]*))"
)
#: name -> how many arguments (least, most)
_ARITY = {
    "sum": (1, 10),
    "product": (1, 10),
    "mul": (1, 10),
    "sub": (2, 2),
    "div": (2, 2),
    "max": (1, 10),
    "min": (1, 10),
    "pow": (2, 2),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "log": (1, 1),
    "ln": (1, 1),
    "recip": (4, 4),
    "linear": (3, 3),
    "field": (1, 1),
}
_MAX_DEPTH = 20
_JOINERS = {"sum": " + ", "product": " * ", "mul": " * "}


@dataclass
class _Reader:
    name: str
    text: str
    tokens: list[tuple[str, str]]
    binds: Binds
    now: datetime
    at: int = 0
    depth: int = 0

    def take(self, sign: str | None = None) -> tuple[str, str]:
        token = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        if sign is not None and token != ("sign", sign):
            raise BadParameter(name=self.name, value=self.text, expected=Fragment("falta «{sign}»", sign=sign))
        self.at += 1
        return token

    def expression(self) -> str:
        kind, text = self.take()
        if kind == "number":
            return filled(_SQL["number"], value=self.binds.add(float(text)))
        if kind != "word":
            raise BadParameter(
                name=self.name, value=self.text, expected=Fragment("es una función, un campo o un número")
            )
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "("):
            return self.call(text)
        return self.column(text)

    def call(self, function: str) -> str:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise TooComplex(what=Fragment("funciones anidadas"), limit=_MAX_DEPTH)
        self.take("(")
        if function == "ms":
            return self.milliseconds()
        if function not in _ARITY:
            known = ", ".join(sorted([*_ARITY, "ms"]))
            raise NotSupported(
                feature=Fragment("la función «{function}» en {name}", function=function, name=self.name),
                alternative=Fragment("Conoce: {known}.", known=known),
            )
        found = [self.expression()]
        while self.tokens[self.at : self.at + 1] == [("sign", ",")]:
            self.take()
            found.append(self.expression())
        self.take(")")
        least, most = _ARITY[function]
        if not least <= len(found) <= most:
            raise BadParameter(
                name=self.name,
                value=self.text,
                expected=Fragment("«{function}» lleva {least} argumentos", function=function, least=least),
            )
        self.depth -= 1
        return self.applied(function, found)

    def applied(self, function: str, found: list[str]) -> str:
        if function in _JOINERS:
            return "(" + _JOINERS[function].join(found) + ")"
        if function in ("max", "min"):
            return filled(_SQL[function], values=", ".join(found))
        return filled(_SQL[function], **{f"a{index}": value for index, value in enumerate(found)})

    def milliseconds(self) -> str:
        """`ms()`, `ms(date)`, `ms(date, date)`: since 1970, or between two moments."""
        moments = []
        while self.tokens[self.at : self.at + 1] != [("sign", ")")]:
            moments.append(self.moment(self.take()))
            if self.tokens[self.at : self.at + 1] == [("sign", ",")]:
                self.take()
        self.take(")")
        self.depth -= 1
        if len(moments) > 2:
            raise BadParameter(name=self.name, value=self.text, expected=Fragment("«ms» lleva hasta 2 argumentos"))
        first = moments[0] if moments else self.moment(("word", "NOW"))
        if len(moments) < 2:
            return filled(_SQL["since_epoch"], value=first)
        return filled(_SQL["between"], a0=first, a1=moments[1])

    def moment(self, token: tuple[str, str]) -> str:
        kind, text = token
        if kind == "word" and not text.startswith("NOW") and not text[:1].isdigit():
            if field(text).type != DATE:
                raise BadParameter(name=self.name, value=text, expected=Fragment("«ms» pide campos de fecha"))
            return filled(_SQL["date_field"], field=self.binds.add(text))
        return filled(_SQL["moment"], value=self.binds.add(resolved(text, self.now)))

    def column(self, name: str) -> str:
        declared = field(name)
        if declared.type == DATE:
            return filled(_SQL["since_epoch"], value=filled(_SQL["date_field"], field=self.binds.add(name)))
        if declared.type != INT:
            raise BadParameter(name=self.name, value=name, expected=Fragment("solo campos de número o de fecha"))
        return filled(_SQL["int_field"], field=self.binds.add(name))


def function(name: str, text: str, binds: Binds, now: datetime) -> str:
    """The SQL (a float) of the function query `text` in the parameter `name`. Raises QueryRefused."""
    factor = re.fullmatch(r"(.*)\^(\d+(?:\.\d*)?|\.\d+)", text.strip(), re.DOTALL)
    body = factor[1] if factor else text
    tokens, at = [], 0
    stripped = body.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if not match:
            raise BadParameter(
                name=name,
                value=text,
                expected=Fragment("es una función como recip(ms(NOW,metadata_modified),3.16e-11,1,1)"),
            )
        tokens.append((str(match.lastgroup), str(match[match.lastgroup or 0])))
        at = match.end()
    reader = _Reader(name, text, tokens, binds, now)
    sql = reader.expression()
    if reader.at != len(tokens):
        raise BadParameter(name=name, value=text, expected=Fragment("sobra texto al final"))
    sql = filled(_SQL["safe"], value=sql)
    return filled(_SQL["weighted"], value=sql, factor=binds.add(float(factor[2]))) if factor else sql
