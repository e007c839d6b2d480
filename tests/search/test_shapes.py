"""Documents as extensions make them: lists, JSON, odd and huge values."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.lib.search.common import SearchError, SearchIndexError

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

from .test_contract import Add, Find


class TestShapes:
    """Documents as extensions make them."""

    def test_lists_json_and_odd_values(self, add: Add, find: Find, index: PostgresConnection) -> None:
        add(
            "odd", topics=["a", "b"], theme='["x", "y"]', contact={"name": "Ana"}, deep=[{"k": 1}], flag=True, none=None
        )
        assert find("topics:a") == find("theme:x") == find("theme:(x AND y)") == find("flag:true") == ["odd"]
        asked: dict[str, Any] = {"facet": "true", "facet.field": ["theme"]}
        facets = index.search("*:*", **asked).facets["facet_fields"]
        assert facets["theme"] == ["x", 1, "y", 1]

    def test_characters_that_the_database_refuses(self, add: Add, find: Find) -> None:
        add("nul", title="a\x00gua \ud800", notes="\\ ' \" : & | ! ( ) <->")
        assert find("title:agua") == ["nul"]

    def test_a_huge_document(self, add: Add, find: Find) -> None:
        add("huge", title="Enorme", notes=" ".join(f"palabra{number}" for number in range(200_000)), tags=["x" * 5000])
        assert find("title:enorme") == ["huge"]
        assert find("palabra7") == ["huge"]

    def test_dates_that_are_none(self, add: Add, find: Find) -> None:
        add("date", wrong_date="ayer", views_total="muchos")
        assert find("wrong_date:*") == find("views_total:*") == []

    def test_a_document_needs_its_keys(self, index: PostgresConnection) -> None:
        with pytest.raises(SearchIndexError):
            index.add([{"id": "x"}])

    def test_no_table_is_a_clear_error(self, index: PostgresConnection) -> None:
        model.Session.execute(sa.text("DROP TABLE gobierno_abierto_search_document CASCADE"))
        assert not index.is_ready()
        with pytest.raises(SearchError, match="ckan db upgrade"):
            index.search("*:*")
