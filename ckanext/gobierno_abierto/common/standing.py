"""Pure: what one person is to one organization, from roles alone; `roles.py` reads them from CKAN's tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: CKAN's roles in an organization, the strongest first.
ADMIN, EDITOR, MEMBER = "admin", "editor", "member"
#: Roles that write datasets for their own organization; in a committee, the ones that review.
ACTING = frozenset({ADMIN, EDITOR})
#: `kind` of an organization that is a committee.
COMMITTEE = "comite"


@dataclass(frozen=True)
class Standing:
    """What one person is to one organization.

    `role` is the person's role in it (None for outsiders); `committees` are the names of the committees that support
    the organization and in which the person is an editor or admin.
    """

    sysadmin: bool = False
    role: str | None = None
    committees: frozenset[str] = frozenset()

    @property
    def belongs(self) -> bool:
        """May know of the organization's drafts and private datasets."""
        return self.sysadmin or self.role is not None

    @property
    def writes(self) -> bool:
        """May write datasets for the organization."""
        return self.sysadmin or self.role in ACTING

    @property
    def administers(self) -> bool:
        """May change the organization and its members."""
        return self.sysadmin or self.role == ADMIN

    @property
    def reviews(self) -> bool:
        """May review what the organization proposes, for one of its committees.

        A portal administrator is no reviewer by rank: who reviews is in a committee.
        """
        return bool(self.committees)


def standing(
    *, sysadmin: bool, organization: str, committees: Iterable[str], roles: Mapping[str, str | None]
) -> Standing:
    """The standing of the person who has `roles` (organization or committee name to role) for `organization`.

    An organization is never its own committee: naming itself there gives nobody a right.
    """
    reviewing = frozenset(name for name in committees if name != organization and roles.get(name) in ACTING)
    role = roles.get(organization)
    return Standing(sysadmin, role if role in {ADMIN, EDITOR, MEMBER} else None, reviewing)


def names_in(stored: Any) -> list[str]:
    """The names in a repeating field as CKAN stores it: a JSON list, a list, or a single name."""
    if not stored:
        return []
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except ValueError:
            stored = [stored]
    found = stored if isinstance(stored, list) else [stored]
    return list(dict.fromkeys(str(name).strip() for name in found if str(name).strip()))
