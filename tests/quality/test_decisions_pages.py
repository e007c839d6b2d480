"""The page of personal data: what each person sees on it and does with it, without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.model as model
import pytest

from ckanext.gobierno_abierto.quality import reports
from ckanext.gobierno_abierto.quality.decisions import bases
from tests.files import samples as s
from tests.metadata.api import act
from tests.quality.deciding import BASIS, body_of, checked, secret_free, uploaded
from tests.quality.people import CSV, HEADING, ROWS, text_of
from tests.workflow.browsing import Visit, faults, messages
from tests.workflow.browsing import text_of as text_in
from tests.workflow.cast import PEOPLE, cast, collaborate
from tests.workflow.conftest import Scene, sample

pytestmark = [
    pytest.mark.portal,
    pytest.mark.ckan_config("ckan.locale_default", "es"),
    pytest.mark.ckan_config("ckan.auth.allow_dataset_collaborators", True),
]
WRITERS = {"author", "editor", "admin", "both", "sysadmin", "collaborator"}
JUDGES = {"reviewer", "colleague", "coordinator", "sysadmin"}


@pytest.fixture
def scene(rolled_back_db: None, storage: Path, queued: list[str]) -> Scene:
    return cast()


@pytest.fixture
def package(scene: Scene) -> dict[str, Any]:
    made = scene.call("package_create", "author", **sample(owner_org=scene.org["id"], resources=[], private=False))
    collaborate(scene, made["id"])
    return dict(made)


@pytest.fixture
def made(scene: Scene, package: dict[str, Any]) -> dict[str, Any]:
    return uploaded(scene, package["id"])


@pytest.fixture
def visit(scene: Scene, app: Any) -> Visit:
    return Visit(scene, app)


def address(package: dict[str, Any], resource: dict[str, Any]) -> str:
    return f"/dataset/{package['name']}/resource/{resource['id']}/datos-personales"


def form(**fields: str) -> dict[str, Any]:
    """The form of the three columns; a field's `_` stands for `-`."""
    columns = (("carnet", "cedula"), ("nombre completo", "nombre_persona"), ("fecha de nacimiento", "fecha_nacimiento"))
    kept: dict[str, Any] = {}
    for number, (column, kind) in enumerate(columns):
        kept |= {f"column-{number}": column, f"kind-{number}": kind, f"table-{number}": "", f"choice-{number}": ""}
    return {"do": "treat", **kept, **{name.replace("_", "-"): value for name, value in fields.items()}}


