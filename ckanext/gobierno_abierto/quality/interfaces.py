"""What other capabilities may use of the tables."""

from __future__ import annotations

from .jobs import is_table as holds_table
from .prepared import adopt_table, compare_tables, drop_table, prepare_table

__all__ = ["adopt_table", "compare_tables", "drop_table", "holds_table", "prepare_table"]
