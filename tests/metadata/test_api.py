"""Describing through the API: what scripts may send, what is refused and in which words, what search learns."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.gobierno_abierto.metadata import fields
from tests.metadata.api import act, organization
from tests.metadata.samples import full

pytestmark = pytest.mark.portal


def make(**data: Any) -> dict[str, Any]:
    """A dataset with a title, a name and an organization, and what the test adds."""
    return act("package_create", **{"title": "Ríos", "name": "rios", "owner_org": organization(), **data})


def refused(**data: Any) -> dict[str, Any]:
    """The errors of a dataset that cannot be made; nothing of it may stay."""
    with pytest.raises(tk.ValidationError) as caught:
        make(**data)
    assert model.Package.get(data.get("name", "rios")) is None
    return caught.value.error_dict


@pytest.mark.parametrize("dataset_type", fields.DATASET_TYPES)
def test_a_full_description_is_stored_as_sent(dataset_type: str) -> None:
    sent = full(dataset_type, owner_org=organization())
    created = act("package_create", **sent)
    shown = act("package_show", id=created["id"])
    for name in (f["field_name"] for f in fields.load(dataset_type)["dataset_fields"]):
        if name != "tag_string":
            assert shown[name] == sent[name], name
    for name in (f["field_name"] for f in fields.load(dataset_type)["resource_fields"]):
        assert shown["resources"][0][name] == sent["resources"][0][name], name
    assert shown.get("extras", []) == []


def test_a_draft_needs_title_and_organization_only() -> None:
    assert make()["title"] == "Ríos"
    assert set(refused(title="", name="otro")) == {"title"}


def test_without_an_address_one_is_made_of_the_title() -> None:
    def made(title: str) -> str:
        return act("package_create", title=title, owner_org=organization())["name"]

    assert [made("Ríos, 2024"), made("Ríos, 2024"), made("Ríos, 2024")] == ["rios-2024", "rios-2024-2", "rios-2024-3"]
    assert made("New") == "new-2"
    assert len(made("á" * 300)) <= 100


def test_an_update_without_the_address_keeps_it() -> None:
    created = act("package_create", title="Ríos", name="cuencas", owner_org=organization())
    changed = {**created, "title": "Ríos y lagos", "name": ""}
    assert act("package_update", **changed)["name"] == "cuencas"


def test_without_title_nor_address_the_title_is_what_is_missing() -> None:
    with pytest.raises(tk.ValidationError) as caught:
        act("package_create", owner_org=organization())
    assert set(caught.value.error_dict) == {"title"}


def test_codes_labels_and_uris_are_the_same() -> None:
    eu = "http://publications.europa.eu/resource/authority/"
    made = make(
        frequency=f"{eu}frequency/ANNUAL",
        theme=[f"{eu}data-theme/ENVI", "Salud", "ECON"],
        license_id="cc-by",
        access_rights="público",
        language='["aymara", "es"]',
        spatial_coverage=[{"territory": "010101"}, {"territory": "Pando"}],
    )
    assert made["frequency"] == "ANNUAL"
    assert made["theme"] == ["ECON", "ENVI", "HEAL"]
    assert made["license_id"] == "CC-BY-4.0"
    assert made["license_title"] == "Creative Commons Atribución 4.0 Internacional"
    assert made["isopen"] is True
    assert made["access_rights"] == "PUBLIC"
    assert made["language"] == ["es", "ay"]
    assert [place["territory"] for place in made["spatial_coverage"]] == ["2024:010101", "09"]


def test_a_wrong_value_names_field_value_and_what_is_allowed() -> None:
    errors = refused(
        access_rights="SECRETO",
        theme=["ENVI", "AMBIENTE"],
        contact=[{"name": "Datos", "email": "sin arroba"}],
        temporal_coverage=[{"start": "2024", "end": "2023-12-31"}],
        spatial_coverage=[{"territory": "20101"}],
        issued="2024-02-30",
        url="www.ine.gob.bo",
    )
    assert errors["access_rights"][0].startswith("«Derechos de acceso»: «SECRETO» no está en el vocabulario.")
    assert "«AMBIENTE»" in errors["theme"][0] and "ENVI (Medio ambiente)" in errors["theme"][0]
    assert errors["contact"] == [{"email": ["«Correo electrónico»: «sin arroba» no es un correo electrónico. Escriba "
                                            "uno como datos@entidad.gob.bo."]}]  # fmt: skip
    assert "es anterior al inicio, «2024»" in errors["temporal_coverage"][0]["end"][0]
    assert "le falta el cero inicial. ¿Quiso decir 020101" in errors["spatial_coverage"][0]["territory"][0]
    assert "no existe en el calendario" in errors["issued"][0]
    assert "Debe empezar con http:// o https://" in errors["url"][0]
    assert len(errors) == 7


HOSTILE_TEXTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": "a\x00b"}, "title", "U+0000"),
    ({"title": "al \u202erevés"}, "title", "U+202E"),
    ({"title": "\ud800"}, "title", "U+D800"),
    ({"title": "x" * 10_000}, "title", "tiene 10000 caracteres; se admiten 300"),
    ({"title": "../../etc/passwd"}, "title", "«../»"),
    ({"notes": "n\x00"}, "notes", "U+0000"),
    ({"notes": "n" * 20_001}, "notes", "20001"),
    ({"version": "\u2066x"}, "version", "U+2066"),
    ({"variables": ["a\x07"], "type": "estadistica"}, "variables", "U+0007"),
]


def test_hostile_texts_are_refused() -> None:
    for data, field, said in HOSTILE_TEXTS:
        assert said in " ".join(refused(**data)[field]), data


def test_hostile_names_are_refused() -> None:
    for name in ("../etc", "a\x00b", "rios\u202e", "x" * 101, "Ríos Grandes"):
        with pytest.raises(tk.ValidationError) as caught:
            make(name=name)
        assert "name" in caught.value.error_dict, name


def test_hostile_texts_inside_groups_and_resources_are_refused() -> None:
    errors = refused(contact=[{"name": "a\x00"}], resources=[{"url": "https://a.bo/x.csv", "name": "\u202etxt.exe"}])
    assert "U+0000" in errors["contact"][0]["name"][0]
    assert "U+202E" in errors["resources"][0]["name"][0]


WRONG_SHAPES: list[tuple[dict[str, Any], str, str]] = [
    ({"contact": "datos@ine.gob.bo"}, "contact", "lista de objetos con los campos name, role, email, phone, url"),
    ({"contact": ["datos@ine.gob.bo"]}, "contact", "no una lista de textos"),
    ({"contact": {"name": "x"}}, "contact", "no un objeto"),
    ({"resources": ["https://a.bo"]}, "resources", "se espera una lista"),
    ({"theme": {"a": 1}}, "theme", "se espera una lista de textos"),
    ({"title": ["a", "b"]}, "title", "se espera un texto, no una lista"),
    ({"sector": {"x": 1}}, "sector", "se espera un texto, no un objeto"),
    ({"extras": [{"key": "frequency", "value": "ayer"}]}, "extras", "envíelo como campo"),
    ({"type": "inventado"}, "type", "«inventado» no es un tipo de conjunto de datos"),
]


def test_the_wrong_shape_is_refused_in_words() -> None:
    for data, field, said in WRONG_SHAPES:
        assert said in str(refused(**data)[field]), data


def test_a_repeated_name_is_refused() -> None:
    owner = organization()
    act("package_create", title="Uno", name="rios", owner_org=owner)
    with pytest.raises(tk.ValidationError) as caught:
        act("package_create", title="Dos", name="rios", owner_org=owner)
    assert "name" in caught.value.error_dict


def test_blank_groups_are_dropped_and_the_gap_is_closed() -> None:
    made = make(contact=[{"name": "", "email": " "}, {"name": "Datos"}, {}, {"email": "b@c.bo"}])
    assert made["contact"] == [{"name": "Datos"}, {"email": "b@c.bo"}]


def test_what_a_form_sends_empty_is_taken_away() -> None:
    made = act("package_create", **full("dataset", owner_org=organization()))
    form: dict[str, Any] = {
        f["field_name"]: "" for f in fields.load("dataset")["dataset_fields"] if "repeating_subfields" not in f
    }
    form.update({"title": "Sigue", "name": made["name"], "owner_org": made["owner_org"], "tags": []})
    form.update({"contact-0-name": "", "contact-0-email": "", "creator": [], "temporal_coverage": []})
    form.update({"spatial_coverage": [], "theme": ["", ""]})
    emptied = act("package_patch", id=made["id"], **form)
    left = {
        name
        for name in (f["field_name"] for f in fields.load("dataset")["dataset_fields"])
        if emptied.get(name) not in (None, "", [])
    }
    assert left == {"title", "name", "owner_org"}


def test_a_form_page_changes_the_groups_that_are_stored() -> None:
    made = make(contact=[{"name": "Uno"}, {"name": "Dos"}])
    form = {"contact-0-name": "", "contact-1-name": "Dos", "contact-1-email": "dos@a.bo", "contact-2-name": "Tres"}
    assert act("package_patch", id=made["id"], **form)["contact"] == [
        {"name": "Dos", "email": "dos@a.bo"},
        {"name": "Tres"},
    ]
    assert "contact" not in act("package_patch", id=made["id"], contact=[{"name": "", "email": ""}])


def test_formats_and_media_types_are_normalised_or_deduced() -> None:
    urls = [
        {"url": "https://a.bo/x.csv?y=1"},
        {"url": "https://a.bo/x", "format": "excel 2007"},
        {"url": "https://a.bo/mapa", "format": "application/vnd.geo+json"},
        {"url": "https://a.bo/x", "format": "raro"},
        {"url": "https://a.bo/", "mimetype": "http://www.iana.org/assignments/media-types/text/html"},
        {"url": "https://a.bo/x.zip", "format": "http://publications.europa.eu/resource/authority/file-type/SHP"},
    ]
    made = make(resources=urls)["resources"]
    assert [r.get("format") or "" for r in made] == ["CSV", "XLSX", "GeoJSON", "raro", "", "SHP"]
    assert [r.get("mimetype") for r in made] == [
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/geo+json",
        None,
        "text/html",
        "application/vnd.shp",
    ]


def test_search_filters_by_code_and_finds_by_label() -> None:
    make(
        theme=["ENVI"],
        sector="agua-y-saneamiento",
        frequency="ANNUAL",
        temporal_coverage=[{"start": "2021-05", "end": "2023"}],
        spatial_coverage=[{"territory": "2024:030101"}],
        contact=[{"name": "Unidad hidrométrica"}],
    )
    names = ["tema", "departamento", "provincia", "municipio", "gestion", "sector", "frecuencia"]
    for query in ("Cochabamba", "hidrométrica", '"Medio ambiente"', "saneamiento"):
        assert act("package_search", q=query)["count"] == 1, query
    found = act("package_search", q="*:*", **{"facet.field": [f"vocab_{name}" for name in names]})
    facets = {
        name.removeprefix("vocab_"): {i["name"]: i["display_name"] for i in facet["items"]}
        for name, facet in found["search_facets"].items()
    }
    assert facets == {
        "tema": {"ENVI": "Medio ambiente"},
        "departamento": {"03": "Cochabamba"},
        "provincia": {"0301": "Cercado"},
        "municipio": {"2024:030101": "Cochabamba"},
        "gestion": {"2021": "2021", "2022": "2022", "2023": "2023"},
        "sector": {"agua-y-saneamiento": "Agua y saneamiento"},
        "frecuencia": {"ANNUAL": "Anual"},
    }
    assert act("package_search", fq='vocab_municipio:"2024:030101"')["count"] == 1
    assert act("package_search", fq="vocab_departamento:02")["count"] == 0


def test_completeness_is_an_action() -> None:
    made = make()
    answer = act("metadata_completeness_show", id="rios")
    assert answer["id"] == made["id"]
    assert 0 < answer["completeness"] < 50
    assert {"field": "notes", "label": {"es": "Descripción", "en": "Description"}, "page": 1, "resource": None} in (
        answer["missing"]
    )
    with pytest.raises(tk.ObjectNotFound):
        act("metadata_completeness_show", id="nada")


def test_vocabularies_are_actions() -> None:
    names = [vocabulary["name"] for vocabulary in act("metadata_vocabulary_list")]
    assert {"temas", "municipios", "licencias", "territorio"} <= set(names)
    shown = act("metadata_vocabulary_show", name="municipios")
    assert len(shown["entries"]) == 343
    found = act("metadata_vocabulary_show", name="municipios", q="achacachy")["entries"]
    assert found[0]["label"]["es"] == "Achacachi"
    with pytest.raises(tk.ObjectNotFound):
        act("metadata_vocabulary_show", name="nada")


def test_organizations_and_mesas_take_their_fields() -> None:
    act(
        "organization_create",
        name="comite-ambiente",
        title="Comité de Medio Ambiente",
        kind="comite",
        lead_entity="mmaya",
    )
    made = act(
        "organization_create",
        name="mmaya",
        title="Ministerio de Medio Ambiente y Agua",
        sector="Medio ambiente y biodiversidad",
        committees=["comite-ambiente"],
        email="datos@mmaya.gob.bo",
    )
    shown = act("organization_show", id=made["id"])
    assert (shown["sector"], shown["committees"]) == ("medio-ambiente", ["comite-ambiente"])
    mesa = act("group_create", name="mesa-datos", title="Mesa", axis="gestion-de-datos", members=["AGETIC", "INE"])
    assert act("group_show", id=mesa["id"])["members"] == ["AGETIC", "INE"]
    with pytest.raises(tk.ValidationError) as caught:
        act("organization_create", name="x1", title="\u202eX", kind="otra", email="x")
    assert set(caught.value.error_dict) == {"title", "kind", "email"}


def test_the_plugin_brings_its_configuration() -> None:
    assert set(tk.h.scheming_dataset_schemas()) == set(fields.DATASET_TYPES)
    assert [title for title, _ in model.Package.get_license_options()][0].startswith("Declaración de uso")


def test_each_type_has_its_pages(app: Any) -> None:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    token = act("api_token_create", user=user["name"], name="t")["token"]
    for dataset_type in fields.DATASET_TYPES:
        page = app.get(f"/{dataset_type}/new", headers={"Authorization": token})
        assert page.status_code == 200, dataset_type
        for name in ("title", "name", "theme", "license_id", "owner_org"):
            assert f'name="{name}"' in page.body


def test_the_choice_of_a_kind_is_for_those_who_may_publish(app: Any) -> None:
    officer, reader = factories.UserWithToken(), factories.UserWithToken()
    entity = organization()
    act("member_create", id=entity, object=officer["name"], object_type="user", capacity="editor")
    page = app.get("/publicar", headers={"Authorization": officer["token"]})
    for kind in fields.DATASET_TYPES:
        assert f"/{kind}/new" in page.body, kind
    with_group = app.get("/publicar?group=ine", headers={"Authorization": officer["token"]})
    assert "/tramite/new?group=ine" in with_group.body
    with (
        helpers.changed_config("ckan.auth.create_unowned_dataset", False),
        helpers.changed_config("ckan.auth.create_dataset_if_not_in_organization", False),
    ):
        app.get("/publicar", headers={"Authorization": reader["token"]}, status=403)


@pytest.mark.parametrize("kind", fields.DATASET_TYPES)
def test_the_form_without_an_address_leads_to_its_second_page(app: Any, kind: str) -> None:
    officer = factories.UserWithToken()
    entity = organization()
    act("member_create", id=entity, object=officer["name"], object_type="user", capacity="editor")
    answer = app.post(
        f"/{kind}/new",
        data={"title": "Registro de ríos", "name": "", "owner_org": entity, "save": ""},
        headers={"Authorization": officer["token"]},
        follow_redirects=False,
    )
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"/{kind}/new/registro-de-rios/2")
