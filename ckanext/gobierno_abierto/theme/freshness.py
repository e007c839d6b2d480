"""Pure: is a dataset as fresh as its publisher promised? The rule is the portal's, in common/freshness.py."""

from __future__ import annotations

from ..common.freshness import DUE, LATE, NO_PROMISE, UNKNOWN, UP_TO_DATE, Freshness, freshness

__all__ = ["DUE", "LATE", "NO_PROMISE", "UNKNOWN", "UP_TO_DATE", "Freshness", "freshness"]
