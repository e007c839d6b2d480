"""Pure: the columns with personal data that a report names, each with where its decision is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..decisions.gate import ACCEPTED, DECLARED, REFUSED, UNDECIDED
from .speech import Say

#: Reasons of the detector that a page tells, the heaviest first.
REASONS = 3


@dataclass(frozen=True)
class PersonalView:
    """`decision` is one of decisions/gate.py, and empty for outsiders; `samples` are masked."""

    column: str
    table: str
    label: str
    confidence: str
    reasons: tuple[str, ...]
    samples: tuple[str, ...]
    advice: str
    decision: str
    state: str
    tone: str
    basis: str
    note: str


def personal(
    tables: Sequence[Mapping[str, Any]], bases: Iterable[Mapping[str, Any]], insider: bool, say: Say
) -> list[PersonalView]:
    """Every finding of every table; `bases` are the declared legal bases, as quality_report_show answers them."""
    declared = {(one["column"], one["kind"]): one for one in bases}
    return [
        _one(finding, table["name"] if len(tables) > 1 else "", declared, insider, say)
        for table in tables
        for finding in table["personal_data"]
    ]


def _one(
    finding: Mapping[str, Any],
    table: str,
    declared: Mapping[tuple[str, str], Mapping[str, Any]],
    insider: bool,
    say: Say,
) -> PersonalView:
    basis = declared.get((finding["column"], str(finding.get("kind"))))
    decision = decision_of(basis) if insider else ""
    state, tone = {
        UNDECIDED: (say.gettext("Falta decidir"), "bad"),
        DECLARED: (say.gettext("Base legal declarada, espera la revisión"), "warn"),
        ACCEPTED: (say.gettext("Base legal aceptada"), "ok"),
        REFUSED: (say.gettext("Base legal rechazada"), "bad"),
    }.get(decision, ("", ""))
    weighed = [one for one in finding.get("evidence", ()) if one.get("weight", 1) > 0]
    reasons = list(dict.fromkeys(say.text(one["text"]) for one in weighed))
    return PersonalView(
        column=finding["column"],
        table=table,
        label=say.text(finding.get("label")),
        confidence=say.share(finding["confidence"], 1) if finding.get("confidence") is not None else "",
        reasons=tuple(reasons[:REASONS]),
        samples=tuple(finding.get("masked_samples", ())),
        advice=say.text(finding.get("advice")),
        decision=decision,
        state=state,
        tone=tone,
        basis=str(basis["basis"]) if insider and basis else "",
        note=str(basis.get("note") or "") if insider and basis else "",
    )


def decision_of(basis: Mapping[str, Any] | None) -> str:
    """What was decided of a finding, from its declared basis."""
    if basis is None:
        return UNDECIDED
    return {None: DECLARED, True: ACCEPTED, False: REFUSED}[basis.get("accepted")]
