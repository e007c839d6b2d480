"""Makers of values that are of nobody: codes, amounts, dates, words; and texts in which a person is named."""

from __future__ import annotations

import datetime as dt
import hashlib

from .values import Draw, _date


def integers(draw: Draw, low: int, high: int, unique: bool = False) -> list[str]:
    if unique:
        return [str(one) for one in draw.lot.sample(range(low, high), draw.rows)]
    return [str(draw.lot.randint(low, high)) for _ in range(draw.rows)]


def choice(draw: Draw, of: list[str]) -> list[str]:
    return [draw.lot.choice(of) for _ in range(draw.rows)]


def word(draw: Draw, of: str, numbered: bool = False, few: int = 0) -> list[str]:
    """Words of a list; `numbered`: half of them with a number that makes them rarer."""
    words = draw.words(of)[: few or None]

    def one() -> str:
        tail = f" {draw.lot.randint(2, 400)}" if numbered and draw.lot.random() < 0.5 else ""
        return draw.lot.choice(words) + tail

    return [one() for _ in range(draw.rows)]


def suppliers(draw: Draw) -> list[str]:
    """Companies, and some persons who trade under their own name."""
    own_name = draw.lot.choice([0, 0.1, 0.3])
    companies = word(draw, "companies", numbered=True)
    return [
        f"{one.given} {one.paternal} {one.maternal}" if draw.lot.random() < own_name else company
        for one, company in zip(draw.people, companies, strict=True)
    ]


