"""What other plugins may add to the workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ckan.plugins import Interface

from .state import installing

__all__ = [
    "APPROVAL",
    "NEVER",
    "SUBMISSION",
    "CheckFinding",
    "CheckedProposal",
    "IPublicationCheck",
    "installing",
]

#: What a check found: `blocks` says when it stands in the way.
NEVER, APPROVAL, SUBMISSION = "never", "approval", "submission"


@dataclass(frozen=True)
class CheckFinding:
    """One thing that a check says of a proposal, in the reader's language.

    `blocks`: SUBMISSION (and so approval too), APPROVAL alone (something is not ready yet), or NEVER (evidence for
    the reviewer). `resource_id` and `field` say where, if anywhere.
    """

    check: str
    message: str
    blocks: str = NEVER
    resource_id: str | None = None
    field: str | None = None


@dataclass(frozen=True)
class CheckedProposal:
    """What a check is given: the proposed dataset, and resource id to its proposed file.

    A file is `{id, path, filename, format, size, sha256, loaded}`; `live` says whether the resource's own address gives
    it already.
    """

    content: dict[str, Any]
    files: dict[str, dict[str, Any]]
    #: (resource, the name that the quality gate knows its content by) of its files and links.
    contents: list[tuple[dict[str, Any], str]] = field(default_factory=list)


class IPublicationCheck(Interface):
    """Adds checks that workflow.yaml may ask for at a step."""

    def get_publication_checks(self) -> dict[str, Callable[[CheckedProposal], list[CheckFinding]]]:
        """Name (as workflow.yaml writes it) to check."""
        return {}
