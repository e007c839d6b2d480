"""The parameters of a search, checked, and the trees that they stand for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadParameter, NotSupported
from ..fields import EVERYTHING, NGRAM, OPAQUE, field
from .edismax import Plain, plain_question, weights
from .localparams import KINDS, split
from .nodes import Bool, MatchAll, MatchNone, Node
from .parser import parse
from .score import DEFAULT_WEIGHTS
from .sort import Key, keys

#: Passed along by CKAN or pysolr; they say nothing to this engine.
_IGNORED = frozenset({"wt", "extras", "fq_list", "search_handler", "indent", "version", "omitHeader"})
_KNOWN = frozenset(
    "q fq sort rows start fl df q.op defType qf mm tie bf boost facet facet.field facet.limit facet.mincount".split()
)
_MOST = 2**31 - 1
_MAX_FACETS = 100


@dataclass(frozen=True)
class Facets:
    """What is counted: `fields`, at most `limit` values each (negative: all), of at least `mincount` documents."""

    fields: tuple[str, ...]
    limit: int
    mincount: int


@dataclass(frozen=True)
class Request:
    """A search that can be answered. `filters` are the trees of fq, `visibility` those of them that say what may be
    seen at all (site and permission labels)."""

    question: Node
    filters: tuple[Node, ...]
    visibility: tuple[Node, ...]
    sort: tuple[Key, ...]
    rows: int
    start: int
    fields: tuple[str, ...]
    facets: Facets
    default: str
    additions: tuple[str, ...]
    factors: tuple[str, ...]


def request(parameters: Mapping[str, Any]) -> Request:
    """The request that Solr's `parameters` make. Raises QueryRefused."""
    unknown = sorted(
        name for name in parameters if name not in _KNOWN | _IGNORED and parameters[name] not in (None, "", [])
    )
    if unknown:
        raise NotSupported(
            feature=Fragment("el parámetro «{name}»", name=unknown[0]),
            alternative=Fragment("Conoce: {options}.", options=", ".join(sorted(_KNOWN))),
        )
    given = {name: value for name, value in parameters.items() if value is not None}
    operator = _text(given, "q.op", "AND").upper()
    if operator not in ("AND", "OR"):
        raise BadParameter(name="q.op", value=operator, expected=Fragment("AND u OR"))
    default = _text(given, "df", "text")
    filters = [item for item in _list(given, "fq") if item.strip()]
    trees = [_tree(item, operator, "lucene", given) for item in filters]
    visible = [
        tree for item, tree in zip(filters, trees, strict=True) if item.startswith(("+site_id:", "+permission_labels:"))
    ]
    return Request(
        question=_tree(_text(given, "q", "*:*"), operator, _text(given, "defType", "lucene"), given),
        filters=tuple(trees),
        visibility=tuple(visible),
        sort=tuple(keys(_text(given, "sort", "score desc") or "score desc")),
        rows=_whole_number(given, "rows", 10),
        start=_whole_number(given, "start", 0),
        fields=_fields(given),
        facets=_facets(given),
        default=default,
        additions=tuple(" ".join(_list(given, "bf")).split()),
        factors=tuple(item for item in _list(given, "boost") if item.strip()),
    )


def _tree(text: str, operator: str, kind: str, given: Mapping[str, Any]) -> Node:
    local = split(text)
    if local is None:
        return _parsed(text, operator, kind, given)
    kind, pairs, rest = local
    if kind == "bool":
        return _local_bool(pairs, operator, given)
    own = dict(pairs)
    own_operator = own.get("q.op", operator).upper()
    body = own.get("v", rest)
    overridden = {**given, **{name: value for name, value in own.items() if name in ("qf", "mm", "tie", "df")}}
    return _parsed(body, own_operator, kind, overridden)


def _local_bool(pairs: Sequence[tuple[str, str]], operator: str, given: Mapping[str, Any]) -> Node:
    chosen: dict[str, list[Node]] = {"must": [], "should": [], "must_not": []}
    for name, value in pairs:
        place = "must" if name == "filter" else name
        if place not in chosen:
            raise NotSupported(
                feature=Fragment("«{name}» en {{!bool}}", name=name),
                alternative=Fragment("Conoce: must, should, must_not, filter."),
            )
        chosen[place].append(_parsed(value, operator, "lucene", given))
    return Bool(tuple(chosen["must"]), tuple(chosen["should"]), tuple(chosen["must_not"]))


