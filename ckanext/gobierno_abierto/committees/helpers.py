"""Template helpers of the organization, committee and mesa pages."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from . import directory, labels, overview


def committees_overview(organization_id: str) -> dict[str, Any] | None:
    """`organization_overview` for the reader of the page; None if the organization is deleted."""
    return _shown("organization_overview", organization_id)


def committees_committee(organization_id: str) -> dict[str, Any] | None:
    """`committee_show`; None if the organization is no committee."""
    return _shown("committee_show", organization_id)


def committees_list() -> list[dict[str, Any]]:
    """`committee_list`."""
    return tk.get_action("committee_list")({}, {})


def committees_listing(organizations: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Organization id to kind, acronym, sector and committees, for a list of organizations, in few queries."""
    return overview.listing([organization["id"] for organization in organizations])


def committees_entity(name: str | None) -> dict[str, Any] | None:
    """`{id, name, title}` of the active organization with this name; None if there is none."""
    return directory.briefs([name]).get(name) if name else None


def _shown(action: str, reference: str) -> dict[str, Any] | None:
    try:
        return dict(tk.get_action(action)({"user": tk.g.user}, {"id": reference}))
    except tk.ObjectNotFound:
        return None


@tk.chained_helper
def humanize_entity_type(next_helper: Any, entity_type: str, object_type: str, purpose: str) -> str | None:
    """CKAN's word for a kind of thing; CKAN's groups are mesas here."""
    if entity_type == object_type == "group":
        return labels.group_label(purpose)
    return next_helper(entity_type, object_type, purpose)
