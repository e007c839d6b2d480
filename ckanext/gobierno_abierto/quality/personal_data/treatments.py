"""Pure: what becomes of a value in the file that is published: a keyed hash, or something coarser.

hash_value("1234565 LP", secret)                16 hexadecimal digits, the same for the same secret
generalise("fecha_nacimiento", "03/05/1984")    1984
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Callable, Mapping
from functools import cache

from ...common.errors import InvalidInput
from ...metadata.interfaces import load
from . import figures
from .mask import DIGITS, EXTENSION, mask_value
from .samples import MISSING, fold, tidy


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


#: Bytes that a secret needs: HMAC's keys are as hard to guess as they are long.
SECRET_BYTES = 16
#: Hexadecimal digits of a hash: 64 bits, two of ten million values collide once in 370,000 files.
HASH_DIGITS = 16
#: Years of an age group.
BAND = 5
#: Oldest age that has a group of its own; beyond, few people are left and they would be known.
OLDEST = 85


class WeakSecret(InvalidInput):
    """The secret of a keyed hash is too short to keep anything secret."""

    template = _("La clave para las huellas tiene {length} bytes. Use una de al menos {least}, hecha al azar.")


class NoTreatment(InvalidInput):
    """A treatment that the kind of personal data does not have."""

    template = _("Los datos «{kind}» no se pueden tratar con «{action}». Use otro tratamiento o quite la columna.")


def hash_value(value: str, secret: bytes) -> str:
    """HMAC-SHA256 of the value, its first HASH_DIGITS hexadecimal digits; `""` for an empty or missing one.

    Case, accents and spaces count for nothing, so that a person has one hash. Raises WeakSecret.
    """
    require_secret(secret)
    text = tidy(value, len(value))
    if text in MISSING:
        return ""
    # In one call: a big file has tens of millions of values.
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:HASH_DIGITS]


def require_secret(secret: bytes) -> None:
    """Raises WeakSecret for one that is too short."""
    if len(secret) < SECRET_BYTES:
        raise WeakSecret(length=len(secret), least=SECRET_BYTES)


def generalise(kind: str, value: str, today: dt.date | None = None) -> str:
    """A coarser value that leads to no person; `""` when none can be told. Raises NoTreatment.

    cedula: how many digits and the department; nombre_persona: initials; telefono: móvil or fijo; correo: the domain;
    direccion: the municipality; fecha_nacimiento: the year, or the age group when `today` is given;
    coordenada_vivienda: one decimal of a degree, or ten kilometres.
    """
    if kind not in _COARSER:
        raise NoTreatment(kind=kind, action="generalise")
    text = value.strip()
    if not text:
        return ""
    if kind == "fecha_nacimiento" and today is not None:
        return age_band(text, today)
    return _COARSER[kind](text)


def can_generalise(kind: str) -> bool:
    """Whether `generalise` knows the kind."""
    return kind in _COARSER


def _coarse_card(text: str) -> str:
    digits = "".join(DIGITS.findall(text))
    extension = EXTENSION.search(fold(text))
    return " ".join(part for part in ("*" * min(len(digits), 8), extension[1] if extension else "") if part)


def _coarse_name(text: str) -> str:
    return "".join(f"{word[0].upper()}." for word in text.split() if word[0].isalpha())


def _coarse_phone(text: str) -> str:
    digits = "".join(DIGITS.findall(text)).removeprefix("591")
    return {"6": "móvil", "7": "móvil", "2": "fijo", "3": "fijo", "4": "fijo"}.get(digits[:1], "")


def _coarse_mail(text: str) -> str:
    domain = text.rpartition("@")[2].strip().lower() if "@" in text else ""
    return domain if re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", domain) else ""


def birth_year(text: str) -> str:
    """`1984` of a date that year_of reads, else `""`."""
    year = figures.year_of(tidy(text))
    return str(year) if year else ""


def age_band(text: str, today: dt.date) -> str:
    """`40-44`; `85+` from 85 on; by the year alone, so up to a year off."""
    year = figures.year_of(tidy(text))
    if year is None or not 0 <= today.year - year <= 125:
        return ""
    age = today.year - year
    return f"{OLDEST}+" if age >= OLDEST else f"{age // BAND * BAND}-{age // BAND * BAND + BAND - 1}"


@cache
def _municipalities() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(expression, name) of municipalities and departments, the longest first."""
    labels = {
        fold(re.sub(r"\(.*", "", entry.label["es"])): entry.label["es"]
        for name in ("departamentos", "municipios")
        for entry in load(name).entries
    }
    return tuple(
        (re.compile(rf"\b{re.escape(key)}\b"), label)
        for key, label in sorted(labels.items(), key=lambda pair: -len(pair[0]))
        if key
    )


def municipality_of(text: str) -> str:
    """The municipality (or department) that an address names last, else `""`: streets are named after places too."""
    folded = fold(text)
    # «Calle Sucre 12, Tarija»: what follows the last comma or dash is the place, or nothing is.
    last = re.split(r"[,;–]| - ", folded)[-1].strip()
    if len(last) == len(folded):
        return ""
    return next((label for expression, label in _municipalities() if expression.fullmatch(last)), "")


def _coarse_coordinate(text: str) -> str:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return ""
    if abs(number) <= 180:
        return f"{number:.1f}"
    return str(round(number, -4)).removesuffix(".0") if abs(number) < 1e8 else ""


_COARSER: Mapping[str, Callable[[str], str]] = {
    "cedula": _coarse_card,
    "nombre_persona": _coarse_name,
    "telefono": _coarse_phone,
    "correo": _coarse_mail,
    "direccion": municipality_of,
    "fecha_nacimiento": birth_year,
    "coordenada_vivienda": _coarse_coordinate,
}

#: A value of nobody's for each kind, to show what becomes of one.
_NOBODYS: Mapping[str, str] = {
    "cedula": "1234567 LP",
    "nombre_persona": "Nombre Apellido Segundo",
    "telefono": "71234567",
    "correo": "nombre.apellido@correo.bo",
    "direccion": "Calle Uno Nº 12, Tarija",
    "fecha_nacimiento": "03/05/1984",
    "coordenada_vivienda": "-16.51234",
}


def example(kind: str) -> tuple[str, str] | None:
    """A masked value of the kind and what `generalise` makes of it; None for kinds that it does not know."""
    if kind not in _COARSER:
        return None
    return mask_value(kind, _NOBODYS[kind]), generalise(kind, _NOBODYS[kind])
