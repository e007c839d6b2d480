"""Pure: docs/officers/metadatos.md, field by field, written from the schemas."""

from __future__ import annotations


def page() -> str:
    """The page's text in Markdown, in Spanish."""
    return ""
