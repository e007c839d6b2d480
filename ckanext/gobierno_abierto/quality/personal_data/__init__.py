"""Pure: personal data in the columns of a table: evidence weighed per column, samples masked.

`assess(columns)` answers the columns that hold personal data; evidence.yaml says what weighs how much.
"""

from __future__ import annotations

from .detection import assess
from .findings import Evidence, Finding
from .samples import ColumnSample

__all__ = ["ColumnSample", "Evidence", "Finding", "assess"]
