"""Pure: how to cite a dataset (ISO 690: author, title, year, publisher, address, date of consultation)."""

from __future__ import annotations

from datetime import date

MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def long_date(day: date, language: str = "es") -> str:
    """`3 de mayo de 2024` or `3 May 2024`."""
    if language.startswith("es"):
        return f"{day.day} de {MONTHS['es'][day.month - 1]} de {day.year}"
    return f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}"


def citation(title: str, author: str, year: int | None, site: str, url: str, seen: date, language: str = "es") -> str:
    """One sentence that names author, year, title, portal, address and the day it was read."""
    words = {"set": "conjunto de datos", "seen": "Consultado el"}
    if not language.startswith("es"):
        words = {"set": "dataset", "seen": "Accessed"}
    who = (author or site).rstrip(".")
    when = f" ({year})" if year else ""
    return (
        f"{who}{when}. {title.rstrip('.')} [{words['set']}]. {site}. {words['seen']} {long_date(seen, language)}. {url}"
    )
