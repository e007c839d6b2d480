"""What CKAN asks of a search engine: the connection that `make_connection()` returns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass
class Results:
    """One page of an answer, in the shape that CKAN reads it from pysolr.

    `hits` counts every match; `facets["facet_fields"][name]` is a flat list value, count, value, count...
    """

    docs: list[dict[str, Any]] = field(default_factory=list)
    hits: int = 0
    facets: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.docs)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.docs)


class SearchConnection(Protocol):
    """CKAN's callers use these five and nothing else of a `pysolr.Solr`."""

    @property
    def url(self) -> str:
        """Where the index is, for messages."""

    def search(self, q: str, **parameters: Any) -> Results:
        """Answer a search. Raises SearchError (SearchQueryError for what the asker can mend)."""

    def add(self, docs: Sequence[dict[str, Any]], commit: bool | None = None) -> None:
        """Write documents. Raises SearchIndexError."""

    def delete(self, q: str | None = None, id: str | None = None, commit: bool | None = None) -> None:
        """Take away the documents that match `q`, or that have the key `id`. Raises SearchIndexError."""

    def commit(self, **options: Any) -> None:
        """Make pending changes final."""
