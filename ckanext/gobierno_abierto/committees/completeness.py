"""How complete an organization's descriptions are: the mean over its published datasets."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Any

import ckan.plugins.toolkit as tk

from ..metadata import interfaces as metadata
from . import directory, figures

#: Means already computed, by (organization, number of published datasets, last change of one). Any publication,
#: change or withdrawal changes the key, so what is kept is never stale.
_KEPT: OrderedDict[tuple[str, int, datetime | None], float | None] = OrderedDict()
_MOST_KEPT = 2000
_LOCK = Lock()


def mean_of(organization_id: str, published: int, modified: datetime | None) -> float | None:
    """Mean completeness (0-100) of an organization's published datasets; None if it has none that can be measured."""
    key = (organization_id, published, modified)
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    value = figures.mean(_measure(organization_id)) if published else None
    with _LOCK:
        _KEPT[key] = value
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return value


def _measure(organization_id: str) -> list[float]:
    schemas: dict[str, Any] = {}
    values = []
    for dataset_id in directory.published_ids(organization_id):
        # Read as the portal: the datasets are published, and the number is the same for every reader.
        dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
        schema = schemas.setdefault(dataset["type"], _schema(dataset["type"]))
        if schema:
            values.append(metadata.completeness(schema, dataset))
    return values


def _schema(dataset_type: str) -> Any:
    try:
        return tk.get_action("scheming_dataset_schema_show")({"ignore_auth": True}, {"type": dataset_type})
    except (KeyError, tk.ObjectNotFound):
        return None
