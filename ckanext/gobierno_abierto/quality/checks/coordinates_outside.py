"""Pure: coordinates are degrees inside of Bolivia (latitude -23 to -9.6, longitude -69.8 to -57.3), in this order."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import Geometries, TableFacts
from ..results import Fail, NotApplicable, Outcome, Pass, Text, merged
from ..roles import words
from . import _shared

PROJECTED = NotApplicable({"es": "Las coordenadas no están en grados.", "en": "The coordinates are not in degrees."})
NONE = NotApplicable({"es": "No hay coordenadas.", "en": "There are no coordinates."})
SWAPPED = {"es": "Latitud y longitud parecen cambiadas en {n}.", "en": "Latitude and longitude seem exchanged in {n}."}
#: «longitud_km» is a length.
LENGTHS = {"km", "m", "metros", "kilometros", "metro", "mts", "ml"}

GROUP, SEVERITY, VERSION = "content", "error", 1
TITLE = {"es": "Coordenadas fuera de Bolivia", "en": "Coordinates outside of Bolivia"}
ADVICE = {
    "es": ("Revise el signo, el punto decimal y el orden: la latitud va de -23 a -9,6 y la longitud de -69,8 a -57,3."),
    "en": "See the sign, the decimal point and the order: latitude from -23 to -9.6, longitude from -69.8 to -57.3.",
}


def check_table(table: TableFacts) -> Iterable[Outcome]:
    """Geometries of a map, else a pair of columns named latitude and longitude."""
    if table.geometries is not None:
        yield _of_map(table.geometries)
        return
    axes = [one for one in table.columns if one.axis and not set(words(one.heading)) & LENGTHS]
    if len({one.axis for one in axes}) < 2 or not any(one.numbers.count for one in axes):
        yield NONE
    elif any(max(abs(one.numbers.least), abs(one.numbers.greatest)) > 10_000 for one in axes if one.numbers.count):
        yield PROJECTED
    else:
        yield from _shared.per_column(table, ((one, one.outside, _swapped(one.swapped)) for one in axes))


def _swapped(count: int) -> Text | None:
    return {language: text.format(n=count) for language, text in SWAPPED.items()} if count else None


def _of_map(found: Geometries) -> Outcome:
    if found.projected:
        return PROJECTED
    tally = merged([found.outside, found.swapped])
    return Fail(tally.count, tuple(tally.places), detail=_swapped(found.swapped.count)) if tally.count else Pass()
