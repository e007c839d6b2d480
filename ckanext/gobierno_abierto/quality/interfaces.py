"""What other capabilities may use of the quality gate."""

from __future__ import annotations

from .decisions.gate import DECLARED
from .jobs import is_table as holds_table
from .prepared import adopt_table, compare_tables, drop_table, prepare_table
from .waiting import (
    ContentState,
    adopt_report,
    announce_content,
    content_state,
    forget_content,
    purge,
    set_load_state,
    waiting_contents,
)

__all__ = [
    "DECLARED",
    "ContentState",
    "adopt_report",
    "adopt_table",
    "announce_content",
    "compare_tables",
    "content_state",
    "drop_table",
    "forget_content",
    "holds_table",
    "prepare_table",
    "purge",
    "set_load_state",
    "waiting_contents",
]
