"""Pure: a bar or line chart as SVG, without a script. Colours come from the page's `currentColor` and classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

Point = tuple[str, float]
WIDTH, BAR, GAP, LABEL, VALUE = 720, 22, 8, 230, 90
HEIGHT, LEFT, BOTTOM, TOP = 320, 70, 46, 14


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers that cover `low` to `high`."""
    span = high - low or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span / count))
    for factor in (1, 2, 5, 10):
        if span / (step * factor) <= count:
            step *= factor
            break
    start = math.floor(low / step) * step
    found = [start]
    while found[-1] < high - step * 1e-9:
        found.append(found[-1] + step)
    return found


def number(value: float) -> str:
    """A number as Bolivia writes it: 1.234,5."""
    text = f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.4g}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def short(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"


def bars(points: Sequence[Point], title: str) -> str:
    """Horizontal bars: long names stay readable on a telephone."""
    low, high = min(0.0, *(value for _name, value in points)), max(0.0, *(value for _name, value in points))
    room = WIDTH - LABEL - VALUE
    scale = room / ((high - low) or 1)
    zero = LABEL - low * scale
    height = len(points) * (BAR + GAP) + GAP
    parts = [_open(WIDTH, height, title)]
    for place, (name, value) in enumerate(points):
        top = GAP + place * (BAR + GAP)
        length = abs(value) * scale
        left = zero if value >= 0 else zero - length
        parts.append(
            f"<g><title>{escape(name)}: {number(value)}</title>"
            f'<text x="{LABEL - 8}" y="{top + 16}" text-anchor="end">{escape(short(name, 30))}</text>'
            f'<rect class="ga-chart-mark" x="{left:.1f}" y="{top}" width="{max(length, 1):.1f}" height="{BAR}" rx="2"/>'
            f'<text x="{max(left + length, zero) + 6:.1f}" y="{top + 16}">{number(value)}</text></g>'
        )
    return "".join(parts) + "</svg>"


def lines(points: Sequence[Point], title: str) -> str:
    """A line over ordered names (dates, years)."""
    values = [value for _name, value in points]
    marks = ticks(min(values), max(values))
    low, high = marks[0], marks[-1]
    width, height = WIDTH - LEFT - 20, HEIGHT - TOP - BOTTOM

    def across(place: int) -> float:
        return LEFT + (width * place / (len(points) - 1) if len(points) > 1 else width / 2)

    def down(value: float) -> float:
        return TOP + height - height * (value - low) / ((high - low) or 1)

    parts = [_open(WIDTH, HEIGHT, title)]
    for mark in marks:
        y = down(mark)
        parts.append(f'<line class="ga-chart-grid" x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(mark)}</text>')
    path = " ".join(f"{across(place):.1f},{down(value):.1f}" for place, value in enumerate(values))
    parts.append(f'<polyline class="ga-chart-line" fill="none" points="{path}"/>')
    every = max(1, math.ceil(len(points) / 8))
    for place, (name, value) in enumerate(points):
        x = across(place)
        if len(points) <= 80:
            parts.append(
                f'<circle class="ga-chart-mark" cx="{x:.1f}" cy="{down(value):.1f}" r="3">'
                f"<title>{escape(name)}: {number(value)}</title></circle>"
            )
        if place % every == 0:
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 16}" text-anchor="middle">{escape(short(name, 12))}</text>')
    return "".join(parts) + "</svg>"


def _open(width: int, height: int, title: str) -> str:
    label = escape(title, {'"': "&quot;"})
    return (
        f'<svg class="ga-chart" viewBox="0 0 {width} {height}" role="img" aria-label="{label}" '
        'xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="xMinYMin meet">'
    )
