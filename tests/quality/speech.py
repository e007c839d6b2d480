"""Speech for tests of the pure views: Spanish as the source has it, numbers as Bolivia writes them."""

from __future__ import annotations

from ckanext.gobierno_abierto.quality.pages.speech import Say


def number(value: float) -> str:
    """`1.234,5`."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


SPANISH = Say("es", lambda text: text, lambda one, many, n: one if n == 1 else many, number, lambda day: day)
ENGLISH = Say("en", SPANISH.gettext, SPANISH.ngettext, str, lambda day: day)
