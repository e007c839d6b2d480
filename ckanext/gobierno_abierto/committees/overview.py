"""What the pages and the API say of an organization and of a committee."""

from __future__ import annotations

from typing import Any

from ..common.roles import COMMITTEE, standing_of
from . import completeness, directory, figures
from .errors import UnknownCommittee, UnknownOrganization

CONTACT = ("contact_name", "contact_role", "email", "phone", "url", "address", "department")
ABOUT = ("sigla", "sector", "level", "identifier")


def organization(reference: str, user: str | None) -> dict[str, Any]:
    """Everything that an organization's page shows (see the action `organization_overview`).

    :raises UnknownOrganization: there is none, or it is deleted
    """
    group = directory.organization(reference)
    if group is None or group.state != "active":
        raise UnknownOrganization(name=reference)
    fields = directory.as_dict(group)
    standing = standing_of(user, group.id)
    counted = figures.figures(directory.dataset_counts([group.id]), standing.belongs)
    return {
        "id": group.id,
        "name": group.name,
        "title": fields["title"],
        "kind": fields.get("kind") or "entidad",
        **{name: fields.get(name) or None for name in ABOUT},
        "committees": directory.supporting(group.id),
        "lead_entity": _brief(fields.get("lead_entity")),
        "contact": {name: fields[name] for name in CONTACT if fields.get(name)},
        "datasets": {"total": counted.total, "by_state": counted.by_state, "by_type": counted.by_type},
        "completeness": _mean(group.id, counted),
        "newest": directory.newest(group.id),
        "last_changed": directory.last_changed(group.id),
        "you": {
            "role": standing.role,
            "writes": standing.writes,
            "administers": standing.administers,
            "reviews": standing.reviews,
        },
    }


def committees() -> list[dict[str, Any]]:
    """The committees with how many entities each supports and how many datasets those have published."""
    found = []
    for brief in directory.committees():
        entities = _with_figures(directory.entities_of(brief["name"]), measured=False)
        fields = directory.extras([brief["id"]]).get(brief["id"], {})
        found.append(
            {
                **brief,
                "sigla": fields.get("sigla") or None,
                "sector": fields.get("sector") or None,
                "lead_entity": _brief(fields.get("lead_entity")),
                "entity_count": len(entities),
                "dataset_count": sum(entity["dataset_count"] for entity in entities),
            }
        )
    return found


def committee(reference: str) -> dict[str, Any]:
    """A committee and the entities it supports, each with its published datasets and mean completeness.

    :raises UnknownCommittee: there is none with this id or name, or it is deleted
    """
    group = directory.organization(reference)
    fields = directory.as_dict(group) if group is not None and group.state == "active" else {}
    if group is None or fields.get("kind") != COMMITTEE:
        raise UnknownCommittee(name=reference)
    entities = _with_figures(directory.entities_of(group.name), measured=True)
    measured = [(entity["completeness"], entity["dataset_count"]) for entity in entities]
    weighted = [value * count for value, count in measured if value is not None]
    counted = sum(count for value, count in measured if value is not None)
    return {
        "id": group.id,
        "name": group.name,
        "title": fields["title"],
        "description": group.description or "",
        "sigla": fields.get("sigla") or None,
        "sector": fields.get("sector") or None,
        "lead_entity": _brief(fields.get("lead_entity")),
        "contact": {name: fields[name] for name in CONTACT if fields.get(name)},
        "entities": entities,
        "entity_count": len(entities),
        "dataset_count": sum(entity["dataset_count"] for entity in entities),
        "completeness": round(sum(weighted) / counted, 1) if counted else None,
    }


def listing(ids: list[str]) -> dict[str, dict[str, Any]]:
    """Organization id to what a list of organizations says of it: kind, acronym, sector, committees by title."""
    fields = directory.extras(ids)
    names = {name for row in fields.values() for name in row.get("committees", [])}
    titles = {row["name"]: row for row in directory.committees() if row["name"] in names}
    return {
        found: {
            "kind": row.get("kind") or "entidad",
            "sigla": row.get("sigla") or None,
            "sector": row.get("sector") or None,
            "committees": [titles[name] for name in row.get("committees", []) if name in titles],
        }
        for found, row in fields.items()
    }


def _brief(name: str | None) -> dict[str, Any] | None:
    return directory.briefs([name]).get(name) if name else None


def _with_figures(entities: list[dict[str, Any]], measured: bool) -> list[dict[str, Any]]:
    ids = [entity["id"] for entity in entities]
    rows = directory.dataset_counts(ids)
    fields = directory.extras(ids)
    found = []
    for entity in entities:
        counted = figures.figures([row for row in rows if row.owner_org == entity["id"]], belongs=False)
        row = {**entity, "sigla": fields.get(entity["id"], {}).get("sigla") or None, "dataset_count": counted.total}
        if measured:
            row["completeness"] = _mean(entity["id"], counted)
        found.append(row)
    return found


def _mean(organization_id: str, counted: figures.Figures) -> float | None:
    return completeness.mean_of(organization_id, counted.by_state[figures.PUBLISHED], counted.modified)
