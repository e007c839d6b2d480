"""How the values of the corpus's columns are made. Every maker takes a `Draw` and answers one text per row."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
EXTENSIONS = ["LP", "CB", "SC", "OR", "PT", "TJ", "CH", "BE", "PD"]
LONG_EXTENSIONS = {"LP": "LPZ", "CB": "CBBA", "SC": "SCZ", "OR": "ORU", "PT": "PTS", "TJ": "TJA", "CH": "CHQ"}
Maker = Callable[..., list[str]]
#: Share of the names of a part that no list has: made of syllables. Real names are not all in lists either.
INVENTED = {"tune": 0.35, "held": 0.2}


@cache
def data(name: str) -> Mapping[str, Any]:
    """A YAML file of this folder."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    given: str
    paternal: str
    maternal: str
    card: int
    extension: str
    born: dt.date
    mobile: str


@dataclass
class Draw:
    """What a maker draws from: a seeded lot, the part, the persons of the table and the column's form."""

    lot: random.Random
    part: str
    rows: int
    form: str = ""
    of: str = ""
    people: list[Person] = field(default_factory=list)
    officials: list[Person] = field(default_factory=list)

    def words(self, name: str) -> list[str]:
        """A list of words.yaml."""
        return data("words")[name][self.part]

    def persons(self) -> list[Person]:
        """One person per row: citizens, or the few officials of the table."""
        if self.of != "officials":
            return self.people
        return [self.lot.choice(self.officials) for _ in range(self.rows)]


def invented(lot: random.Random) -> str:
    """A name that nobody has."""
    starts, middles = (
        ["Cha", "Huay", "Qui", "Pal", "Tu", "Or", "Ves", "Ju", "Wa"],
        ["ri", "lla", "ne", "pu", "to", "cay"],
    )
    return lot.choice(starts) + lot.choice(middles) + lot.choice(["na", "nco", "ri", "llo", "va", "s", "ra"])


def name(lot: random.Random, part: str, which: str) -> str:
    """A given name or a surname of a part, some of them invented."""
    return invented(lot) if lot.random() < INVENTED[part] else lot.choice(data("people")[part][which])


def person(lot: random.Random, part: str) -> Person:
    """A new one."""
    given = " ".join(name(lot, part, "given") for _ in range(lot.choice([1, 1, 2])))
    digits = lot.choices([6, 7, 8], [8, 70, 22])[0]
    card = {
        6: lambda: lot.randint(300_000, 999_999),
        7: lambda: lot.randint(1_000_000, 9_999_999),
        8: lambda: lot.randint(10_000_000, 15_500_000),
    }[digits]()
    born = dt.date(1935, 1, 1) + dt.timedelta(days=lot.randint(0, 31_000))
    return Person(
        given,
        name(lot, part, "surnames"),
        name(lot, part, "surnames"),
        card,
        lot.choice(EXTENSIONS),
        born,
        f"{lot.choice('67')}{lot.randint(0, 9_999_999):07d}",
    )


def _date(day: dt.date, form: str) -> str:
    if form == "excel":
        return f"{day:%Y-%m-%d} 00:00:00"
    pattern = {"slash": "%d/%m/%Y", "iso": "%Y-%m-%d", "dash": "%d-%m-%Y", "short": "%d/%m/%y", "packed": "%Y%m%d"}
    return f"{day:{pattern[form or 'slash']}}"


def card(draw: Draw) -> list[str]:
    """Identity card numbers."""

    def written(one: Person) -> str:
        number, ext = str(one.card), one.extension
        if draw.form == "complement" and draw.lot.random() < 0.15:
            number += f"-{draw.lot.randint(1, 9)}{draw.lot.choice('ABCDEFGH')}"
        forms = {
            "bare": number,
            "space": f"{number} {ext}",
            "complement": f"{number} {ext}",
            "dash": f"{number}-{ext}",
            "dotted": f"{one.card:,}".replace(",", "."),
            "glued": number + ext,
            "float": f"{number}.0",
            "long": f"{number} {LONG_EXTENSIONS.get(ext, ext)}",
            "labelled": f"C.I. {number} {ext}",
            "quoted": f"'{number}",
            "commas": f"{one.card:,}",
        }
        return forms[draw.form or "bare"]

    bad = draw.lot.choice([0, 0, 0.05, 0.15])
    return [spoilt(draw.lot, written(one)) if draw.lot.random() < bad else written(one) for one in draw.people]


