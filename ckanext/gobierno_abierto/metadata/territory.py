"""Pure: the territory as one vocabulary (country, departments, provinces, municipalities) and what contains what.

Values: `BO`, `02` (department), `0201` (province), `2024:020101` (municipality). A municipality's code means
something only with the year of its classifier: seven codes changed municipality between the censuses of 2012 and
2024. So the stored value is the 2024 unit's; `2012:020203`, `020203`, a name or a URI are accepted when they
name one unit only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .checks import listed
from .errors import AmbiguousPlace, LostZero, UnknownClassifier, UnknownPlace
from .vocabularies import Entry, Vocabulary, load, make

COUNTRY = "BO"
#: The classifier that stored values name.
CURRENT = 2024
CLASSIFIERS = (2012, CURRENT)
_CODED = re.compile(r"(?:(\d{4})\s*[:/-]\s*)?(\d{6})")
_URI_YEAR = re.compile(r"/municipio/(\d{4}:\d{6})$")


@lru_cache(maxsize=1)
def territories() -> Vocabulary:
    """Every place a dataset may cover, with labels that tell namesakes apart."""
    country = Entry(
        COUNTRY,
        {"es": "Bolivia (todo el país)", "en": "Bolivia (whole country)"},
        "http://publications.europa.eu/resource/authority/country/BOL",
        ("Bolivia", "nacional", "BOL", "Estado Plurinacional de Bolivia"),
        {"level": "pais"},
    )
    departments = load("departamentos")
    provinces = load("provincias")
    entries = [country]
    for department in departments.entries:
        entries.append(_relabel(department, "departamento", ("Departamento de {}", "Department of {}")))
    for province in provinces.entries:
        inside = department_label(province.attributes["departamento"])
        formats = ("Provincia {} (" + inside + ")", "{} province (" + inside + ")")
        entries.append(_relabel(province, "provincia", formats))
    for unit in load("municipios").entries:
        inside = department_label(unit.attributes["departamento"])
        entries.append(_relabel(unit, "municipio", ("{} (" + inside + ")", "{} (" + inside + ")")))
    title = {"es": "Territorio", "en": "Territory"}
    return make("territorio", title, tuple(entries), "INE; vocabularios departamentos, provincias y municipios")


def _relabel(entry: Entry, level: str, formats: tuple[str, str]) -> Entry:
    """`entry` with a label that says what it is and where; its bare name stays as an alias."""
    names = tuple(dict.fromkeys([*entry.label.values(), *entry.aliases]))
    label = {"es": formats[0].format(entry.text("es")), "en": formats[1].format(entry.text("en"))}
    return Entry(entry.value, label, entry.uri, names, {**entry.attributes, "level": level})


def department_label(code: str) -> str:
    """Name of the department with this code."""
    entry = load("departamentos").get(code)
    return entry.text() if entry else code


@lru_cache(maxsize=1)
def _by_code() -> dict[int, dict[str, Entry]]:
    """Units by classifier year and code."""
    tables: dict[int, dict[str, Entry]] = {year: {} for year in CLASSIFIERS}
    for entry in territories().entries:
        for year, code in entry.attributes.get("codes", {}).items():
            tables[year][code] = entry
    return tables


def unit(year: int, code: str) -> Entry | None:
    """The municipality that `code` names in the classifier of `year` (2012 or 2024)."""
    return _by_code()[year].get(code)


def resolve(text: str) -> Entry:
    """The place that `text` names.

    :raises UnknownPlace, AmbiguousPlace, LostZero, UnknownClassifier: it names none, several, or half of one
    """
    wanted = str(text).strip()
    uri = _URI_YEAR.search(wanted)
    coded = _CODED.fullmatch(uri.group(1) if uri else wanted)
    if coded:
        return _resolve_code(wanted, coded.group(1), coded.group(2))
    found = territories().find_all(wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousPlace(value=wanted, options=_listed(found))
    if re.fullmatch(r"\d{5}", wanted) or re.fullmatch(r"[1-9]|\d{3}", wanted):
        padded = "0" + wanted
        meant = unit(CURRENT, padded) or unit(2012, padded) or territories().get(padded)
        if meant:
            raise LostZero(value=wanted, padded=padded, name=meant.text())
    near = territories().suggest(wanted)
    raise UnknownPlace(value=wanted, options=_listed(tuple(near)) or "02, 0201, 2024:020101")


def _resolve_code(wanted: str, year: str | None, code: str) -> Entry:
    if year:
        if int(year) not in CLASSIFIERS:
            raise UnknownClassifier(value=wanted, year=year, years=", ".join(map(str, CLASSIFIERS)))
        found = unit(int(year), code)
        candidates = {found.value: found} if found else {}
    else:
        units = [(known, unit(known, code)) for known in CLASSIFIERS]
        candidates = {entry.value: entry for _, entry in units if entry}
        if len(candidates) > 1:
            options = "; ".join(f"{known}:{code} ({entry.text()})" for known, entry in units if entry)
            raise AmbiguousPlace(value=wanted, options=options)
    if not candidates:
        near = [entry for entry in territories().entries if entry.value.startswith(f"{CURRENT}:{code[:4]}")][:3]
        raise UnknownPlace(value=wanted, options=_listed(tuple(near)) or "2024:020101")
    return next(iter(candidates.values()))


def _listed(entries: tuple[Entry, ...]) -> str:
    return listed(entries[:6], "; ")


def ancestors(value: str) -> dict[str, str]:
    """Codes of what contains a place, itself included: keys `departamento`, `provincia`, `municipio`.

    The country contains nothing: a national dataset is not one of each department.
    """
    entry = territories().get(value)
    if entry is None or value == COUNTRY:
        return {}
    level = entry.attributes["level"]
    codes = {key: entry.attributes[key] for key in ("departamento", "provincia") if key in entry.attributes}
    return {**codes, level: value}
