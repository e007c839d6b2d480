"""Pure: what a column is about, from the words of its heading: a place, a date, a code of INE's."""

from __future__ import annotations

import re
import unicodedata

MUNICIPALITY, PROVINCE, DEPARTMENT = "municipality", "province", "department"
#: Digits of the INE code of each kind of unit.
CODE_LENGTH = {MUNICIPALITY: 6, PROVINCE: 4, DEPARTMENT: 2}
_CODE = {"cod", "codigo", "code", "cd", "id", "ine", "c"}
_UNITS = {
    MUNICIPALITY: {"municipio", "municipios", "municipal", "mun", "muni", "municipality", "ubigeo"},
    PROVINCE: {"provincia", "prov", "provincial", "province"},
    DEPARTMENT: {"departamento", "depto", "dpto", "dep", "departamental", "department"},
}
_LATITUDE = {"latitud", "latitude", "lat"}
_LONGITUDE = {"longitud", "longitude", "lon", "lng", "long"}
_DATES = {"fecha", "fechas", "date", "fec", "dia", "desde", "hasta", "nacimiento", "vencimiento"}


def words(heading: str) -> list[str]:
    """The words of a heading in lower case, without accents; `codMunicipio` and `cod_municipio` are alike."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    folded = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z]+|\d+", folded)


def axis(heading: str) -> str:
    """`latitude`, `longitude` or `""`."""
    found = set(words(heading))
    if found & _LATITUDE:
        return "latitude"
    return "longitude" if found & _LONGITUDE else ""


def is_date(heading: str) -> bool:
    """Whether the heading announces dates."""
    return bool(set(words(heading)) & _DATES)


def code_of(heading: str) -> str:
    """MUNICIPALITY, PROVINCE or DEPARTMENT when the heading announces its code, else `""`.

    «Código INE» alone may be of any of them: the values decide (`vocabulary.guess`).
    """
    found = set(words(heading))
    if not found & _CODE and not found & {"ubigeo", "pcode"}:
        return ""
    return next((unit for unit, names in _UNITS.items() if found & names), "")


def names(heading: str) -> bool:
    """Whether the heading announces names of departments."""
    found = words(heading)
    return bool(set(found) & {"departamento", "depto", "dpto", "department"}) and not set(found) & _CODE
