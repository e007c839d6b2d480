"""Pure: the longest line of a text that is read as a table, in bytes."""

from __future__ import annotations

from .facts import Limits

MAX_LINE = Limits.line