def test_who_sees_what(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    visit.scene.call(
        "quality_personal_data_declare", "author", id=made["id"], column="carnet", kind="cedula", basis=BASIS
    )
    path = address(package, made)
    answer = visit.app.get(path, follow_redirects=False)
    assert answer.status_code == 302 and "/user/login" in answer.headers["Location"]
    for who in PEOPLE[1:]:
        if who in ("citizen", "stranger"):
            body = visit.get(path, who, 403)
            assert "carnet" not in body and BASIS not in body
            continue
        body = visit.get(path, who)
        assert faults(body) == [] and secret_free(body)
        text = text_in(body)
        assert "3 columnas parecen llevar datos de personas" in text and BASIS in text
        assert ("Guardar lo decidido" in text) == (who in WRITERS)
        assert ("Guardar la decisión" in text) == (who in JUDGES)
        assert ("Retirar la base legal" in text) == (who in WRITERS)


def test_a_private_dataset_is_not_there_for_others(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    model.Package.get(package["id"]).private = True
    model.Session.commit()
    for who in ("citizen", "stranger"):
        visit.get(address(package, made), who, 404)
        visit.post(address(package, made), who, 404, **form(choice_0="drop"))
    assert body_of(made["id"]) == CSV
    visit.get(address(package, made), "reviewer")


@pytest.mark.parametrize("reference,resource", [("no-existe", None), (None, "no-existe"), (None, "%00"), ("%00", None)])
def test_what_is_not_there(
    visit: Visit, package: dict[str, Any], made: dict[str, Any], reference: str | None, resource: str | None
) -> None:
    path = f"/dataset/{reference or package['name']}/resource/{resource or made['id']}/datos-personales"
    visit.get(path, "author", 404)
    visit.get(f"{address(package, made)}?version=no-existe", "author", 404)


def test_what_is_shown_of_a_column(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    body = visit.get(address(package, made), "author")
    text = text_in(body)
    for words in (
        "Detiene el envío",
        "Columna «carnet»",
        "Falta decidir",
        "Cédula de identidad",
        "confianza:",
        "Por qué se señala:",
        "Quitar la columna",
        "Por ejemplo, «12****7 LP» queda como «******* LP».",
        "Por ejemplo, «12****7 LP» queda como «9f2c41d07b8e6a35».",
        "Publicarla y declarar su base legal",
    ):
        assert words in text, words
    assert body.count('type="radio"') == 5 + 5 + 4 and "style=" not in body[body.index("<main") :].split("</main>")[0]
    assert "no-store" in visit.app.get(address(package, made), headers=visit.as_("author")).headers["Cache-Control"]


def test_all_columns_are_decided_at_once(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    path = address(package, made)
    sent = form(choice_0="hash", choice_1="drop", choice_2="declare", basis_2=BASIS)
    assert visit.post(path, "author", **sent).headers["Location"].endswith(path)
    assert body_of(made["id"]).startswith(b"carnet,fecha de nacimiento,municipio,monto\n")
    assert [(row.column_name, row.basis) for row in bases.of_resource(made["id"])] == [("fecha de nacimiento", BASIS)]
    text = text_in(visit.get(path, "author"))
    assert "La revisión no terminó" in text and BASIS in text
    checked(made["id"])
    text = text_in(visit.get(path, "author"))
    assert "1 columna parece llevar datos de personas" in text and "Espera la revisión de la base legal" in text


@pytest.mark.parametrize(
    "sent,status,words",
    [
        (form(), 400, "No eligió"),
        (form(choice_0="declare", basis_0="corta"), 400, "5 caracteres"),
        (form(choice_0="cifrar"), 400, "cifrar"),
        (form(choice_0="drop", **{"column-0": "monto"}), 400, "«monto»"),
        (form(choice_0="drop", **{"table-0": "Hoja 1"}), 400, "«Hoja 1»"),
        (form(choice_0="drop", choice_1="drop", **{"table-0": "Hoja 1"}), 400, "varias hojas"),
        ({"do": "decide", "column": "carnet", "kind": "cedula"}, 400, "Marque si acepta"),
        ({"do": "undeclare", "column": "carnet", "kind": "cedula"}, 404, "No hay una base legal"),
    ],
)
def test_errors_keep_what_was_typed(
    visit: Visit, package: dict[str, Any], made: dict[str, Any], sent: dict[str, Any], status: int, words: str
) -> None:
    sent = {**sent, "basis-1": "Lo que se escribió antes."}
    body = visit.post(address(package, made), "author", status, **sent).body
    assert words in " ".join(messages(body)) and faults(body) == []
    if sent["do"] == "treat":
        assert "Lo que se escribió antes." in body
    if sent.get("choice-0") in ("drop", "declare"):
        assert f'value="{sent["choice-0"]}" id="choice-0-{sent["choice-0"]}"' in body
        assert body[body.index(f'id="choice-0-{sent["choice-0"]}"') :].split(">")[0].endswith("checked")
    assert body_of(made["id"]) == CSV and bases.of_resource(made["id"]) == []


def test_bases_are_declared_all_or_none(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    sent = form(choice_0="declare", basis_0=BASIS, choice_1="declare", basis_1="corta")
    visit.post(address(package, made), "author", 400, **sent)
    assert bases.of_resource(made["id"]) == []
    visit.post(address(package, made), "author", 400, do="otra cosa")


def test_a_reviewer_judges(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    path = address(package, made)
    visit.post(path, "author", **form(choice_0="declare", basis_0=BASIS))
    sent: dict[str, Any] = {"do": "decide", "column": "carnet", "kind": "cedula"}
    sent["declared_at"] = bases.of_resource(made["id"])[0].declared_at.isoformat()
    body = visit.post(path, "reviewer", 400, **sent, accepted="false").body
    assert "Falta decir por qué" in " ".join(messages(body)) and 'id="accepted-0-false" checked' in body
    visit.post(path, "author", 403, **sent, accepted="true")
    visit.post(path, "reviewer", **sent, accepted="false", note="Esa ley no lo manda.")
    text = text_in(visit.get(path, "member"))
    assert "Base legal rechazada" in text and "Esa ley no lo manda." in text
    visit.post(path, "reviewer", **sent, accepted="true")
    assert "Base legal aceptada" in text_in(visit.get(path, "author"))
    visit.post(path, "editor", do="undeclare", column="carnet", kind="cedula")
    assert bases.of_resource(made["id"]) == []


def test_who_declared_it_is_told_to_leave_it_to_others(
    visit: Visit, package: dict[str, Any], made: dict[str, Any]
) -> None:
    path = address(package, made)
    visit.post(path, "sysadmin", **form(choice_0="declare", basis_0=BASIS))
    text = text_in(visit.get(path, "sysadmin"))
    assert "La declaró usted" in text and "Guardar la decisión" not in text


def test_others_write_nothing(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    for who in ("citizen", "stranger", "member", "reviewer"):
        for sent in (form(choice_0="drop"), form(choice_0="declare", basis_0=BASIS)):
            visit.post(address(package, made), who, 403, **sent)
    assert body_of(made["id"]) == CSV and bases.of_resource(made["id"]) == []


def test_a_sheet_and_a_link_say_what_can_be_done(visit: Visit, package: dict[str, Any]) -> None:
    book = uploaded(visit.scene, package["id"], upload=s.sent("p.xlsx", s.xlsx([list(HEADING), *ROWS])), format="XLSX")
    body = visit.get(address(package, book), "author")
    assert "se guarda como CSV la hoja" in text_in(body) and faults(body) == []
    row = reports.report_of(book["id"])
    link = visit.scene.call(
        "resource_create", "author", package_id=package["id"], url="https://entidad.gob.bo/p.csv", format="CSV"
    )
    other = reports.report_of(link["id"])
    reports.finish(other.subject, other.content, row.report)
    body = visit.get(address(package, link), "author")
    assert "enlace a otro sitio" in text_in(body) and 'value="drop"' not in body and 'value="declare"' in body


def test_a_clean_file_and_a_file_without_heading(visit: Visit, package: dict[str, Any]) -> None:
    clean = uploaded(visit.scene, package["id"], body=b"municipio,monto\nOruro,1\nTarija,2\n")
    assert "No se encontraron columnas" in text_in(visit.get(address(package, clean), "author"))
    headless = uploaded(visit.scene, package["id"], body=text_of([[row[0], row[3]] for row in ROWS]).encode())
    body = visit.get(address(package, headless), "author")
    assert "Columna «columna 1»" in text_in(body) and secret_free(body)


def test_other_types_of_datasets(visit: Visit) -> None:
    made = act(
        "package_create", **sample(type="estadistica", owner_org=visit.scene.org["id"], resources=[], private=False)
    )
    sent = uploaded(visit.scene, made["id"])
    body = visit.get(address(made, sent), "author")
    assert f'href="/{made["type"]}/{made["name"]}"' in body


def test_in_english(visit: Visit, package: dict[str, Any], made: dict[str, Any]) -> None:
    body = visit.get(f"/en{address(package, made)}", "author")
    assert "Identity card number" in body and secret_free(body)
