"""Pure: where the geometries of a map are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..column_scan import LATITUDE, LONGITUDE
from ..facts import Geometries
from ..results import Place

Box = tuple[float, float, float, float]


def box(coordinates: Any) -> Box | None:
    """(west, south, east, north) of the nested coordinates of a GeoJSON geometry; None when there are none."""
    west = south = float("inf")
    east = north = float("-inf")
    for x, y in _points(coordinates):
        west, east, south, north = min(west, x), max(east, x), min(south, y), max(north, y)
    return (west, south, east, north) if west <= east else None


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    stack = [coordinates]
    while stack:
        one = stack.pop()
        if not isinstance(one, (list, tuple)) or not one:
            continue
        if len(one) >= 2 and isinstance(one[0], (int, float)) and isinstance(one[1], (int, float)):
            yield float(one[0]), float(one[1])
        else:
            stack.extend(one)


def note(found: Geometries, geometry: Any, number: int) -> None:
    """Take note of the GeoJSON geometry of a record."""
    found.count += 1
    if not isinstance(geometry, dict) or not geometry.get("type"):
        found.missing.add(1, [Place(number)])
        return
    kind = str(geometry["type"])[:40]
    found.types[kind] = found.types.get(kind, 0) + 1
    parts = geometry.get("geometries") if kind == "GeometryCollection" else None
    coordinates = (
        [one.get("coordinates") for one in parts if isinstance(one, dict)] if isinstance(parts, list) else None
    )
    note_box(found, box(coordinates if coordinates is not None else geometry.get("coordinates")), number)


def note_box(found: Geometries, limits: Box | None, number: int) -> None:
    """Judge the box of one geometry: missing, outside Bolivia, exchanged axes, or not in degrees."""
    if limits is None:
        found.missing.add(1, [Place(number)])
        return
    west, south, east, north = limits
    if _within(west, south, LONGITUDE, LATITUDE) and _within(east, north, LONGITUDE, LATITUDE):
        return
    if abs(west) > 360 or abs(north) > 360 or abs(east) > 360 or abs(south) > 360:
        found.projected = True
        return
    value = f"{west:.4f} {south:.4f}"
    if _within(west, south, LATITUDE, LONGITUDE) and _within(east, north, LATITUDE, LONGITUDE):
        found.swapped.add(1, [Place(number, value=value)])
    else:
        found.outside.add(1, [Place(number, value=value)])


def _within(x: float, y: float, horizontal: tuple[float, float], vertical: tuple[float, float]) -> bool:
    return horizontal[0] <= x <= horizontal[1] and vertical[0] <= y <= vertical[1]
