"""Pure: with which headers a file that someone uploaded is handed to a reader's browser.

The browser must not guess a type (nosniff), run anything in the file (CSP sandbox), or show what it does not need to
show (attachment). Only the types of `formats.yaml`'s `inline` list are shown in place.
"""

from __future__ import annotations

from collections.abc import Mapping

from .formats import registry

_SANDBOX = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; media-src 'self'; sandbox"
#: Chromium shows no PDF inside a sandbox, so a PDF goes without; its viewer runs no script of the page.
_UNBOXED = frozenset(["application/pdf"])


def headers(content_type: str, disposition: str) -> Mapping[str, str]:
    """The headers to set for a file of `content_type` whose answer said `disposition` (may be empty)."""
    kind = content_type.split(";")[0].strip().lower()
    found = {"X-Content-Type-Options": "nosniff"}
    if kind not in _UNBOXED:
        found["Content-Security-Policy"] = _SANDBOX
    if kind not in registry().inline:
        _kind, semicolon, rest = disposition.partition(";")
        found["Content-Disposition"] = f"attachment{semicolon}{rest}"
    return found
