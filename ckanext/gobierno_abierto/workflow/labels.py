"""Who sees a dataset that is not public: its entity, and the committees that support it."""

from __future__ import annotations

from typing import Any

from ckan.lib.plugins import DefaultPermissionLabels

from . import reading
from .case import coordinates

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
