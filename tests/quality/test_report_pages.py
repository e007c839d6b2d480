"""What people see of a report: the page, the state while it runs, the profile, the suggested dictionary."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.quality import reports, status
from ckanext.gobierno_abierto.quality.pages import report_view
from tests.files import samples as s
from tests.files.conftest import act
from tests.quality.checking import judged
from tests.quality.speech import ENGLISH, SPANISH
from tests.workflow.browsing import Visit, faults, text_of
from tests.workflow.conftest import Scene, scene

__all__ = ["scene"]

SPANISH_SITE = pytest.mark.ckan_config("ckan.locale_default", "es")
#: Names and cards that were made up for this test.
PEOPLE = [
    (f"{name} {last}", f"{1234567 + 7919 * n} LP")
    for n, (name, last) in enumerate(
        (name, last)
        for name in ("Juana", "Marco", "Rosa", "Luis", "Elena", "Felipe")
        for last in ("Quispe Mamani", "Condori Flores", "Rojas Vargas", "Choque Apaza", "Gutierrez Lima")
    )
]
HOSTILE = "<script>alert(1)</script>\"'{{ 7*7 }}"


def faulty() -> str:
    """A table with a ragged row (line 4), an impossible date (line 6), two columns about people and a hostile value."""
    rows = ["municipio,edad,fecha,nombre completo,carnet,nota"]
    for n, (name, card) in enumerate(PEOPLE):
        day = "31/02/2024" if n == 4 else f"{n % 28 + 1:02}/01/2024"
        extra = ",sobra" if n == 2 else ""
        note = HOSTILE.replace('"', "") if n % 2 else ""
        rows.append(f"La Paz,{20 + n},{day},{name},{card},{note}{extra}")
    return "\n".join(rows) + "\n"


def answer(report: dict[str, Any] | None, state: str = "done", **more: Any) -> dict[str, Any]:
    """What quality_report_show answers an insider."""
    return {
        "resource_id": "r", "package_id": "p", "subject": "r", "proposed": False, "state": state, "label": "Rótulo",
        "detail": "", "rows_read": 0, "updated": None, "finished": None, "problem": None, "load": None,
        "report": report, "versions": [{"subject": "r", "state": state}], **more,
    }  # fmt: skip


def outsider(found: dict[str, Any]) -> dict[str, Any]:
    """The same, as everybody else gets it."""
    return {key: value for key, value in found.items() if key not in ("versions", "bases")}


def basis(column: str, kind: str, accepted: bool | None) -> dict[str, Any]:
    return {"column": column, "kind": kind, "basis": "Ley 164", "accepted": accepted, "note": "visto"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return judged(tmp_path_factory.mktemp("r"), faulty())


def places(shown: report_view.ReportView, check: str) -> list[str]:
    return [
        f"{place.where}: {place.value}".rstrip(": ")
        for _severity, _section, findings in shown.groups
        for finding in findings
        if finding.check == check
        for item in finding.items
        for place in item.places
    ]


def test_faults_come_first_with_their_places(report: dict[str, Any]) -> None:
    shown = report_view.view(answer(report), [], SPANISH)
    assert [severity for severity, _section, _findings in shown.groups][0] == "error"
    assert places(shown, "impossible_dates") == ["línea 6: 31/02/2024"]
    assert places(shown, "ragged_rows") == ["línea 4, 7 valores"]
    dates = next(one for one in shown.groups[0][2] if one.check == "impossible_dates")
    assert (dates.items[0].where, dates.count, dates.tone) == ("columna «fecha»", "1 caso", "bad")


def test_the_page_speaks_english(report: dict[str, Any]) -> None:
    shown = report_view.view(answer(report), [], ENGLISH)
    assert "Impossible dates" in [one.title for one in shown.groups[0][2]]


def test_every_check_is_told_once(report: dict[str, Any]) -> None:
    shown = report_view.view(answer(report), [], SPANISH)
    told = [one.title for _severity, _section, findings in shown.groups for one in findings]
    told += [title for _group, titles in shown.passed for title in titles]
    told += [title for title, _reason in shown.skipped]
    assert len(told) == len(set(told)) == len({one["check"] for one in report["results"]})
    summary = report["summary"]
    assert len(shown.skipped) == summary["not_applicable"]
    assert sum(len(titles) for _group, titles in shown.passed) == summary["passed"]


def test_a_heading_names_the_column_and_not_its_line(tmp_path: Path) -> None:
    shown = report_view.view(answer(judged(tmp_path, "a,vacia\n1,\n2,\n")), [], SPANISH)
    assert places(shown, "empty_columns") == ["columna «vacia»"]


def test_rows_of_a_sheet_are_called_rows(tmp_path: Path) -> None:
    sheet = s.xlsx([["fecha", "n"], ["01/02/2024", 1], ["31/02/2024", 2], ["05/02/2024", 3]])
    shown = report_view.view(answer(judged(tmp_path, sheet, "t.xlsx")), [], SPANISH)
    assert places(shown, "impossible_dates") == ["fila 3: 31/02/2024"]


@pytest.mark.parametrize(
    "body,tone,sentence,theirs",
    [
        ("lugar,casos\nLa Paz,5\nOruro,6\n", "ok", "Se puede publicar: no se", "La revisión no encontró errores."),
        ("lugar,casos\nLa Paz,5\nLa Paz,5\n", "warn", "Se puede publicar. Antes", "La revisión no encontró errores."),
        ("dia,n\n01/02/2024,1\n31/02/2024,2\n", "bad", "Tiene 1 error que", "La revisión encontró 1 error."),
    ],
)
def test_the_verdict(tmp_path: Path, body: str, tone: str, sentence: str, theirs: str) -> None:
    found = answer(judged(tmp_path, body))
    shown = report_view.verdict(found, SPANISH)
    assert shown.tone == tone and shown.sentence.startswith(sentence)
    assert report_view.verdict(outsider(found), SPANISH).sentence == theirs


@pytest.mark.parametrize(
    "accepted,tone,sentence",
    [
        ([], "bad", "Falta decidir qué se hace con 2 columnas de datos personales."),
        ([True], "bad", "Falta decidir qué se hace con 1 columna de datos personales."),
        ([True, False], "bad", "Falta decidir qué se hace con 1 columna de datos personales."),
        ([True, None], "warn", "Espera que se revise la base legal de 1 columna de datos personales."),
        ([True, True], "ok", "Se puede publicar: no se encontró nada que lo impida."),
    ],
)
def test_personal_data_waits_for_its_decision(
    tmp_path: Path, accepted: list[bool | None], tone: str, sentence: str
) -> None:
    clean = "nombre completo,carnet\n" + "".join(f"{name},{card}\n" for name, card in PEOPLE)
    found = judged(tmp_path, clean)
    kinds = [(one["column"], one["kind"]) for one in found["tables"][0]["personal_data"]]
    bases = [basis(*kind, said) for kind, said in zip(kinds, accepted, strict=False)]
    shown = report_view.verdict(answer(found, bases=bases), SPANISH)
    assert (shown.tone, shown.sentence) == (tone, sentence)
    assert shown.rest[0] == ("datos-personales", "2 columnas con datos personales")


def test_only_insiders_learn_what_was_decided(report: dict[str, Any]) -> None:
    found = answer(report, bases=[basis("carnet", "cedula", None)])
    inside = {one.column: one for one in report_view.view(found, [], SPANISH).personal}
    assert inside["carnet"].state == "Base legal declarada, espera la revisión" and inside["carnet"].basis == "Ley 164"
    assert inside["nombre completo"].state == "Falta decidir"
    for one in report_view.view(outsider(found), [], SPANISH).personal:
        assert (one.decision, one.basis, one.note) == ("", "", "")


@pytest.mark.parametrize(
    "state,problem,tone,sentence",
    [
        ("none", None, "info", "Este archivo todavía no fue revisado."),
        ("waiting", None, "info", "La revisión está en curso; aquí se verá lo que encuentre."),
        ("failed", {"code": "x", "message": "No hay memoria."}, "bad", "No hay memoria."),
    ],
)
def test_without_a_report_the_state_is_told(
    state: str, problem: dict[str, str] | None, tone: str, sentence: str
) -> None:
    shown = report_view.view(answer(None, state, problem=problem), [], SPANISH)
    assert (shown.verdict.tone, shown.verdict.sentence) == (tone, sentence)
    assert not shown.groups and not shown.tables and not shown.passed


def test_an_older_report_is_no_verdict_on_a_new_content(report: dict[str, Any]) -> None:
    assert report_view.verdict(answer(report, "checking"), SPANISH).sentence.startswith("La revisión está en curso")
    assert report_view.verdict(answer(report, "loading"), SPANISH).sentence == "Tiene 2 errores que corregir."


@given(st.binary(max_size=300))
def test_any_file_has_a_page(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    found = judged(tmp_path_factory.mktemp("any"), body)
    shown = report_view.view(answer(found), [], SPANISH)
    assert shown.verdict.sentence
    assert sum(len(findings) for _severity, _section, findings in shown.groups) == sum(
        found["summary"][key] for key in ("errors", "warnings", "suggestions")
    )


# A portal


def checked(resource_id: str, report: dict[str, Any], loaded: bool = True) -> None:
    """The worker has been there."""
    row = reports.report_of(resource_id)
    reports.finish(resource_id, row.content, report)
    if loaded and status.row_of(resource_id) is not None:
        status.write(resource_id, status.COMPLETE, rows=report["summary"]["rows"], columns=6)
    model.Session.commit()


@pytest.fixture
def made(dataset: dict[str, Any]) -> dict[str, Any]:
    """An uploaded table that nobody checked yet, in a public dataset."""
    return dict(
        act("resource_create", package_id=dataset["id"], name="Casos", upload=s.sent("t.csv", faulty().encode()))
    )


def page_of(dataset: dict[str, Any], resource: dict[str, Any], end: str = "/calidad") -> str:
    return f"/dataset/{dataset['name']}/resource/{resource['id']}{end}"


def get(app: Any, path: str, user: dict[str, Any] | None = None, status: int = 200) -> str:
    found = app.get(path, headers={"Authorization": user["token"]} if user else {}, follow_redirects=False)
    assert found.status_code == status, (path, found.status_code)
    return str(found.body)


@SPANISH_SITE
@pytest.mark.portal
class TestPages:
    """A dataset that everybody may see."""

    def test_the_report_page(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any], report: dict[str, Any]
    ) -> None:
        checked(made["id"], report)
        inside, outside = (get(app, page_of(dataset, made), who) for who in (officer, None))
        for body in (inside, outside):
            assert faults(body) == []
            text = text_of(body)
            assert "línea 6: «31/02/2024»" in html.unescape(text) and "Datos personales" in text
            assert "Quispe" not in body and PEOPLE[0][1] not in body
            assert "<script>alert" not in body
        assert "2 errores" in inside and "Tiene 2 errores que corregir." in inside
        assert "muestras tapadas" in inside and "muestras tapadas" not in outside
        assert "Editar el archivo" in inside and "Editar el archivo" not in outside
        title = re.search(r"<title>(.*?)</title>", outside, re.DOTALL)
        assert title and title[1].strip().startswith("Revisión - Casos")

    @pytest.mark.parametrize("state", ["waiting", "checking", "failed", "none"])
    def test_every_state_has_its_page(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any], state: str
    ) -> None:
        content = reports.report_of(made["id"]).content
        if state == "none":
            reports.run("forget", subject=made["id"])
        if state == "checking":
            reports.begin(made["id"], content)
            reports.progress(made["id"], content, 12000)
        if state == "failed":
            reports.fail(made["id"], content, {"code": "check_too_large", "arguments": {"limit": 1024}}, None)
        model.Session.commit()
        for who in (officer, None):
            body = get(app, page_of(dataset, made), who)
            assert faults(body) == []
            assert ("data-ga-check" in body) == (state in ("waiting", "checking") and who is officer)
        if state == "checking":
            assert "12.000 filas leídas" in get(app, page_of(dataset, made), officer)

    def test_the_resource_page(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any], report: dict[str, Any]
    ) -> None:
        path = page_of(dataset, made, "")
        waiting = get(app, path, officer)
        assert 'data-ga-state="waiting"' in waiting and waiting.count("calidad.js") == 1
        assert 'role="status"' in waiting and "En espera de revisión" in waiting
        assert "data-ga-check" not in get(app, path)
        act("resource_patch", id=made["id"], columns=[{"name": "edad", "title": "Edad cumplida"}])
        checked(made["id"], report)
        for who in (officer, None):
            body = get(app, path, who)
            assert faults(body) == []
            assert "Qué hay en la tabla" in body and "Edad cumplida" in body and "ga-plot-histogram" in body
            assert "Quispe" not in body and "calidad.js" not in body and body.count("calidad.css") == 1
            assert page_of(dataset, made) in body and "Revisado" in body

    def test_the_state_is_asked_for_in_the_language_of_the_page(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any]
    ) -> None:
        body = get(app, "/en" + page_of(dataset, made, ""), officer)
        asked = re.search(r'data-ga-url="([^"]+)"', body)
        assert asked and asked[1].startswith("/en/api/3/action/quality_report_show")
        assert '"state": "waiting"' in get(app, html.unescape(asked[1]), officer)

    def test_of_many_columns_the_first_are_open(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], tmp_path: Path
    ) -> None:
        wide = ",".join(f"c{n}" for n in range(40)) + "\n" + (",".join("1" * 40) + "\n") * 3
        checked(made["id"], judged(tmp_path, wide))
        body = get(app, page_of(dataset, made, ""))
        assert faults(body) == [] and "Ver 10 columnas más" in body
        assert body.count('class="ga-column"') == 40

    def test_the_list_shows_states_to_insiders_alone(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any], report: dict[str, Any]
    ) -> None:
        path = f"/dataset/{dataset['name']}"
        assert "En espera de revisión" in get(app, path, officer)
        checked(made["id"], report)
        inside = get(app, path, officer)
        assert faults(inside) == [] and "2 errores" in inside
        assert "data-ga-check" not in get(app, path)

    @pytest.mark.parametrize("end", ["/calidad?version=nada", "x/calidad", "%00/calidad", "/calidad?version=%00"])
    def test_what_is_not_there_answers_404(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], end: str
    ) -> None:
        get(app, page_of(dataset, made, end), status=404)

    def test_a_file_is_found_in_its_own_dataset_alone(self, app: Any, made: dict[str, Any]) -> None:
        get(app, f"/dataset/otro/resource/{made['id']}/calidad", status=404)

    def test_the_form_is_filled_in_and_nothing_is_saved(
        self, app: Any, dataset: dict[str, Any], made: dict[str, Any], officer: dict[str, Any], report: dict[str, Any]
    ) -> None:
        path = page_of(dataset, made, "/edit")
        assert "columnas=archivo" not in get(app, path, officer)
        act(
            "resource_patch",
            id=made["id"],
            columns=[{"name": "EDAD", "title": "Los años"}, {"name": "vieja", "title": "x"}],
        )
        checked(made["id"], report)
        plain = get(app, path, officer)
        assert f"{path}?columnas=archivo" in plain and "Los años" in plain and "municipio" not in plain.lower()
        filled = get(app, f"{path}?columnas=archivo", officer)
        names = re.findall(r'name="columns-\d+-name"[^>]*value="([^"]+)"', filled)
        assert names == ["municipio", "EDAD", "fecha", "nombre completo", "carnet", "nota", "vieja"]
        assert "Los años" in filled and "«vieja»" in filled and "Se agregaron 5 columnas del archivo." in filled
        saved = act("resource_show", id=made["id"])["columns"]
        assert [one["name"] for one in saved] == ["EDAD", "vieja"]

    def test_the_dictionary_is_suggested_to_who_may_change_the_file(
        self, made: dict[str, Any], officer: dict[str, Any], report: dict[str, Any]
    ) -> None:
        def suggest(user: str, **arguments: Any) -> dict[str, Any]:
            asked = {"id": made["id"], **arguments}
            return dict(tk.get_action("quality_dictionary_suggest")({"user": user, "ignore_auth": False}, asked))

        assert suggest(officer["name"]) == {"columns": [], "added": [], "absent": []}
        checked(made["id"], report)
        found = suggest(officer["name"], columns=[{"name": "Fecha", "title": "Día"}])
        assert len(found["columns"]) == 6 and found["columns"][2]["title"] == "Día"
        assert found["added"] == ["municipio", "edad", "nombre completo", "carnet", "nota"]
        with pytest.raises(tk.NotAuthorized):
            suggest("")


@SPANISH_SITE
@pytest.mark.gated
class TestProposals:
    """What is not public reaches nobody but the dataset's people."""

    @pytest.fixture
    def visit(self, scene: Scene, app: Any, storage: Path, queued: list[str]) -> Visit:
        return Visit(scene, app)

    def draft(self, visit: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
        """A dataset that nobody published, with its file."""
        made = visit.scene.dataset(resources=[])
        sent = s.sent("t.csv", faulty().encode())
        file = visit.scene.call("resource_create", "author", package_id=made["id"], name="Casos", upload=sent)
        return made, file

    @pytest.mark.parametrize(
        "who,status",
        [(None, 404), ("citizen", 404), ("stranger", 404), ("author", 200), ("member", 200), ("reviewer", 200)],
    )
    def test_a_draft_is_for_its_people(
        self, visit: Visit, report: dict[str, Any], who: str | None, status: int
    ) -> None:
        made, file = self.draft(visit)
        checked(file["id"], report)
        body = visit.get(page_of(made, file), who, status)
        assert ("31/02/2024" in body) == (status == 200)
        if status == 200:
            assert faults(body) == []

    @pytest.mark.parametrize("who,count", [(None, 0), ("stranger", 0), ("reviewer", 1)])
    def test_the_list_of_checked_files_is_for_insiders(self, visit: Visit, who: str | None, count: int) -> None:
        made, file = self.draft(visit)
        with visit.app.flask_app.test_request_context("/"):
            tk.g.user = visit.scene.people[who]["name"] if who else ""
            assert tk.h.ga_checked_files(made["id"]) == [{"id": file["id"], "name": "Casos"}][:count]
            shown = tk.render("quality/snippets/check_list.html", {"pkg": made})
        assert shown.count(f'id="ga-check-{file["id"]}"') == count

    def test_the_proposed_file_is_shown_to_insiders_with_a_switch(
        self, visit: Visit, report: dict[str, Any], tmp_path: Path
    ) -> None:
        made, file = self.draft(visit)
        checked(file["id"], judged(tmp_path, "lugar,casos\nLa Paz,5\nLa Paz,7\nOruro,6\n"))
        visit.scene.publish(made["id"])
        proposed = s.sent("t.csv", (faulty() + "Oruro,3,01/02/2024,,,\n").encode())
        visit.scene.call("resource_patch", "author", id=file["id"], upload=proposed)
        subject = next(row.subject for row in reports.of_resource(file["id"]) if row.subject != file["id"])
        checked(subject, report, loaded=False)
        reports.set_load_state(subject, "complete")
        model.Session.commit()
        path = page_of(made, file)
        inside = visit.get(path, "author")
        assert faults(inside) == [] and "31/02/2024" in inside
        assert 'aria-current="page">Archivo de la propuesta' in inside
        assert f"version={file['id']}" in inside
        assert "31/02/2024" not in visit.get(f"{path}?version={file['id']}", "author")
        assert "31/02/2024" not in visit.get(path, None)
        visit.get(f"{path}?version={subject}", None, 404)
        page = visit.get(page_of(made, file, ""), "author")
        assert "Propuesta" in page and "La Paz" in page and "31/02/2024" not in page
