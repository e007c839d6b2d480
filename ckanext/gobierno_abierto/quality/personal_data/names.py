"""Pure: whether a text is the name of a person, by the lists of names.yaml; or of a place of Bolivia's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ...metadata.interfaces import load
from .samples import fold

SOURCE = Path(__file__).with_name("names.yaml")
FULL, GIVEN, SURNAME, PLACE, ORGANISATION, CALENDAR = "full", "given", "surname", "place", "organisation", "calendar"
POSITION = "position"
#: Most words of a name, particles aside.
MOST_WORDS = 6
#: Most given names, or surnames, of one person.
MOST_OF_ONE = 3
_WORDS = re.compile(r"[A-Z]+")
_NOT_NAME = re.compile(r"[\d@/:;|=<>\[\]{}_#%&+*]")


@dataclass(frozen=True)
class Names:
    """The lists, in upper case."""

    given: frozenset[str]
    surnames: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    particles: frozenset[str]
    organisation: frozenset[str]
    calendar: frozenset[str]
    positions: frozenset[str]

    def is_surname(self, word: str) -> bool:
        """In the list, or formed as the surnames of the lists' peoples are."""
        if word in self.surnames:
            return True
        return len(word) > 6 and (word.startswith(self.starts) or word.endswith(self.ends))


@cache
def names() -> Names:
    """Those of names.yaml."""
    read = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))

    def words(key: str) -> frozenset[str]:
        return frozenset(str(read[key]).upper().split())

    return Names(
        given=words("given"),
        surnames=words("surnames"),
        starts=tuple(one.upper() for one in read["surname_starts"]),
        ends=tuple(one.upper() for one in read["surname_ends"]),
        particles=frozenset(str(one).upper() for one in read["particles"]),
        organisation=words("organisation"),
        calendar=words("calendar"),
        positions=words("positions"),
    )


@cache
def places() -> frozenset[str]:
    """Departments, provinces and municipalities, folded."""
    found: set[str] = set()
    for name in ("departamentos", "provincias", "municipios"):
        for entry in load(name).entries:
            # «Viacha (Ingavi)» is also written «Viacha».
            for text in (*entry.label.values(), *entry.aliases):
                found |= {fold(str(text)), fold(re.sub(r"\(.*", "", str(text)))}
    return frozenset(found - {""})


def kinds_of(value: str) -> dict[str, float]:
    """How far (0 to 1) a tidy value is FULL (given name and surname), PLACE, ORGANISATION, CALENDAR, POSITION.

    GIVEN and SURNAME are the part of its words that the lists know: a list is never complete.
    """
    lists = names()
    words = _WORDS.findall(value)
    found = {}
    if value in places():
        found[PLACE] = 1.0
    if not lists.organisation.isdisjoint(words):
        found[ORGANISATION] = 1.0
    if len(words) == 1 and words[0] in lists.calendar:
        found[CALENDAR] = 1.0
    if words and words[0] in lists.positions:
        found[POSITION] = 1.0
    if not found.keys() & {ORGANISATION, CALENDAR, POSITION} and not _NOT_NAME.search(value):
        found |= _person([word for word in words if word not in lists.particles], lists)
        if PLACE in found:
            # Many municipalities bear a surname: Murillo, Warnes, Padilla.
            found.pop(SURNAME, None)
    return found


def _person(words: list[str], lists: Names) -> dict[str, float]:
    if not 1 <= len(words) <= MOST_WORDS:
        return {}
    given = [word in lists.given for word in words]
    surnames = [lists.is_surname(word) for word in words]
    known = sum(a or b for a, b in zip(given, surnames, strict=True))
    found = {}
    # Two different words, one for each; half of the words may be unknown.
    if sum(given) and sum(surnames) and known >= 2 and known * 2 >= len(words):
        found[FULL] = 1.0
    if len(words) <= MOST_OF_ONE:
        found |= {kind: sum(hits) / len(words) for kind, hits in ((GIVEN, given), (SURNAME, surnames)) if any(hits)}
    return found
