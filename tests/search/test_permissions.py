"""Who finds what: nobody finds a draft or private dataset that is not theirs, whatever the query."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.tests.factories as factories
import pytest
from ckan.lib.search.common import SearchError
from ckan.plugins import toolkit as tk

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

#: Queries that try to reach beyond what a reader may see.
GREEDY: list[dict[str, Any]] = [
    {},
    {"include_private": True, "include_drafts": True, "include_deleted": True},
    {"q": "*:* OR capacity:private", "include_private": True},
    {"q": "secreto"},
    {"q": "capacity:private", "include_private": True},
    {"q": "state:draft", "include_drafts": True},
    {"fq": "+state:(active OR draft OR deleted) capacity:private", "include_private": True},
    {"fq": "permission_labels:*", "include_private": True},
    {"q": "secreto) OR (state:draft", "include_private": True, "include_drafts": True},
    {"q": "*:*", "fq_list": ["+state:draft", "capacity:*"], "include_private": True},
    {"facet.field": ["tags", "name"], "facet.mincount": 0, "include_private": True},
]


@pytest.fixture
def portal(rolled_back_db: None) -> dict[str, Any]:
    """One organization with a public, a private and a draft dataset, and one user a role."""
    PostgresConnection().delete(q="*:*")
    users = {role: factories.User() for role in ("admin", "editor", "member", "stranger")}
    members = [{"name": users[role]["name"], "capacity": role} for role in ("admin", "editor", "member")]
    organization = factories.Organization(users=members)
    kinds: dict[str, dict[str, Any]] = {"publico": {}, "privado": {"private": True}, "borrador": {"state": "draft"}}
    for name, fields in kinds.items():
        factories.Dataset(
            user=users["editor"],
            name=name,
            title=f"{name} secreto",
            owner_org=organization["id"],
            tags=[{"name": f"etiqueta-{name}"}],
            **fields,
        )
    return users


def found(user: str, query: dict[str, Any]) -> tuple[set[str], set[str]]:
    """(names of the results, values in the facets) for a user; "" is anybody."""
    context: Any = {"user": user, "auth_user_obj": model.User.get(user) if user else None, "ignore_auth": False}
    try:
        answer = tk.get_action("package_search")(context, {"rows": 100, **query})
    except SearchError:
        return set(), set()
    values = {value for facet in answer["facets"].values() for value in facet}
    return {dataset["name"] for dataset in answer["results"]}, values


def test_strangers_only_find_what_is_public(portal: dict[str, Any]) -> None:
    for query in GREEDY:
        for user in ("", portal["stranger"]["name"]):
            names, values = found(user, query)
            assert names <= {"publico"}, query
            assert not values & {"privado", "borrador", "etiqueta-privado", "etiqueta-borrador"}, query


def test_members_find_their_organizations_private_datasets(portal: dict[str, Any]) -> None:
    for role in ("admin", "editor", "member"):
        name = portal[role]["name"]
        assert found(name, {"q": "secreto"})[0] == {"publico"}
        assert found(name, {"q": "secreto", "include_private": True})[0] == {"publico", "privado"}
        everything = {"q": "secreto", "include_private": True, "include_drafts": True}
        assert found(name, everything)[0] == {"publico", "privado", "borrador"}


def test_query_parsers_are_refused(portal: dict[str, Any]) -> None:
    refused = [
        {"q": "{!bool must=secreto}"},
        {"q": '_query_:"{!bool must=secreto}"'},
        {"fq": "{!lucene}secreto"},
        {"q": "_val_:x"},
    ]
    for query in refused:
        with pytest.raises(SearchError):
            tk.get_action("package_search")({"user": ""}, query)
