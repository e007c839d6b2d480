"""Template helpers of the scores."""

from __future__ import annotations

from typing import Any

from . import store, texts
from .method import method, scaled

__all__ = ["ga_score"]


def ga_score(package: dict[str, Any]) -> dict[str, Any] | None:
    """A public dataset's stored score, or None: points, measurable, scaled, total, stars, rating, overdue_days."""
    if not package or package.get("private") or package.get("state") != "active":
        return None
    row = store.score_of(str(package["id"]))
    if row is None:
        return None
    found = scaled(row.points, row.measurable, method().total)
    return {
        "points": row.points,
        "measurable": row.measurable,
        "scaled": found,
        "total": method().total,
        "stars": row.stars,
        "rating": texts.rating(method().rating(found)),
        "overdue_days": row.overdue_days,
    }
