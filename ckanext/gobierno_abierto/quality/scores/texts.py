"""The scores in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from .method import Indicator, Rating


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


#: What can be wrong with a link, by the code that `links.ask` gives.
PROBLEMS = {
    "scheme": _("El portal no puede revisar direcciones que no son http o https."),
    "status": _("El servidor responde con el error {status}."),
    "busy": _("El servidor pide que no se le pregunte tan seguido ({status})."),
    "slow": _("El servidor tarda demasiado en responder."),
    "certificate": _("La conexión segura falla: el certificado del servidor no es válido, está vencido o falta."),
    "connection": _("El servidor no responde."),
    "redirects": _("La dirección redirige demasiadas veces."),
    "refused": _("La dirección no se puede abrir: {detail}."),
}
RESULTS = {"yes": _("Sí"), "no": _("No"), "unknown": _("Sin medir")}


def lang() -> str:
    """The reader's language, `es` outside a request."""
    try:
        return str(tk.h.lang() or "es")
    except RuntimeError:
        return "es"


def said(labels: Mapping[str, str]) -> str:
    """A `{es, en}` text in the reader's language."""
    return labels.get(lang()) or labels["es"]


def problem_text(problem: Mapping[str, Any] | None) -> str:
    """What is wrong with a link, in a sentence; empty for nothing."""
    if not problem:
        return ""
    template = PROBLEMS.get(str(problem.get("code")), PROBLEMS["connection"])
    detail = tk._("no es una dirección pública")
    if problem.get("detail"):
        detail = tk._(str(problem["detail"])).format(**(problem.get("arguments") or {}))
    return tk._(template).format(status=problem.get("status"), detail=detail)


def result_text(result: str) -> str:
    """Yes, no or not measured."""
    return tk._(RESULTS[result])


def rating(found: Rating) -> dict[str, str]:
    """`{code, label, tone}` of a mark."""
    return {"code": found.code, "label": said(found.title), "tone": found.tone}


def indicator(one: Indicator) -> dict[str, Any]:
    """What an indicator is."""
    return {
        "code": one.code,
        "dimension": one.dimension,
        "points": one.points,
        "of": one.of,
        "property": one.property,
        "field": one.field,
        "title": said(one.title),
        "asks": said(one.asks),
        "advice": said(one.advice),
    }
