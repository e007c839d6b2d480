"""Pure: what a check answers: it passed, it failed with places, or it does not apply, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: A text in Spanish and English: `{"es": ..., "en": ...}`.
Text = Mapping[str, str]
#: First places that are kept of each fault; the count is always complete.
MAX_PLACES = 10
#: Characters of a value that a report shows.
SHOWN = 60


@dataclass(frozen=True)
class Place:
    """Where a fault is: `line` of the file (row of a sheet, record of JSON) from 1, 0 for the file as a whole.

    `position` is the column's number from 1, `character` the place in the line from 1; `value` an excerpt.
    """

    line: int
    position: int | None = None
    character: int | None = None
    value: str | None = None


@dataclass
class Tally:
    """A complete count with the first places."""

    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, count: int, places: Iterable[Place] = ()) -> None:
        """Count `count` more; of the places the first ones stay."""
        self.count += count
        for place in places:
            if len(self.places) >= MAX_PLACES:
                return
            self.places.append(place)

    @property
    def open(self) -> int:
        """How many more places are wanted."""
        return MAX_PLACES - len(self.places)


@dataclass(frozen=True)
class Pass:
    """The rule holds."""


@dataclass(frozen=True)
class NotApplicable:
    """The rule has nothing to say of this file; `reason` tells why."""

    reason: Text


@dataclass(frozen=True)
class Fail:
    """The rule is broken `count` times; `column` is a name, `detail` what the title leaves open."""

    count: int
    places: tuple[Place, ...] = ()
    column: str | None = None
    detail: Text | None = None


Outcome = Pass | NotApplicable | Fail


def shown(value: str) -> str:
    """An excerpt of a value for a report: one line, at most SHOWN characters."""
    text = "".join(character if character.isprintable() else " " for character in value[: SHOWN * 2])
    return text if len(value) <= SHOWN else text[: SHOWN - 1] + "…"


def failed(tally: Tally, column: str | None = None, detail: Text | None = None) -> Outcome:
    """Fail with what a tally holds, Pass when it holds nothing."""
    return Fail(tally.count, tuple(tally.places), column, detail) if tally.count else Pass()


def merged(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one, places in the order of the file."""
    found = list(tallies)
    places = sorted(
        (place for one in found for place in one.places), key=lambda place: (place.line, place.position or 0)
    )
    return Tally(sum(one.count for one in found), places[:MAX_PLACES])
