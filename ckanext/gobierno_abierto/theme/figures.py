"""The front page's numbers, from named SQL."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.model as model
from sqlalchemy import text

#: Package types of harvesting and the like, which no reader takes for data.
NOT_DATASETS = ["harvest", "showcase"]


@lru_cache(maxsize=1)
def queries() -> dict[str, str]:
    """The named queries of queries.sql."""
    source = (Path(__file__).parent / "queries.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", source, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def figures() -> dict[str, int]:
    """`{datasets, organizations, resources, tables}` of what is public."""
    bound = {"not_datasets": NOT_DATASETS, "table_mark": '%"datastore_active": true%'}
    row = model.Session.execute(text(queries()["figures"]), bound).mappings().one()
    return {key: int(value) for key, value in row.items()}


def most_read(limit: int, since: date) -> list[tuple[str, int]]:
    """(dataset id, recent reads) from CKAN's tracking summary, best first."""
    rows: Any = model.Session.execute(text(queries()["most_read"]), {"limit": limit, "since": since})
    return [(row.id, int(row.reads)) for row in rows]
