"""The text preview: the beginning of an uploaded file, as text; and PDF for the browser's own reader."""

from __future__ import annotations

import json
from typing import Any

from ..content import text_of
from ..formats import Registry
from ..uploads import stored_path

#: Bytes that are shown; a JSON smaller than this is indented.
SHOWN = 20_000
INDENTED = 200_000
KINDS = frozenset(["text", "json", "json_lines", "xml"])


def is_pdf(resource: dict[str, Any]) -> bool:
    """An uploaded PDF: another site's may refuse to be shown in a frame."""
    return str(resource.get("format") or "").lower() == "pdf" and resource.get("url_type") == "upload"


def can_view(resource: dict[str, Any], registry: Registry) -> bool:
    """An uploaded file of text that is no table."""
    name = str(resource.get("format") or "").lower()
    return resource.get("url_type") == "upload" and any(
        one.content in KINDS for known, one in registry.formats.items() if known.lower() == name
    )


def variables(resource: dict[str, Any]) -> dict[str, Any]:
    """The text and whether there is more."""
    path = stored_path(resource["id"])
    if path is None:
        return {"text": None}
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(INDENTED)
    shown = text_of(head)
    if shown is not None and size <= INDENTED and "json" in str(resource.get("format") or "").lower():
        try:
            shown = json.dumps(json.loads(shown), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            pass
    return {
        "text": shown[:SHOWN] if shown is not None else None,
        "more": bool(shown and len(shown) > SHOWN) or size > INDENTED,
    }
