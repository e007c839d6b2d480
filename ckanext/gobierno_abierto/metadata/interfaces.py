"""Pure: what other capabilities may use of the metadata."""

from __future__ import annotations

from .completeness import MissingField, completeness, is_filled, missing_for_publication
from .fields import DATASET_TYPES
from .vocabularies import Entry, Vocabulary, label, load, names

__all__ = [
    "DATASET_TYPES",
    "Entry",
    "MissingField",
    "Vocabulary",
    "completeness",
    "is_filled",
    "label",
    "load",
    "missing_for_publication",
    "names",
]
