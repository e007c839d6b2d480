"""Who sees a dataset that is not public: its entity, and the committees that support it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.model as model
from ckan.lib.plugins import DefaultPermissionLabels, get_permission_labels

from ..common.roles import coordinates
from . import reading, records

_DEFAULT = DefaultPermissionLabels()
#: Label of every dataset that is not public, for the portal's coordinators.
UNPUBLISHED = "gobierno-abierto-inedito"


def of_dataset(dataset: Any) -> list[str]:
    """CKAN's labels; for one that is not public, the coordinators' besides."""
    found = _DEFAULT.get_dataset_labels(dataset)
    return found if found == ["public"] or dataset.state == "deleted" else [*found, UNPUBLISHED]


def of_user(user: Any) -> list[str]:
    """CKAN's labels; for a reviewer those of a member of each organization that the committees support."""
    found = _DEFAULT.get_user_dataset_labels(user)
    if not user or user.is_anonymous:
        return found
    supported = [f"member-{organization}" for organization in reading.supported_organizations(user)]
    return [*found, *supported, *([UNPUBLISHED] if coordinates(user) else [])]


def seen_by(user: Any, package_ids: Iterable[str]) -> set[str]:
    """Which of these datasets (ids) the person may see now; None is a visitor."""
    ids = set(package_ids)
    if not ids or (user is not None and user.sysadmin):
        return ids
    public = {row.id for row in records.rows("public_datasets", ids=list(ids))}
    if user is None or public == ids:
        return public
    # Any plugin's labels, as CKAN's search asks for them.
    given = get_permission_labels()
    mine = set(given.get_user_dataset_labels(user))
    others = model.Session.query(model.Package).filter(model.Package.id.in_(ids - public))
    return public | {one.id for one in others if mine.intersection(given.get_dataset_labels(one))}