def _parsed(text: str, operator: str, kind: str, given: Mapping[str, Any]) -> Node:
    if kind not in KINDS:
        raise BadParameter(name="defType", value=kind, expected=Fragment("uno de {options}", options=", ".join(KINDS)))
    if text.strip() == "*:*":
        return MatchAll()
    if not text.strip():
        return MatchNone()
    if kind in ("dismax", "edismax"):
        qf = _text(given, "qf", "")
        plain = Plain(
            weights=weights(qf) if qf.strip() else DEFAULT_WEIGHTS,
            minimum=_text(given, "mm", "100%" if operator == "AND" else "0%"),
            tie=_decimal(given, "tie", 0.0),
        )
        return plain_question(text, plain, extended=kind == "edismax")
    return parse(text, operator)


def _text(given: Mapping[str, Any], name: str, default: str) -> str:
    value = given.get(name, default)
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, (int, float)):
        return str(value)
    if not isinstance(value, str):
        raise BadParameter(name=name, value=value, expected=Fragment("es un texto"))
    return value.replace("\x00", "")


def _list(given: Mapping[str, Any], name: str) -> list[str]:
    value = given.get(name, [])
    items = [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else None
    if items is None or not all(isinstance(item, str) for item in items):
        raise BadParameter(name=name, value=value, expected=Fragment("es un texto o una lista de textos"))
    return [item.replace("\x00", "") for item in items]


def _whole_number(given: Mapping[str, Any], name: str, default: int, lowest: int = 0) -> int:
    value = given.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise BadParameter(name=name, value=value, expected=Fragment("es un número entero")) from error
    if not lowest <= number <= _MOST:
        raise BadParameter(
            name=name, value=value, expected=Fragment("va de {lowest} a {limit}", lowest=lowest, limit=_MOST)
        )
    return number


def _decimal(given: Mapping[str, Any], name: str, default: float) -> float:
    value = given.get(name, default)
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise BadParameter(name=name, value=value, expected=Fragment("es un número entre 0 y 1")) from error
    if not 0 <= number <= 1:
        raise BadParameter(name=name, value=value, expected=Fragment("es un número entre 0 y 1"))
    return number


def _fields(given: Mapping[str, Any]) -> tuple[str, ...]:
    found = [part for item in _list(given, "fl") for part in re.split(r"[\s,]+", item) if part]
    for part in found:
        if re.search(r"[\[\](){}:'\"]", part):
            raise BadParameter(
                name="fl", value=part, expected=Fragment("nombres de campos; funciones y alias no se admiten")
            )
    return tuple(found) or ("*",)


def wanted(name: str, patterns: Sequence[str]) -> bool:
    """Is the stored field `name` asked for by `fl`?"""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _facets(given: Mapping[str, Any]) -> Facets:
    active = str(given.get("facet", "false")).strip().lower() in ("true", "on", "yes", "1")
    names = list(dict.fromkeys(item for item in _list(given, "facet.field") if item.strip())) if active else []
    if len(names) > _MAX_FACETS:
        raise BadParameter(
            name="facet.field",
            value=f"{len(names)}",
            expected=Fragment("como máximo {limit} campos", limit=_MAX_FACETS),
        )
    for name in names:
        if name.startswith("{!"):
            raise NotSupported(
                feature=Fragment("parámetros locales en facet.field"), alternative=Fragment("Nombre solo el campo.")
            )
        if field(name).type in (EVERYTHING, NGRAM, OPAQUE) or name == "permission_labels":
            raise BadParameter(
                name="facet.field", value=name, expected=Fragment("ese campo no tiene valores que contar")
            )
    return Facets(
        fields=tuple(names),
        limit=_whole_number(given, "facet.limit", 100, lowest=-1),
        mincount=_whole_number(given, "facet.mincount", 0),
    )
