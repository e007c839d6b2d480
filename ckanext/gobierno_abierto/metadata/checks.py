"""Pure: what a value of each kind must look like.

Each check returns the value as it is stored or raises a subclass of errors.InvalidValue.
"""

from __future__ import annotations

import calendar
import json
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from ckanext.gobierno_abierto.common.errors import Labels

from . import errors
from .vocabularies import Vocabulary

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ][\d:.+Z-]*)?)?)?")
_LATIN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_HOST_PART = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_EMAIL = re.compile(rf"[^@\s<>()\[\],;:\"\\]+@{_HOST_PART}(?:\.{_HOST_PART})+", re.I)
_PHONE = re.compile(r"\+?[\d ().-]{7,20}(?: ?(?:int|ext)\.? ?\d{1,5})?", re.I)
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?"
)
_PATH = re.compile(r"\.\.[/\\]|[/\\]\.\.")
#: Marks that change the direction in which the rest of the page is read.
_DIRECTION = {chr(c) for c in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)}
_SHORT_LIST = 12
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def hostile_characters(value: str) -> list[str]:
    """The characters of `value` that no text of the portal may hold: controls, direction marks, lone surrogates."""
    return sorted(
        {c for c in value if c in _DIRECTION or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r")}
    )


def without_hostile(value: str) -> str:
    """`value` without its hostile characters, safe to hand to the next validator after the error is noted."""
    bad = set(hostile_characters(value))
    return "".join(c for c in value if c not in bad)


def text(value: str, limit: int, single_line: bool) -> None:
    """A text that can be stored and shown; a path in a one-line text is refused (it is never a title).

    :raises ControlCharacters, TooLong, PathInText:
    """
    bad = hostile_characters(value)
    if bad:
        raise errors.ControlCharacters(characters=", ".join(f"U+{ord(c):04X}" for c in bad[:5]))
    if len(value) > limit:
        raise errors.TooLong(length=len(value), limit=limit)
    found = _PATH.search(value)
    if single_line and found:
        raise errors.PathInText(value=value, part=found.group())


def term(value: str, vocabulary: Vocabulary) -> str:
    """The stored value of the vocabulary's entry that `value` names (value, URI, alias or label).

    :raises UnknownTerm, UnknownTermInLongList, UnknownTermWithoutHint, AmbiguousTerm:
    """
    found = vocabulary.find_all(value)
    if len(found) == 1:
        return found[0].value
    if found:
        raise errors.AmbiguousTerm(value=value, options=listed(found))
    if len(vocabulary.entries) <= _SHORT_LIST:
        raise errors.UnknownTerm(value=value, options=listed(vocabulary.entries))
    near = vocabulary.suggest(value)
    title = Labels(vocabulary.title)
    if near:
        raise errors.UnknownTermInLongList(value=value, vocabulary=title, options=listed(near))
    raise errors.UnknownTermWithoutHint(
        value=value, vocabulary=title, count=len(vocabulary.entries), options=listed(vocabulary.entries[:3])
    )


def listed(entries: Any, separator: str = ", ") -> Labels:
    """`value (label)` of each entry, for a message."""
    return Labels({lang: separator.join(f"{e.value} ({e.text(lang)})" for e in entries) for lang in ("es", "en")})


def date(value: str) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD; dd/mm/yyyy, as Bolivian sheets have it, is turned around; a time is dropped.

    :raises NotADate, NoSuchDay:
    """
    wanted = value.strip()
    latin = _LATIN_DATE.fullmatch(wanted)
    match = _DATE.fullmatch(wanted)
    if not latin and not match:
        raise errors.NotADate(value=value)
    parts = latin.groups()[::-1] if latin else match.groups()  # type: ignore[union-attr]
    year, month, day = (int(part) if part else None for part in parts)
    if not year or (month is not None and not 1 <= month <= 12):
        raise errors.NoSuchDay(value=value)
    if day is not None and not 1 <= day <= calendar.monthrange(year, month or 1)[1]:
        raise errors.NoSuchDay(value=value)
    return "-".join(part for part in (f"{year:04}", month and f"{month:02}", day and f"{day:02}") if part)


def ends_before(start: str, end: str) -> bool:
    """True when `end` is over before `start` begins; both as `date` returns them, of any precision."""
    width = min(len(start), len(end))
    return end[:width] < start[:width]


def email(value: str) -> str:
    """An address, without `mailto:`. :raises NotAnEmail:"""
    wanted = value.strip().removeprefix("mailto:")
    if len(wanted) > 254 or ".." in wanted or not _EMAIL.fullmatch(wanted):
        raise errors.NotAnEmail(value=value)
    return wanted


def url(value: str) -> str:
    """An http or https address with a host and no blanks. :raises NotAUrl:"""
    wanted = value.strip()
    try:
        parts = urlsplit(wanted)
        host = parts.hostname or ""
        parts.port  # noqa: B018  a wrong port is found only when it is asked for
    except ValueError as error:
        raise errors.NotAUrl(value=value) from error
    plain = host and not re.search(r"[\s<>\"{}|\\^`]", wanted)
    if parts.scheme not in {"http", "https"} or not plain or ("." not in host and host != "localhost"):
        raise errors.NotAUrl(value=value)
    return wanted


def looks_like_url(value: str) -> bool:
    """Whether a text was meant as an address."""
    return value.strip().lower().startswith(("http:", "https:", "www.", "ftp:"))


def phone(value: str) -> str:
    """A telephone with 7 to 15 digits. :raises NotAPhone:"""
    wanted = value.strip()
    if not _PHONE.fullmatch(wanted) or not 7 <= sum(c.isdigit() for c in wanted) <= 20:
        raise errors.NotAPhone(value=value)
    return wanted


def integer(value: Any, minimum: int = 0) -> str:
    """A whole number as its digits; `1.200`, `1 200` and `1,200` are refused, for nobody knows what they mean.

    :raises NotAnInteger:
    """
    wanted = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", wanted) or int(wanted) < minimum:
        raise errors.NotAnInteger(value=value, minimum=minimum)
    return str(int(wanted))


def decimal(value: Any, minimum: int = 0, maximum: int | None = None) -> str:
    """A finite number with a point as decimal mark, without exponent or plus sign, its zeros kept.

    :raises NotADecimal: it is no number, or below `minimum`
    :raises TooLarge: it is above `maximum`
    """
    wanted = str(value).strip()
    try:
        number = Decimal(wanted)
    except InvalidOperation as error:
        raise errors.NotADecimal(value=value, minimum=minimum) from error
    if isinstance(value, bool) or not number.is_finite() or number < minimum or not re.fullmatch(r"[-+\d.eE]+", wanted):
        raise errors.NotADecimal(value=value, minimum=minimum)
    if maximum is not None and number > maximum:
        raise errors.TooLarge(value=value, maximum=maximum)
    return f"{number:f}"


def duration(value: str) -> str:
    """An ISO 8601 duration. :raises NotADuration:"""
    wanted = value.strip().upper()
    if not _DURATION.fullmatch(wanted):
        raise errors.NotADuration(value=value)
    return wanted


def pattern(value: str, expression: str, example: str) -> str:
    """A value that matches a field's own expression. :raises WrongPattern:"""
    wanted = value.strip()
    if not re.fullmatch(expression, wanted):
        raise errors.WrongPattern(value=value, example=example)
    return wanted


def box(value: Any) -> str:
    """`west,south,east,north` in degrees, from that text, from a list of four numbers or from a GeoJSON polygon.

    :raises NotABox, OutsideTheWorld:
    """
    numbers = _box_numbers(value)
    if len(numbers) != 4 or not all(math.isfinite(n) for n in numbers):
        raise errors.NotABox(value=value)
    west, south, east, north = numbers
    for longitude, latitude in ((west, south), (east, north)):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise errors.OutsideTheWorld(value=f"{longitude:g}, {latitude:g}")
    if west > east or south > north:
        raise errors.NotABox(value=value)
    return ",".join(_plain(number) for number in numbers)


def _box_numbers(value: Any) -> list[float]:
    if isinstance(value, str) and not value.strip().startswith("{"):
        value = re.split(r"[,;\s]+", value.strip().strip("[]"))
    elif isinstance(value, (str, dict)):
        corners = _corners(json.loads(geojson(value)))
        longitudes, latitudes = [c[0] for c in corners], [c[1] for c in corners]
        value = [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]
    try:
        return [float(part) for part in value]
    except (TypeError, ValueError):
        return []


def _plain(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def geojson(value: Any) -> str:
    """A GeoJSON geometry in longitude and latitude, as compact JSON.

    :raises NotJson, WrongGeometry, WrongCoordinates, OutsideTheWorld:
    """
    try:
        geometry = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise errors.NotJson(value=value) from error
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in GEOMETRIES:
        raise errors.WrongGeometry(value=value, kinds=", ".join(GEOMETRIES))
    if not _shape_ok(geometry["type"], geometry.get("coordinates")):
        raise errors.WrongCoordinates(value=value, kind=geometry["type"])
    for longitude, latitude in _corners(geometry):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise errors.OutsideTheWorld(value=f"{longitude:g}, {latitude:g}")
    clean = {"type": geometry["type"], "coordinates": _tidy(geometry["coordinates"])}
    return json.dumps(clean, separators=(",", ":"))


#: How deep the positions are nested in each geometry, and how many positions the innermost list needs.
_DEPTH = {"Point": (0, 1), "MultiPoint": (1, 1), "LineString": (1, 2), "MultiLineString": (2, 2)}
_DEPTH |= {"Polygon": (2, 4), "MultiPolygon": (3, 4)}


def _shape_ok(kind: str, coordinates: Any) -> bool:
    depth, least = _DEPTH[kind]
    return _nested_ok(coordinates, depth, least, closed=kind.endswith("Polygon"))


def _nested_ok(part: Any, depth: int, least: int, closed: bool) -> bool:
    if depth == 0:
        return isinstance(part, list) and 2 <= len(part) <= 3 and all(map(_is_number, part))
    if not isinstance(part, list) or not part or not all(_nested_ok(p, depth - 1, least, closed) for p in part):
        return False
    return depth > 1 or (len(part) >= least and (not closed or part[0] == part[-1]))


def _tidy(part: Any) -> Any:
    """Coordinates with one spelling for each number: 1.0 is 1."""
    if isinstance(part, list):
        return [_tidy(inner) for inner in part]
    return int(part) if float(part).is_integer() else float(part)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _corners(geometry: dict[str, Any]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []

    def walk(part: Any) -> None:
        if isinstance(part[0], (int, float)):
            found.append((part[0], part[1]))
        else:
            for inner in part:
                walk(inner)

    walk(geometry["coordinates"])
    return found
