"""The table preview: what a reader asked for in the address, and the rows that answer it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .base import columns, search

PER_PAGE = 25
#: A preview with hundreds of columns is unreadable and heavy; the downloads have them all.
MAX_COLUMNS = 40


def variables(resource_id: str, arguments: dict[str, str]) -> dict[str, Any]:
    """Rows, columns and links of the page that `buscar`, `orden`, `sentido` and `pagina` ask for."""
    try:
        every = columns(resource_id)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {"table": None}
    shown = every[:MAX_COLUMNS]
    asked = arguments.get("buscar", "").strip()[:200]
    order = arguments.get("orden", "")
    order = order if order in {column["id"] for column in shown} else ""
    down = arguments.get("sentido") == "desc"
    page = max(1, int(arguments["pagina"])) if arguments.get("pagina", "").isdecimal() else 1
    request: dict[str, Any] = {"limit": PER_PAGE, "fields": [column["id"] for column in shown], "sort": "_id"}
    if asked:
        request["q"] = asked
    if order:
        request["sort"] = f'"{order}" {"desc" if down else "asc"} nulls last, _id'
    try:
        first = search(resource_id, offset=(page - 1) * PER_PAGE, **request)
    except tk.ValidationError:
        first = {"records": [], "total": 0}
    pages = max(1, -(-first["total"] // PER_PAGE))
    return {
        "table": {
            "columns": shown,
            "hidden": len(every) - len(shown),
            "all_columns": len(every),
            "records": first["records"],
            "total": first["total"],
            "first": (page - 1) * PER_PAGE + 1,
            "page": page,
            "pages": pages,
            "asked": asked,
            "order": order,
            "down": down,
        },
        "address": _address,
    }


def _address(**changes: Any) -> str:
    """This page's address with some of its arguments changed; None removes one."""
    arguments = {**tk.request.args.to_dict(), **changes}
    kept = {name: value for name, value in arguments.items() if value not in (None, "")}
    return tk.h.url_for(str(tk.request.endpoint), **{**(tk.request.view_args or {}), **kept})
