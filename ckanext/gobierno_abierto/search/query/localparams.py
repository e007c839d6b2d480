"""Solr's local parameters, `{!bool must=...}`: only those kinds that an operator has allowed reach this. Pure.

CKAN refuses every `{!` unless `ckan.search.solr_allowed_query_parsers` names its kind; of those that may be named,
this engine knows lucene, bool, dismax and edismax.
"""

from __future__ import annotations

import re

from ckanext.gobierno_abierto.common.errors import Fragment

from ..errors import BadSyntax, NotSupported

KINDS = ("lucene", "bool", "dismax", "edismax")
_PAIR = re.compile(
    r"""\s*(?:(?P<key>[\w.]+)\s*=\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s}"']+)|(?P<alone>[\w.]+))""",
    re.DOTALL,
)


def split(text: str) -> tuple[str, list[tuple[str, str]], str] | None:
    """(kind, parameters, the text after the brace), or None when `text` has no local parameters.

    Raises BadSyntax or NotSupported.
    """
    stripped = text.strip()
    if not stripped.startswith("{!"):
        return None
    kind, pairs, at = "lucene", [], 2
    while at < len(stripped) and not re.match(r"\s*\}", stripped[at:]):
        match = _PAIR.match(stripped, at)
        if not match:
            raise BadSyntax(text=text[:200], position=at + 1, detail=Fragment("los parámetros locales no se entienden"))
        if match["alone"]:
            kind = match["alone"]
        elif match["key"] == "type":
            kind = _unquoted(match["value"])
        else:
            pairs.append((match["key"], _unquoted(match["value"])))
        at = match.end()
    closing = stripped.find("}", at)
    if closing < 0:
        raise BadSyntax(
            text=text[:200], position=len(text), detail=Fragment("falta «}» al final de los parámetros locales")
        )
    if kind not in KINDS:
        raise NotSupported(
            feature=Fragment("el analizador «{kind}»", kind=kind),
            alternative=Fragment("Los que conoce son: {kinds}.", kinds=", ".join(KINDS)),
        )
    references = [value for _, value in pairs if value.startswith("$")]
    if references:
        raise NotSupported(
            feature=Fragment("referencias a otro parámetro ({name})", name=references[0]),
            alternative=Fragment("Escriba el valor."),
        )
    return kind, pairs, stripped[closing + 1 :].strip()


def _unquoted(value: str) -> str:
    if value[:1] in "\"'":
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value
