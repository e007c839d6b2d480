"""Pure: which columns with personal data still stand in the way of a publication.

A finding is out of the way when the column is gone from the file, or when a reviewer accepted a legal basis for that
kind of data in that column. Undecided and refused findings block the submission, declared ones the approval alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: What was decided of a finding.
UNDECIDED, DECLARED, ACCEPTED, REFUSED = "undecided", "declared", "accepted", "refused"
#: States in which a file cannot be sent to its reviewers.
BLOCKS_SUBMISSION = frozenset({UNDECIDED, REFUSED})


class Basis(Protocol):
    """A declared legal basis: a row of bases.py."""

    @property
    def column_name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def accepted(self) -> bool | None: ...


@dataclass(frozen=True)
class OpenFinding:
    """A column with personal data that is not settled. `table`: the sheet's name; `label`: the kind's."""

    table: str
    column: str
    kind: str
    label: Mapping[str, str]
    state: str

    @property
    def blocks_submission(self) -> bool:
        """Whether the file cannot even be sent; one that does not block that blocks the approval."""
        return self.state in BLOCKS_SUBMISSION


def state_of(basis: Basis | None) -> str:
    """UNDECIDED without a basis, DECLARED until a reviewer says ACCEPTED or REFUSED."""
    if basis is None:
        return UNDECIDED
    if basis.accepted is None:
        return DECLARED
    return ACCEPTED if basis.accepted else REFUSED


def by_finding(bases: Iterable[Any]) -> dict[tuple[str, str], Any]:
    """(column, kind) -> basis."""
    return {(basis.column_name, basis.kind): basis for basis in bases}


def findings(report: Mapping[str, Any] | None) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(table, finding) of a report (report.schema.json), in its order."""
    for table in (report or {}).get("tables", ()):
        for finding in table["personal_data"]:
            yield table, finding


def open_findings(report: Mapping[str, Any] | None, bases: Iterable[Any]) -> list[OpenFinding]:
    """The findings that are not settled; `bases` are those of the report's resource."""
    known = by_finding(bases)
    found = (
        OpenFinding(
            table["name"],
            finding["column"],
            finding["kind"],
            finding["label"],
            state_of(known.get((finding["column"], finding["kind"]))),
        )
        for table, finding in findings(report)
    )
    return [one for one in found if one.state != ACCEPTED]
