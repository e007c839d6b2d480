"""Seeding a portal: made once, updated where nobody touched, kept where a person did, never half written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.model as model
import pytest

from ckanext.gobierno_abierto.committees import records
from ckanext.gobierno_abierto.committees.defaults import demo_folder, seed_files
from ckanext.gobierno_abierto.committees.errors import SeedFileProblem
from ckanext.gobierno_abierto.committees.seeding import counts, seed
from tests.metadata.api import act

from .conftest import SMALL, Sow, call, person

pytestmark = pytest.mark.portal


def test_what_the_file_says_is_there_after_a_seed(sow: Sow) -> None:
    changes = sow()
    assert {change.outcome for change in changes.values()} == {"created"}
    one = act("organization_show", id="entidad-uno", include_users=True)
    assert (one["title"], one["sigla"], one["sector"], one["committees"]) == (
        "Entidad uno",
        "E1",
        "salud",
        ["comite-uno"],
    )
    assert one["users"] == [], "the portal's own account is no member"
    assert act("organization_show", id="comite-uno")["kind"] == "comite"
    assert act("group_show", id="mesa-uno")["objective"] == "Probar"


def test_a_second_seed_changes_nothing(sow: Sow) -> None:
    sow()
    before = act("organization_show", id="entidad-uno")
    again = sow()
    assert {change.outcome for change in again.values()} == {"unchanged"}
    assert not any(change.written or change.kept for change in again.values())
    assert act("organization_show", id="entidad-uno") == before


def test_a_newer_file_updates_what_nobody_touched(sow: Sow) -> None:
    sow()
    found = sow(SMALL.replace("title: Entidad dos", "title: Entidad segunda"))
    assert (found["entidad-dos"].outcome, found["entidad-dos"].written) == ("updated", ("title",))
    assert act("organization_show", id="entidad-dos")["title"] == "Entidad segunda"


def test_what_a_person_changed_is_kept(sow: Sow) -> None:
    sow()
    act("organization_patch", id="entidad-uno", title="Nombre puesto a mano", phone="2226462")
    newer = SMALL.replace("title: Entidad uno", "title: Entidad primera").replace("sigla: E1", "sigla: EU")
    found = sow(newer)["entidad-uno"]
    assert (found.outcome, found.written, found.kept) == ("updated", ("sigla",), ("title",))
    one = act("organization_show", id="entidad-uno")
    assert (one["title"], one["sigla"], one["phone"]) == ("Nombre puesto a mano", "EU", "2226462")
    assert sow(newer)["entidad-uno"].kept == ("title",), "and it stays kept"


def test_what_a_person_emptied_stays_empty(sow: Sow) -> None:
    sow()
    act("organization_patch", id="entidad-uno", url="")
    assert sow()["entidad-uno"].kept == ("url",)
    assert not act("organization_show", id="entidad-uno").get("url")


def test_a_new_web_address_is_followed_not_made_again(sow: Sow) -> None:
    sow()
    act("organization_patch", id="entidad-dos", name="la-segunda")
    found = sow()["entidad-dos"]
    assert (found.outcome, found.kept) == ("unchanged", ("name",))
    assert model.Group.get("entidad-dos") is None


@pytest.mark.parametrize("purge", [False, True])
def test_what_a_person_deleted_is_not_made_again(sow: Sow, purge: bool) -> None:
    sow()
    act("group_delete", id="mesa-uno")
    if purge:
        act("group_purge", id="mesa-uno")
    assert sow()["mesa-uno"].outcome == "deleted"
    found = model.Group.get("mesa-uno")
    assert found is None if purge else found is not None and found.state == "deleted"


def test_what_was_made_by_hand_is_adopted_and_its_values_kept(sow: Sow) -> None:
    act("organization_create", name="entidad-uno", title="Hecha a mano")
    found = sow()["entidad-uno"]
    assert (found.outcome, found.kept) == ("updated", ("title",))
    one = act("organization_show", id="entidad-uno")
    assert (one["title"], one["sigla"]) == ("Hecha a mano", "E1")


def test_a_dry_run_says_the_same_and_writes_nothing(sow: Sow) -> None:
    planned = sow(dry_run=True)
    assert model.Group.get("entidad-uno") is None
    assert records.object_id("organization", "entidad-uno") is None
    assert {name: c.outcome for name, c in sow().items()} == {name: c.outcome for name, c in planned.items()}


def test_a_value_that_the_schema_refuses_undoes_the_whole_seed(sow: Sow) -> None:
    bad = SMALL.replace("mesas:", "- {name: comite-dos, title: Dos, sector: inexistente}\nmesas:")
    with pytest.raises(SeedFileProblem) as caught:
        sow(bad)
    assert "(comite-dos)" in caught.value.message and "sector" in caught.value.message
    assert model.Group.get("entidad-uno") is None
    assert model.Group.get("comite-dos") is None


def test_a_bad_dataset_undoes_the_organizations_too(sow: Sow) -> None:
    with pytest.raises(SeedFileProblem, match="cost"):
        sow(SMALL + "datasets:\n- {name: d1, title: D, type: tramite, owner_org: entidad-uno, cost: caro}\n")
    assert model.Group.get("entidad-uno") is None


def test_a_name_that_a_mesa_has_is_no_organization(sow: Sow) -> None:
    act("group_create", name="entidad-uno", title="Una mesa")
    with pytest.raises(SeedFileProblem, match="ya es de una mesa"):
        sow()


def test_the_portal_s_own_seed_twice() -> None:
    first = counts(seed(seed_files()))
    assert first["organization"]["created"] == 21 and first["group"]["created"] == 4
    second = counts(seed(seed_files()))
    assert second["organization"]["unchanged"] == 21 and second["group"]["unchanged"] == 4
    ine = act("organization_show", id="ine")
    assert ine["committees"] == ["comite-ine"] and not ine.get("phone") and not ine.get("email")


@pytest.fixture
def stored(app: Any, tmp_path: Path, ckan_config: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads go to a folder of the test, and loading their tables to no queue.

    `app`: a file's address needs the routes of its dataset's type, which another test's application may lack.
    """
    from ckanext.gobierno_abierto.quality import jobs

    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path / "storage"))
    monkeypatch.setattr(jobs, "enqueue", lambda resource_id: True)


