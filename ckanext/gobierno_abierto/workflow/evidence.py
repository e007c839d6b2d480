"""What the quality gate says of a proposal's contents, as checks that workflow.yaml can ask for.

`quality`: faults are evidence for the reviewer; a check that is still running is waited for. `personal_data`: a column
with data of people stops the submission until it is treated or a legal basis is declared, and the approval until a
reviewer accepts that basis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from ..common.errors import Labels
from . import contents
from .interfaces import APPROVAL, NEVER, SUBMISSION, CheckedProposal, CheckFinding


def _states(proposal: CheckedProposal) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """(resource, its name for people, state of its content)."""
    gate = contents.quality()
    if gate is None:
        return
    for resource, subject in proposal.contents:
        name = str(resource.get("name") or resource.get("url") or resource["id"])
        yield resource, name, gate.content_state(subject)


def quality(proposal: CheckedProposal) -> list[CheckFinding]:
    """Faults of the files, and whether their checks are over."""
    found = []
    for resource, name, content in _states(proposal):
        if content.is_open:
            message = tk._("«{name}» todavía se está revisando. Espere unos segundos.").format(name=name)
            found.append(CheckFinding("quality", message, APPROVAL, resource["id"]))
        elif content.problem:
            message = tk._("«{name}» no se pudo revisar: {problem}").format(name=name, problem=content.problem)
            found.append(CheckFinding("quality", message, NEVER, resource["id"]))
        for title, count in content.errors:
            text = tk.ungettext("«{name}»: {title} ({count} caso).", "«{name}»: {title} ({count} casos).", count)
            message = text.format(name=name, title=Labels(title).translated(), count=count)
            found.append(CheckFinding("quality", message, NEVER, resource["id"]))
    return found


def personal_data(proposal: CheckedProposal) -> list[CheckFinding]:
    """Columns with data of people that nobody treated or justified."""
    gate = contents.quality()
    found = []
    for resource, name, content in _states(proposal):
        for one in content.personal_data:
            declared = one.state == gate.DECLARED
            text = (
                tk._("«{name}»: la base legal de la columna «{column}» ({kind}) espera que el comité la acepte.")
                if declared
                else tk._(
                    "«{name}»: la columna «{column}» parece tener datos personales ({kind}). "
                    "Quítela, trátela o declare su base legal."
                )
            )
            message = text.format(name=name, column=one.column, kind=Labels(one.label).translated())
            found.append(CheckFinding("personal_data", message, APPROVAL if declared else SUBMISSION, resource["id"]))
    return found
