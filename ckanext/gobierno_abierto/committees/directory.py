"""Organizations, committees and the numbers of what they publish, read from CKAN's tables (see directory.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common.roles import COMMITTEE, committees_of, names_in
from ..common.sql import named_statements

_STATEMENTS = Path(__file__).with_name("directory.sql")
#: Package types of harvesting and the like, which nobody takes for data.
NOT_DATASETS = ["harvest", "showcase"]
#: Fields of our schema that hold several values.
LISTS = ("committees",)


def _rows(statement: str, **bound: Any) -> list[Any]:
    return list(model.Session.execute(text(named_statements(_STATEMENTS)[statement]), bound))


def organization(reference: str) -> Any:
    """The organization with this id or name (of any state); None if there is none."""
    # PostgreSQL knows no text with a NUL in it.
    group = model.Group.get(reference) if reference and "\x00" not in reference else None
    return group if group is not None and group.is_organization else None


def extras(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Organization id to the fields that our schema adds, lists as lists."""
    return {
        row.id: {key: names_in(value) if key in LISTS else value for key, value in (row.extras or {}).items()}
        for row in _rows("extras", ids=list(ids))
    }


def as_dict(group: Any) -> dict[str, Any]:
    """Name, title and our fields of an organization."""
    return {
        "id": group.id,
        "name": group.name,
        "title": group.title or group.name,
        **extras([group.id]).get(group.id, {}),
    }


def entities_of(committee: str) -> list[dict[str, Any]]:
    """`{id, name, title}` of the active organizations that a committee (its name) supports, by title."""
    rows = _rows("naming", name=committee)
    return [_brief(row) for row in rows if committee in names_in(row.committees) and row.name != committee]


def committees() -> list[dict[str, Any]]:
    """`{id, name, title}` of the active committees, by title."""
    return [_brief(row) for row in _rows("committees", kind=COMMITTEE)]


def supporting(organization_id: str) -> list[dict[str, Any]]:
    """`{id, name, title}` of the active committees that support an organization, in the order it names them."""
    names = committees_of(organization_id)
    found = briefs(names)
    return [found[name] for name in names]


def briefs(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Name to `{id, name, title}` of the active organizations among these names."""
    return {row.name: _brief(row) for row in _rows("named", names=list(names))}


def dataset_counts(ids: Iterable[str]) -> list[Any]:
    """Rows (owner_org, state, private, type, datasets, modified) of these organizations' datasets."""
    return _rows("dataset_counts", ids=list(ids), not_datasets=NOT_DATASETS)


def newest(organization_id: str) -> dict[str, Any] | None:
    """The published dataset that was made last: id, name, title, type, created, modified (ISO 8601)."""
    return _dataset(_rows("newest", id=organization_id, not_datasets=NOT_DATASETS))


def last_changed(organization_id: str) -> dict[str, Any] | None:
    """The published dataset that changed last, as `newest`."""
    return _dataset(_rows("last_changed", id=organization_id, not_datasets=NOT_DATASETS))


def published_ids(organization_id: str) -> list[str]:
    """Ids of the organization's published datasets."""
    return [row.id for row in _rows("published_ids", id=organization_id, not_datasets=NOT_DATASETS)]


def _brief(row: Any) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "title": row.title or row.name}


def _dataset(rows: list[Any]) -> dict[str, Any] | None:
    if not rows:
        return None
    row = rows[0]
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title or row.name,
        "type": row.type,
        "created": row.metadata_created.isoformat(),
        "modified": row.metadata_modified.isoformat(),
    }