@pytest.mark.usefixtures("stored")
def test_the_demonstration_data() -> None:
    paths = [*seed_files(), demo_folder()]
    first = counts(seed(paths))["dataset"]
    assert first["created"] == 16
    types = {act("package_show", id=name)["type"] for name in act("package_list")}
    assert types == {"dataset", "estadistica", "medio_ambiente", "contratacion", "rendicion_cuentas", "tramite"}
    for name in act("package_list"):
        dataset = act("package_show", id=name)
        assert "Datos de demostración" in dataset["notes"]
        assert dataset["resources"] and all(r["url_type"] == "upload" and r["size"] for r in dataset["resources"])
    population = act("package_show", id="demo-poblacion-por-departamento")
    assert [r["format"] for r in population["resources"]] == ["CSV", "XLSX", "PDF"]
    assert act("package_show", id="demo-encuesta-piloto")["state"] == "draft"
    assert act("package_show", id="demo-visitantes-preliminar")["private"] is True
    act("package_patch", id="demo-calidad-del-agua", title="Título puesto a mano")
    act("package_delete", id="demo-indice-de-precios")
    changes = {change.name: change for change in seed(paths)}
    assert changes["demo-calidad-del-agua"].kept == ("title",)
    assert changes["demo-indice-de-precios"].outcome == "deleted"
    assert sum(c.outcome == "unchanged" for c in changes.values() if c.kind == "dataset") == 15
    stranger = person()["name"]
    with pytest.raises(Exception, match=r"(?i)denied|autoriza|not authorized"):
        call("package_show", stranger, id="demo-visitantes-preliminar")


@pytest.mark.usefixtures("stored")
def test_a_demonstration_file_that_a_person_replaced_is_kept(tmp_path: Path) -> None:
    dataset = "{name: d1, title: D, owner_org: entidad-uno, files: [{path: a.csv, name: Tabla, format: CSV}]}"
    text = f"{SMALL}datasets:\n- {dataset}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    seed([tmp_path / "s.yaml"])
    made = act("package_show", id="d1")["resources"]
    table.write_text("a,b\n1,3\n", encoding="utf-8")
    assert {c.name: c for c in seed([tmp_path / "s.yaml"])}["d1"].written == ("files",)
    now = act("package_show", id="d1")["resources"]
    assert [r["id"] for r in now] == [r["id"] for r in made], "the address of the file stays"
    assert now[0]["last_modified"] != made[0]["last_modified"]
    act("resource_patch", id=now[0]["id"], name="Tabla corregida")
    table.write_text("a,b\n1,4\n", encoding="utf-8")
    assert {c.name: c for c in seed([tmp_path / "s.yaml"])}["d1"].kept == ("files",)
