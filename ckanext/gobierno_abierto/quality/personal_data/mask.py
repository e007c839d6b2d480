"""Pure: samples of personal data as reports, logs and e-mails show them: `12****5 LP`, `M**** Q****`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from . import figures
from .samples import tidy

HIDDEN = "****"
#: The department that issued a card, at the end of its number.
EXTENSION = re.compile(r"\d ?(?:-? ?\d?[A-Z]\d? ?)?[ -]?(LP|CB|SC|OR|PT|TJ|CH|BE|PD)$")
#: The number itself, without what tells two equal ones apart.
CARD = re.compile(r"\d[\d.,]*")
DIGITS = re.compile(r"\d+")


def mask_value(kind: str, value: str) -> str:
    """A sample to show: never the value, at most two of its leading characters, and no hint of its length."""
    text = value.strip()
    masked = _MASKS.get(kind, _mask_text)(text)
    # A value that holds stars is masked already, or made to look so: what remains of it is not shown either.
    return HIDDEN if "*" in text or text in masked else masked


def _mask_text(text: str) -> str:
    return text[:2] + HIDDEN if len(text) >= 8 else HIDDEN


def _mask_number(text: str) -> str:
    """First two and last digit of seven or more; one digit of five or six."""
    digits = "".join(DIGITS.findall(text))
    if len(digits) >= 7:
        return f"{digits[:2]}{HIDDEN}{digits[-1]}"
    return digits[0] + HIDDEN if len(digits) >= 5 else HIDDEN


def _mask_card(text: str) -> str:
    """The department is shown: it says of nobody who they are."""
    extension, number = EXTENSION.search(text.upper()), CARD.search(text)
    masked = _mask_number(number[0]) if number else HIDDEN
    return f"{masked} {extension[1]}" if extension and masked != HIDDEN else masked


def _mask_name(text: str) -> str:
    """Initials."""
    words = [word for word in text.split() if word[0].isalpha()]
    if len(words) < 2:
        return text[:1] + HIDDEN if len(text) > 3 and text[0].isalpha() else HIDDEN
    return " ".join(word[0] + HIDDEN for word in words[:4])


def _mask_mail(text: str) -> str:
    local, _at, domain = text.partition("@")
    ending = domain.rpartition(".")[2]
    shown = local[:2] if len(local) >= 5 else local[:1] if len(local) >= 3 else ""
    return f"{shown}{HIDDEN}@{HIDDEN}.{ending}" if ending and ending.isalpha() and len(ending) <= 4 else shown + HIDDEN


def _mask_date(text: str) -> str:
    year = figures.year_of(tidy(text))
    return f"**/**/{str(year)[:2]}**" if year else HIDDEN


def _mask_all(text: str) -> str:
    return HIDDEN


_MASKS: Mapping[str, Callable[[str], str]] = {
    "cedula": _mask_card,
    "nit_persona": _mask_number,
    "nombre_persona": _mask_name,
    "telefono": _mask_number,
    "correo": _mask_mail,
    "fecha_nacimiento": _mask_date,
    "placa": _mask_number,
    "cuenta_bancaria": _mask_number,
    "tarjeta": _mask_number,
    "pasaporte": _mask_number,
    "folio_hogar": _mask_number,
    "coordenada_vivienda": _mask_all,
    "texto_con_datos": _mask_all,
}