def spoilt(lot: random.Random, text: str) -> str:
    """As people type when they do not know."""
    return lot.choice(
        [text[:3], "EN TRAMITE", f"E-{text}", text + "?", text.replace("1", "l"), "NO PORTA", text[1:] + text]
    )


def full_name(draw: Draw) -> list[str]:
    """Given names and surnames."""
    forms = {
        "given_first": "{0.given} {0.paternal} {0.maternal}",
        "surname_first": "{0.paternal} {0.maternal} {0.given}",
        "comma": "{0.paternal} {0.maternal}, {0.given}",
        "titled": "{1} {0.given} {0.paternal} {0.maternal}",
        "one_surname": "{0.given} {0.paternal}",
    }
    titles = draw.words("titles")
    return [forms[draw.form or "given_first"].format(one, draw.lot.choice(titles)) for one in draw.persons()]


def given_name(draw: Draw) -> list[str]:
    return [one.given for one in draw.people]


def surname(draw: Draw) -> list[str]:
    return [one.paternal if draw.lot.random() < 0.5 else one.maternal for one in draw.people]


def both_surnames(draw: Draw) -> list[str]:
    return [f"{one.paternal} {one.maternal}" for one in draw.people]


def mobile(draw: Draw) -> list[str]:
    """Mobile telephones of citizens."""
    forms = {
        "bare": "{0}",
        "plus": "+591{0}",
        "country": "591 {0}",
        "dash": "{1}-{2}",
        "spaced": "{1} {2}",
        "two": "{0} / 7{3}",
    }
    fixed = draw.lot.choice([0, 0, 0.1, 0.3])
    return [
        f"{draw.lot.choice('234')}{draw.lot.randint(2_000_000, 4_999_999)}"
        if draw.lot.random() < fixed
        else forms[draw.form].format(one.mobile, one.mobile[:4], one.mobile[4:], draw.lot.randint(1_000_000, 9_999_999))
        for one in draw.people
    ]


def landline(draw: Draw, home: bool = False) -> list[str]:
    """Fixed telephones; offices share a few, homes do not."""
    numbers = [f"{draw.lot.choice('234')}{draw.lot.randint(2_000_000, 4_999_999)}" for _ in range(draw.rows)]
    if home:
        return numbers
    forms = {"area": "({0}) {1}", "dash": "{0}-{1}", "extension": "{0}{1} int. {2}", "bare": "{0}{1}", "": "{0}{1}"}
    shared = [draw.lot.choice(numbers) if draw.lot.random() < 0.4 else one for one in numbers]
    return [forms[draw.form].format(one[0], one[1:], draw.lot.randint(100, 999)) for one in shared]


