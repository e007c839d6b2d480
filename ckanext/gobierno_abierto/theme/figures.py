"""The front page's numbers, from named SQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

from ..common.sql import named_statements

QUERIES = Path(__file__).with_name("queries.sql")
#: Package types of harvesting and the like, which no reader takes for data.
NOT_DATASETS = ["harvest", "showcase"]


def figures() -> dict[str, int]:
    """`{datasets, organizations, resources, tables}` of what is public."""
    bound = {"not_datasets": NOT_DATASETS, "table_mark": '%"datastore_active": true%'}
    row = model.Session.execute(text(named_statements(QUERIES)["figures"]), bound).mappings().one()
    return {key: int(value) for key, value in row.items()}


def most_read(limit: int, since: date) -> list[tuple[str, int]]:
    """(dataset id, recent reads) from CKAN's tracking summary, best first."""
    rows: Any = model.Session.execute(text(named_statements(QUERIES)["most_read"]), {"limit": limit, "since": since})
    return [(row.id, int(row.reads)) for row in rows]
