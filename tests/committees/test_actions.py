"""Organizations and committees by API and by page, for each role."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.gobierno_abierto.common import roles
from tests.metadata.api import act

from .conftest import Sow, call, person

pytestmark = pytest.mark.portal


@pytest.fixture
def portal(sow: Sow) -> dict[str, str]:
    """The small seed with datasets in each state and a person of each role; role to user name."""
    sow()
    for name, values in (("p1", {}), ("p2", {}), ("oculto", {"private": True}), ("a-medias", {"state": "draft"})):
        act("package_create", name=name, title=name, owner_org="entidad-uno", **values)
    return {
        "admin": person("entidad-uno", "admin")["name"],
        "editor": person("entidad-uno", "editor")["name"],
        "member": person("entidad-uno", "member")["name"],
        "reviewer": person("comite-uno", "editor")["name"],
        "watcher": person("comite-uno", "member")["name"],
        "other": person("entidad-dos", "admin")["name"],
        "citizen": person()["name"],
        "sysadmin": factories.Sysadmin()["name"],
        "visitor": "",
    }


PUBLISHED = {"publicado": 2}
EVERYTHING = {"publicado": 2, "privado": 1, "borrador": 1}
#: role: (datasets by state, writes, administers, reviews)
ROLES = {
    "admin": (EVERYTHING, True, True, False),
    "editor": (EVERYTHING, True, False, False),
    "member": (EVERYTHING, False, False, False),
    "sysadmin": (EVERYTHING, True, True, False),
    "reviewer": (PUBLISHED, False, False, True),
    "watcher": (PUBLISHED, False, False, False),
    "other": (PUBLISHED, False, False, False),
    "citizen": (PUBLISHED, False, False, False),
    "visitor": (PUBLISHED, False, False, False),
}


def test_what_each_role_learns_and_may_do(portal: dict[str, str]) -> None:
    for role, (by_state, *rights) in ROLES.items():
        shown = call("organization_overview", portal[role], id="entidad-uno")
        assert shown["datasets"]["by_state"] == by_state, role
        assert shown["datasets"]["total"] == sum(shown["datasets"]["by_type"].values()) == sum(by_state.values()), role
        you = shown["you"]
        found = roles.standing_of(portal[role], "entidad-uno")
        assert [you["writes"], you["administers"], you["reviews"]] == rights, role
        assert [found.writes, found.administers, found.reviews] == rights, role


def test_the_overview(portal: dict[str, str]) -> None:
    found = call("organization_overview", None, id="entidad-uno")
    assert (found["sigla"], found["sector"], found["kind"]) == ("E1", "salud", "entidad")
    assert [committee["title"] for committee in found["committees"]] == ["Comité uno"]
    assert found["contact"] == {"url": "https://uno.example/"}
    assert found["newest"]["name"] in {"p1", "p2"} and found["last_changed"]["name"] in {"p1", "p2"}
    each = [act("metadata_completeness_show", id=name)["completeness"] for name in ("p1", "p2")]
    assert found["completeness"] == round(sum(each) / 2, 1)


def test_completeness_follows_a_change(portal: dict[str, str]) -> None:
    before = call("organization_overview", None, id="entidad-uno")["completeness"]
    act("package_patch", id="p1", notes="Una descripción", frequency="ANNUAL")
    assert call("organization_overview", None, id="entidad-uno")["completeness"] > before


def test_writers_and_reviewers(portal: dict[str, str]) -> None:
    names = {act("user_show", id=found)["name"] for found in roles.writers_of("entidad-uno")}
    assert names == {portal["admin"], portal["editor"]}
    names = {act("user_show", id=found)["name"] for found in roles.reviewers_of("entidad-uno")}
    assert names == {portal["reviewer"]}


def test_a_committee_that_is_deleted_or_is_none_reviews_nothing(portal: dict[str, str]) -> None:
    act("organization_patch", id="entidad-uno", committees=["comite-uno", "entidad-dos"])
    assert roles.committees_of("entidad-uno") == ["comite-uno"]
    assert not roles.standing_of(portal["other"], "entidad-uno").reviews
    act("organization_delete", id="comite-uno")
    assert roles.committees_of("entidad-uno") == []
    assert not roles.standing_of(portal["reviewer"], "entidad-uno").reviews


def test_committee_list_and_show(portal: dict[str, str]) -> None:
    listed = call("committee_list", None)
    assert [(c["name"], c["entity_count"], c["dataset_count"]) for c in listed] == [("comite-uno", 2, 2)]
    shown = call("committee_show", None, id="comite-uno")
    assert shown["lead_entity"]["name"] == "entidad-uno"
    assert {e["name"]: e["dataset_count"] for e in shown["entities"]} == {"entidad-uno": 2, "entidad-dos": 0}
    by_name = {e["name"]: e["completeness"] for e in shown["entities"]}
    assert by_name["entidad-dos"] is None and shown["completeness"] == by_name["entidad-uno"]


MISSING = [
    ("committee_show", "no-hay"),
    ("committee_show", "entidad-uno"),
    ("committee_show", "mesa-uno"),
    ("organization_overview", "no-hay"),
    ("organization_overview", "mesa-uno"),
    ("organization_overview", "../x"),
    ("organization_overview", "x\x00"),
]


def test_what_does_not_exist(sow: Sow) -> None:
    sow()
    for action, reference in MISSING:
        with pytest.raises(tk.ObjectNotFound, match="No existe"):
            call(action, None, id=reference)
    for action in ("committee_show", "organization_overview"):
        with pytest.raises(tk.ValidationError):
            call(action, None)


GUARDED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "comite"}, "kind"),
    ({"committees": []}, "committees"),
    ({"committees": ["comite-dos"]}, "committees"),
    ({"lead_entity": "entidad-dos"}, "lead_entity"),
]


def test_an_organization_does_not_choose_its_reviewers(sow: Sow) -> None:
    sow()
    admin = person("entidad-uno", "admin")["name"]
    for changes, field in GUARDED:
        with pytest.raises(tk.ValidationError) as caught:
            call("organization_patch", admin, id="entidad-uno", **changes)
        assert "administrador del portal" in str(caught.value.error_dict[field])
        assert roles.committees_of("entidad-uno") == ["comite-uno"]
    call("organization_update", admin, id="entidad-uno", name="entidad-uno", title="Título nuevo")
    assert roles.committees_of("entidad-uno") == ["comite-uno"], "what an update does not mention is kept"
    assert act("organization_show", id="entidad-uno")["title"] == "Título nuevo"
    call("organization_patch", factories.Sysadmin()["name"], id="entidad-uno", committees=[])
    assert roles.committees_of("entidad-uno") == []


def test_a_committee_s_address_is_what_its_entities_name_it_by(sow: Sow) -> None:
    sow()
    boss = person("comite-uno", "admin")["name"]
    for user in (boss, factories.Sysadmin()["name"]):
        with pytest.raises(tk.ValidationError) as caught:
            call("organization_patch", user, id="comite-uno", name="comite-nuevo")
        assert "name" in caught.value.error_dict


def test_a_new_organization_is_no_committee_unless_a_sysadmin_says_so(sow: Sow) -> None:
    with pytest.raises(tk.ValidationError):
        call("organization_create", person()["name"], name="mi-comite", title="Mío", kind="comite")


PAGES = [
    ("/organization/", ["Comités que apoyan la publicación", "Entidad uno"]),
    ("/organization/entidad-uno", ["Comité uno", "Publicados", "uno.example", "Descripciones completas"]),
    ("/organization/about/entidad-uno", ["E1", "Salud"]),
    ("/organization/comite-uno", ["Entidades que apoya", "Entidad dos", "Entidad que lo dirige"]),
    ("/organization/about/comite-uno", ["Comité uno"]),
    ("/comites", ["Comité uno", "Entidad uno", "Entidad dos"]),
    ("/group/", ["Mesas", "Mesa uno"]),
    ("/group/mesa-uno", ["Mesa de trabajo", "Probar", "Coordina"]),
    ("/group/about/mesa-uno", ["Objetivo", "Probar"]),
]


# `app` stands first: making it ends CKAN's session, and what the fixture wrote with it.
def test_the_pages(app: Any, portal: dict[str, str]) -> None:
    for path, said in PAGES:
        page = app.get(f"/es{path}")
        assert page.status_code == 200, path
        for text in said:
            assert text in page.body, path
        assert "Borradores" not in page.body, f"{path}: a visitor does not learn of drafts"
    token = act("api_token_create", user=portal["member"], name="t")["token"]
    page = app.get("/es/organization/entidad-uno", headers={"Authorization": token})
    assert "Borradores" in page.body and "Privados" in page.body
    for path, target in (("/mesas/mesa-uno", "/group/mesa-uno"), ("/mesas", "/group/")):
        assert app.get(path, follow_redirects=False).headers["Location"].endswith(target)