def office_mobile(draw: Draw) -> list[str]:
    few = [f"7{draw.lot.randint(0, 9_999_999):07d}" for _ in range(max(draw.rows // 2, 3))]
    return [draw.lot.choice(few) for _ in range(draw.rows)]


def free_line(draw: Draw) -> list[str]:
    return [
        draw.lot.choice(["800-10-", "800 14 ", "80010"]) + f"{draw.lot.randint(0, 9999):04d}" for _ in range(draw.rows)
    ]


def email(draw: Draw) -> list[str]:
    """Mail of citizens."""
    domains = draw.words("free_mail")

    def one_of(one: Person) -> str:
        first, last = plain(one.given.split()[0]), plain(one.paternal).replace("ñ", "n")
        local = draw.lot.choice([f"{first}.{last}", f"{first[0]}{last}{one.born.year % 100:02d}", f"{last}_{first}"])
        return f"{local}@{draw.lot.choice(domains)}"

    return [one_of(one) for one in draw.people]


def public_email(draw: Draw) -> list[str]:
    domain = draw.lot.choice(draw.words("public_mail"))
    return [f"{plain(one.given[0])}{plain(one.paternal)}@{domain}" for one in draw.persons() or draw.people]


def office_email(draw: Draw) -> list[str]:
    names = draw.words("office_names")
    return [
        f"{draw.lot.choice(names)}@"
        f"{draw.lot.choice(['entidad', 'empresa', 'regional', 'andina'])}{draw.lot.randint(1, 40)}"
        f"{draw.lot.choice(['.gob.bo', '.com.bo', '.org.bo'])}"
        for _ in range(draw.rows)
    ]


def home(draw: Draw) -> list[str]:
    """Addresses of homes."""
    streets, zones = draw.words("streets"), draw.words("zones")
    forms = ["{0} Nº {1}, {2}", "{2}, {0} #{1}", "{0} {1}", "{2} {0} N° {1}", "{2} mz. {3} lote {4}"]
    return [
        draw.lot.choice(forms).format(
            draw.lot.choice(streets),
            draw.lot.randint(10, 3200),
            draw.lot.choice(zones),
            draw.lot.choice("ABCDEF"),
            draw.lot.randint(1, 30),
        )
        for _ in range(draw.rows)
    ]


def office_address(draw: Draw) -> list[str]:
    streets = draw.words("streets")
    forms = ["{0} Nº {1}, piso {2}", "Edificio Central, {0}", "Plaza Principal", "{0} esq. {3}", "{0} Nº {1}"]
    return [
        draw.lot.choice(forms).format(
            draw.lot.choice(streets), draw.lot.randint(10, 3200), draw.lot.randint(1, 12), draw.lot.choice(streets)
        )
        for _ in range(draw.rows)
    ]


def birth(draw: Draw) -> list[str]:
    return [_date(one.born, draw.form) for one in draw.people]


def plate(draw: Draw) -> list[str]:
    """Vehicle plates."""
    forms = {"glued": "{0}{1}", "dash": "{0}-{1}", "space": "{0} {1}", "lower": "{0}{2}"}
    letters = ["".join(draw.lot.choices("ABCDEFGHIJKLMNPRSTUVXYZ", k=3)) for _ in range(draw.rows)]
    return [forms[draw.form].format(draw.lot.randint(200, 6500), text, text.lower()) for text in letters]


def account(draw: Draw) -> list[str]:
    """Bank accounts: of persons, or of the State (few)."""
    forms = {
        "union": "1-{0:08d}",
        "plain": "1{0:08d}{1}",
        "dashes": "{1}01-{0:08d}-3-{1}0",
    }
    made = [forms[draw.form].format(draw.lot.randint(0, 99_999_999), draw.lot.randint(1, 9)) for _ in range(draw.rows)]
    return [draw.lot.choice(made[:12]) for _ in made] if draw.of == "state" else made


def payment_card(draw: Draw) -> list[str]:
    """Sixteen digits that pass Luhn's test."""

    def one() -> str:
        digits = [int(d) for d in draw.lot.choice(["4", "5"]) + f"{draw.lot.randint(0, 10**14 - 1):014d}"]
        total = sum(d if i % 2 else sum(divmod(d * 2, 10)) for i, d in enumerate(digits))
        return "".join(map(str, digits)) + str(-total % 10)

    return [one() for _ in range(draw.rows)]


def passport(draw: Draw) -> list[str]:
    return [
        draw.lot.choice(["A", "AB", "P", ""]) + str(draw.lot.randint(1_000_000, 9_999_999)) for _ in range(draw.rows)
    ]


def own_tax_number(draw: Draw) -> list[str]:
    return [f"{one.card}0{draw.lot.randint(10, 19)}" for one in draw.people]


def company_tax_number(draw: Draw) -> list[str]:
    made = [
        draw.lot.choice(["10{:07d}", "3{:08d}", "1{:08d}", "10{:06d}02"]).format(draw.lot.randint(0, 999_999))
        for _ in range(draw.rows)
    ]
    return [one if draw.lot.random() < 0.6 else draw.lot.choice(made) for one in made]


def household(draw: Draw) -> list[str]:
    """INE's 21 characters: primary unit, dwelling, household."""
    return [
        f"{draw.lot.randint(1, 9)}{draw.lot.randint(0, 10**10):011d}{draw.lot.choice('ABCD')}"
        f"{draw.lot.randint(0, 9999):04d}{draw.lot.randint(1, 60):03d}1"
        for _ in range(draw.rows)
    ]


def degrees(draw: Draw, axis: int) -> list[str]:
    low, high = ((-22.0, -10.0), (-69.0, -58.0))[axis]
    return [f"{draw.lot.uniform(low, high):.{draw.lot.choice([4, 5])}f}" for _ in range(draw.rows)]


def home_degrees(draw: Draw, axis: int) -> list[str]:
    centre = ((-16.5, -17.39)[draw.part == "held"], (-68.13, -66.15)[draw.part == "held"])[axis]
    return [f"{draw.lot.gauss(centre, 0.05):.6f}" for _ in range(draw.rows)]


def metres(draw: Draw, axis: int) -> list[str]:
    low, high = ((7_800_000, 8_300_000), (300_000, 700_000))[axis]
    return [f"{draw.lot.uniform(low, high):.3f}" for _ in range(draw.rows)]
