"""The language to speak in: the page's, or Spanish where nobody is reading a page (a command, a job, an import)."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def current() -> str:
    """`en` on the English pages, `es` anywhere else: the two languages that schemas and vocabularies have."""
    try:
        lang = str(tk.h.lang() or "es")
    except (RuntimeError, TypeError):
        return "es"
    return "en" if lang.startswith("en") else "es"
