"""Pure: how long a browser may keep what it was sent."""

from __future__ import annotations

YEAR = 365 * 24 * 3600
DAY = 24 * 3600

#: Flask endpoints of files: CKAN's public folders and the bundles that webassets builds.
STATIC_ENDPOINTS = frozenset({"static", "webassets.index"})


def cache_control(endpoint: str | None, versioned: bool, status: int) -> str | None:
    """The Cache-Control header of an answer, or None to leave CKAN's own.

    `versioned` says that the address changes with the content (a `v` parameter). webassets put a hash into every
    file's name, so theirs always are. Other files may be kept for a day and are then asked for again by their ETag.
    """
    if endpoint not in STATIC_ENDPOINTS or status not in {200, 304}:
        return None
    if versioned or endpoint == "webassets.index":
        return f"public, max-age={YEAR}, immutable"
    return f"public, max-age={DAY}"
