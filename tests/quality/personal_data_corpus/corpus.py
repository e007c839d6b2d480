"""The labelled corpus: tables of columns, each with the kind of personal data that it holds or none.

    python -m tests.quality.personal_data_corpus.corpus tune > tune.csv

Two parts, told apart by a hash of the table's number. `tune` is there to set the detector's weights by; `held` has
other headings, forms, names and words (the two halves of the YAML files) and only measures. `tune` is the noisier one.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import more_values, values
from .values import Draw, Maker, data, person, plain

TUNE, HELD = "tune", "held"
#: Tables of the whole corpus; about seven columns each.
TABLES = 700
MISSING = ["", "", "", "S/D", "N/A", "NA", "-", "NULL", "Sin dato", "s/n"]


@dataclass(frozen=True)
class LabelledColumn:
    """A column: heading, one text per row, the kind of personal data (`""`: none), the recipe that made it."""

    name: str
    values: tuple[str, ...]
    kind: str
    recipe: str


@dataclass(frozen=True)
class LabelledTable:
    """A table: its number, part, scene and columns."""

    number: int
    part: str
    scene: str
    columns: tuple[LabelledColumn, ...]


def part_of(number: int) -> str:
    """Which part a table is of."""
    return HELD if hashlib.sha256(f"tabla-{number}".encode()).digest()[0] % 2 else TUNE


def tables(part: str, count: int = TABLES) -> Iterator[LabelledTable]:
    """The tables of a part, the same on every run."""
    return (table(number) for number in range(count) if part_of(number) == part)


def table(number: int) -> LabelledTable:
    """The table of a number."""
    lot, part = random.Random(number), part_of(number)
    scenes = data("scenes")
    name = lot.choices(list(scenes), [scene.get("weight", 1) for scene in scenes.values()])[0]
    rows = lot.choice([25, 40, 80, 150, 300])
    people = [person(lot, part) for _ in range(rows)]
    officials = [person(lot, part) for _ in range(max(rows // 3, 4))]
    recipes = [*scenes[name]["always"], *lot.sample(scenes[name]["maybe"], scenes[name]["some"])]
    if "latitud_vivienda" in recipes or "longitud_vivienda" in recipes:
        recipes = list(dict.fromkeys([*recipes, "latitud_vivienda", "longitud_vivienda"]))
    lot.shuffle(recipes)
    style, untitled = lot.choice(STYLES), lot.random() < 0.07
    columns: list[LabelledColumn] = []
    for place, recipe in enumerate(recipes, start=1):
        draw = Draw(lot, part, rows, people=people, officials=officials)
        heading = style(lot.choice(data("recipes")[recipe][part]))
        if part == TUNE and lot.random() < 0.25:
            heading = abbreviated(lot, heading)
        if untitled or lot.random() < 0.04:
            heading = lot.choice([f"columna_{place}", f"field{place}", f"Unnamed: {place}", f"col{place}", ""])
        while heading and heading in {one.name for one in columns}:
            heading += "_2"
        columns.append(_column(draw, recipe, heading))
    return LabelledTable(number, part, name, tuple(columns))


def abbreviated(lot: random.Random, heading: str) -> str:
    """Long words cut after three to five letters: the weights must not lean on whole words."""
    cut = lot.randint(3, 5)
    return re.sub(r"[^\W\d_]{6,}", lambda word: word[0][:cut], heading)


def _column(draw: Draw, name: str, heading: str) -> LabelledColumn:
    recipe: dict[str, Any] = data("recipes")[name]
    draw.form = draw.lot.choice(recipe["forms"][draw.part]) if "forms" in recipe else ""
    given = dict(recipe.get("with", {}))
    if given.get("of") in ("officials", "state"):
        draw.of = given.pop("of")
    maker: Maker = getattr(values, recipe["make"], None) or getattr(more_values, recipe["make"])
    made = _noisy(draw.lot, maker(draw, **given))
    return LabelledColumn(heading, tuple(made), recipe.get("kind", ""), name)


def _noisy(lot: random.Random, made: list[str]) -> list[str]:
    """Missing values, one case for the column, accents lost, spaces that nobody sees."""
    missing, spaces = lot.choice([0, 0, 0.03, 0.2]), lot.choice([0, 0, 0.1])
    marks = lot.sample(MISSING, 2)
    cases: list[Callable[[str], str]] = [str, str, str.upper, str.title, str.lower]
    case = lot.choice(cases)
    if not any("@" in one or one.startswith("http") for one in made[:5]) and lot.random() < 0.35:
        made = [_without_accents(one) for one in made]
    return [
        lot.choice(marks)
        if lot.random() < missing
        else case(one) + (" " * lot.randint(1, 2) if lot.random() < spaces else "")
        for one in made
    ]


def _without_accents(text: str) -> str:
    return plain(text) if text.islower() else "".join(plain(c).upper() if c.isupper() else plain(c) for c in text)


STYLES: list[Callable[[str], str]] = [
    str,
    str,
    str.upper,
    str.lower,
    plain,
    lambda text: text + " ",
    lambda text: text.replace("_", " ").title(),
]


def main(part: str) -> None:
    """Write a part as long CSV: table, scene, heading, kind, recipe, first values."""
    out = csv.writer(sys.stdout)
    out.writerow(["tabla", "escena", "columna", "clase", "receta", "valores"])
    for one in tables(part):
        for column in one.columns:
            out.writerow(
                [one.number, one.scene, column.name, column.kind, column.recipe, " | ".join(column.values[:5])]
            )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else TUNE)