def money(draw: Draw) -> list[str]:
    """Amounts from tens to millions."""

    def one() -> str:
        value = round(10 ** draw.lot.uniform(1.5, 6.9), 2)
        forms = {
            "comma": f"{value:.2f}".replace(".", ","),
            "point": f"{value:.2f}",
            "round": str(int(value // 50 * 50) or 50),
            "thousands": f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", "."),
            "whole": str(int(value)),
        }
        return forms[draw.form or "comma"]

    return [one() for _ in range(draw.rows)]


def ratio(draw: Draw) -> list[str]:
    return [f"{draw.lot.uniform(0, 100):.2f}" for _ in range(draw.rows)]


def sequence(draw: Draw, start: int) -> list[str]:
    return [str(start + row) for row in range(draw.rows)]


def prefixed(draw: Draw, prefixes: list[int], digits: int) -> list[str]:
    """Codes of a classifier: few beginnings, then a number."""
    return [f"{draw.lot.choice(prefixes)}{draw.lot.randint(0, 10**digits - 1):0{digits}d}" for _ in range(draw.rows)]


def ine_code(draw: Draw) -> list[str]:
    made = [
        f"0{draw.lot.randint(1, 9)}{draw.lot.randint(1, 16):02d}{draw.lot.randint(1, 8):02d}" for _ in range(draw.rows)
    ]
    return [one.lstrip("0") for one in made] if draw.form == "lost" else made


def cuce(draw: Draw) -> list[str]:
    year = draw.lot.randint(15, 24)
    return [
        f"{year}-{draw.lot.randint(1, 2400):04d}-{draw.lot.randint(0, 60):02d}-{draw.lot.randint(800_000, 1_300_000)}"
        f"-{draw.lot.randint(1, 3)}-{draw.lot.randint(1, 2)}"
        for _ in range(draw.rows)
    ]


def contact(draw: Draw) -> list[str]:
    """An official with the office's telephone, as SICOES has them."""
    chosen = [draw.lot.choice(draw.officials) for _ in range(draw.rows)]
    return [
        f"{one.given} {one.paternal} {one.maternal} "
        f"(Telf: {draw.lot.choice('234')}{draw.lot.randint(10**6, 10**7 - 1)})"
        for one in chosen
    ]


def told_card(draw: Draw) -> list[str]:
    """Reports of which a part names a person with the card."""
    forms = {
        "ci": "La señora {0} {1} con C.I. {2} {3} solicita revisión del trámite",
        "cedula": "Se presenta {0} {1}, cédula de identidad {2} {3}, y pide reposición",
        "carnet": "Reclama {0} {1} (carnet {2}) por demora en la atención",
    }
    return _told(draw, forms[draw.form])


def told_contact(draw: Draw) -> list[str]:
    """Reports of which a part tells how to reach a person."""
    forms = {
        "cel": "Llamar a {0} {1} al cel. {4} para coordinar la visita",
        "mail": "Respuesta a {5}@gmail.com según pedido de {0} {1}",
        "celular": "Vecino {0} {1}, celular {4}, pide mejora de alumbrado",
    }
    return _told(draw, forms[draw.form])


def _told(draw: Draw, form: str) -> list[str]:
    share = draw.lot.uniform(0.15, 0.9)
    notes = draw.words("notes") + draw.words("objects")
    return [
        form.format(one.given, one.paternal, one.card, one.extension, one.mobile, one.paternal.lower() + str(row))
        if draw.lot.random() < share
        else f"{draw.lot.choice(notes)} ({row})"
        for row, one in enumerate(draw.people)
    ]


def health_post(draw: Draw) -> list[str]:
    kinds = ["Centro de Salud", "Hospital", "Puesto de Salud", "C.S.", "Policlínico"]
    return [f"{draw.lot.choice(kinds)} {draw.lot.choice(draw.words('municipalities'))}" for _ in range(draw.rows)]


def street_name(draw: Draw) -> list[str]:
    return [draw.lot.choice(draw.words("streets")) for _ in range(draw.rows)]


def common_name(draw: Draw) -> list[str]:
    """A statistic of given names: each once."""
    names = list(dict.fromkeys(one.given.split()[0] for one in draw.people))
    return [
        names[row] if row < len(names) else f"{names[row % len(names)]} {names[row // len(names)]}"
        for row in range(draw.rows)
    ]


def product_code(draw: Draw) -> list[str]:
    letters = ["TON", "PAP", "EQP", "MOB", "LAB"]
    return [f"{draw.lot.randint(100, 9999)}-{draw.lot.choice(letters)}" for _ in range(draw.rows)]


def asset(draw: Draw) -> list[str]:
    return [f"AF-{draw.lot.randint(1, 40):03d}-{row:05d}" for row in range(draw.rows)]


def serial(draw: Draw) -> list[str]:
    return ["".join(draw.lot.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17)) for _ in range(draw.rows)]


def isbn(draw: Draw) -> list[str]:
    """Thirteen digits with EAN's check digit."""

    def one() -> str:
        digits = f"97899{draw.lot.randint(0, 9_999_999):07d}"
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits + str(-total % 10)

    return [one() for _ in range(draw.rows)]


def norm(draw: Draw) -> list[str]:
    return [f"{draw.lot.choice(['Ley', 'D.S.', 'R.M.'])} {draw.lot.randint(100, 5300)}" for _ in range(draw.rows)]


def ledger(draw: Draw) -> list[str]:
    return [".".join(str(draw.lot.randint(1, 9)) for _ in range(5)) for _ in range(draw.rows)]


def digest(draw: Draw) -> list[str]:
    return [hashlib.sha256(str(draw.lot.random()).encode()).hexdigest()[:16] for _ in range(draw.rows)]


def site(draw: Draw) -> list[str]:
    return [f"https://www.{draw.lot.choice(draw.words('public_mail'))}/tramite/{row}" for row in range(draw.rows)]


def recent(draw: Draw) -> list[str]:
    first = dt.date(draw.lot.randint(2012, 2022), 1, 1)
    return [_date(first + dt.timedelta(days=draw.lot.randint(0, 700)), draw.form) for _ in range(draw.rows)]


def founding(draw: Draw) -> list[str]:
    return [
        _date(dt.date(1930, 1, 1) + dt.timedelta(days=draw.lot.randint(0, 32_000)), draw.form) for _ in range(draw.rows)
    ]


def long_past(draw: Draw) -> list[str]:
    """Dates of four decades that are of no birth."""
    return [
        _date(dt.date(1982, 1, 1) + dt.timedelta(days=draw.lot.randint(0, 15_000)), draw.form) for _ in range(draw.rows)
    ]


def hour(draw: Draw) -> list[str]:
    return [f"{draw.lot.randint(6, 22):02d}:{draw.lot.choice(['00', '15', '30', '45'])}" for _ in range(draw.rows)]
