"""Scores of a running portal: what is kept, what the actions, pages and commands say, and to whom."""

from __future__ import annotations

import copy
import csv
import io
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from click.testing import CliRunner
from sqlalchemy import text

from ckanext.gobierno_abierto.common.cli import gobierno_abierto
from ckanext.gobierno_abierto.quality.scores import (
    cli,  # noqa: F401  it adds its commands to the group
    links,
    reminders,
    scoring,
    store,
    tick,
)
from ckanext.gobierno_abierto.quality.scores.conformance import violations
from tests.files import samples as s
from tests.files.conftest import act
from tests.metadata import samples
from tests.metadata.test_dcat import SHAPES
from tests.workflow.browsing import faults, text_of
from tests.workflow.conftest import sample

pytestmark = pytest.mark.portal


def published(organization: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A public dataset that is complete, with its score."""
    owner = organization or factories.Organization()
    made = act("package_create", **sample(**{"owner_org": owner["id"], "name": f"d-{uuid4()}", **values}))
    scoring.refresh(made["id"])
    return dict(made)


def ask(action: str, **data: Any) -> dict[str, Any]:
    """An action as a visitor."""
    return dict(tk.get_action(action)({"user": "", "ignore_auth": False}, data))


def known(package_id: str) -> Any:
    return model.Session.execute(text("SELECT * FROM quality_score WHERE package_id = :id"), {"id": package_id}).first()


def test_a_score_is_kept_and_said() -> None:
    made = published()
    row, said = known(made["id"]), ask("quality_score_show", id=made["name"])
    assert (row.points, row.measurable, row.stars) == (said["points"], said["measurable"], said["stars"])
    # Without the answer of its link, and without rights and size.
    assert (said["points"], said["measurable"], said["scaled"], said["rating"]["code"]) == (315, 325, 393, "excellent")
    assert [step["code"] for step in said["steps"]] == ["rights", "byte_size"]
    assert {one["code"]: one["result"] for one in said["indicators"]}["access_url_reachable"] == "unknown"
    assert [one["total"] for one in said["dimensions"]] == [100, 100, 110, 75, 20]
    assert row.due is not None and row.owner_org == made["owner_org"] and row.overdue_days is None


def test_an_uploaded_file_is_reachable_while_it_is_there(dataset: dict[str, Any], storage: Path) -> None:
    act("resource_create", package_id=dataset["id"], name="t", upload=s.sent("t.csv", b"a;b\n1;2\n"))
    score = scoring.refresh(dataset["id"])
    assert score is not None and score.measurable == 405 and score.of_dimension("accessibility") == (100, 100)
    for path in storage.rglob("*"):
        if path.is_file():
            path.unlink()
    score = scoring.refresh(dataset["id"])
    assert score is not None and score.of_dimension("accessibility") == (20, 100)


@pytest.mark.parametrize("change", [{"private": True}, {"state": "draft"}, {"state": "deleted"}])
def test_what_is_not_public_has_no_score(app: Any, change: dict[str, Any]) -> None:
    organization = factories.Organization()
    published(organization, title="Otro que sí")
    made = published(organization, title="Secreto de Estado")
    model.Session.execute(
        text("UPDATE package SET private = :private, state = :state WHERE id = :id"),
        {"private": change.get("private", False), "state": change.get("state", "active"), "id": made["id"]},
    )
    model.Session.commit()
    # Even before the row is gone nobody sees it.
    assert known(made["id"]) is not None
    for reference in (made["id"], made["name"]):
        with pytest.raises(tk.ObjectNotFound):
            ask("quality_score_show", id=reference)
        with pytest.raises(tk.ObjectNotFound):
            act("quality_score_show", id=reference)
        assert app.get(f"/dataset/{reference}/calidad").status_code == 404
    for answer in (ask("quality_overview"), ask("quality_score_show", organization=organization["name"])):
        assert answer["datasets"] == 1 and made["id"] not in str(answer) and "Secreto" not in str(answer)
        assert sum(one["datasets"] for one in answer["ratings"]) == 1
        assert {one["yes"] + one["no"] + one["unknown"] for one in answer["indicators"]} == {1}
    for path in ("/calidad", f"/organization/{organization['name']}/calidad", "/calidad.csv"):
        assert "Secreto" not in app.get(path).body, path
    assert scoring.refresh(made["id"]) is None and known(made["id"]) is None


def test_the_words_for_hidden_and_missing_datasets_are_the_same() -> None:
    hidden = published(private=True)
    said = []
    for name in (hidden["name"], "no-existe"):
        with pytest.raises(tk.ObjectNotFound) as refused:
            ask("quality_score_show", id=name)
        said.append(str(refused.value.message).replace(name, "X"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "action,data,error",
    [
        ("quality_score_show", {}, tk.ValidationError),
        ("quality_score_show", {"id": "a", "organization": "b"}, tk.ValidationError),
        ("quality_score_show", {"organization": "no-existe"}, tk.ObjectNotFound),
        ("quality_score_show", {"organization": "a\x00b"}, tk.ObjectNotFound),
        ("quality_score_show", {"id": "a\x00b"}, tk.ObjectNotFound),
        ("quality_overview", {"limit": "-1"}, tk.ValidationError),
        ("quality_overview", {"limit": 201}, tk.ValidationError),
        ("quality_overview", {"limit": True}, tk.ValidationError),
        ("quality_overview", {"limit": "mucho"}, tk.ValidationError),
    ],
)
def test_bad_questions(action: str, data: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(action, **data)


def test_the_overview_adds_up() -> None:
    one, other = factories.Organization(title="Ana"), factories.Organization(title="Beto")
    scores = [published(one), published(one, tags=[], theme=[], notes=""), published(other, resources=[])]
    rows = [known(made["id"]) for made in scores]
    scaled = [round(row.points * 405 / row.measurable) for row in rows]
    said = ask("quality_overview", limit=2)
    assert said["datasets"] == 3 and said["points"] == round(sum(scaled) / 3)
    assert [row["datasets"] for row in said["organizations"]] == [2, 1]
    assert {row["organization"]["title"] for row in said["organizations"]} == {"Ana", "Beto"}
    assert [row["scaled"] for row in said["worst"]] == sorted(scaled)[:2]
    share = {row["code"]: (row["yes"], row["no"], row["unknown"], row["share"]) for row in said["indicators"]}
    assert share["keywords"] == (2, 1, 0, 66.7) and share["access_url_reachable"] == (0, 1, 2, 0.0)
    mine = ask("quality_score_show", organization=one["name"])
    assert mine["organization"]["id"] == one["id"] and mine["datasets"] == 2
    assert ask("quality_score_show", organization=factories.Organization()["id"])["rating"] is None


def late(days: int, **values: Any) -> dict[str, Any]:
    """A dataset whose monthly promise ended so many days ago."""
    updated = date.fromordinal(scoring.today().toordinal() - 31 - days)
    return published(frequency="MONTHLY", issued=None, modified=updated.isoformat(), **values)


def test_overdue_data_are_found_and_grow_older(monkeypatch: pytest.MonkeyPatch) -> None:
    made, due = late(10), late(2)
    late(100, private=True)
    (row,) = ask("quality_overview")["overdue"]
    assert (row["id"], row["overdue_days"]) == (made["id"], 10)
    tomorrow = date.fromordinal(scoring.today().toordinal() + 5)
    store.age_scores(tomorrow)
    found = {row["id"]: row["overdue_days"] for row in ask("quality_overview")["overdue"]}
    assert found == {made["id"]: 15, due["id"]: 7}


def test_each_reminder_is_sent_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = late(10)
    published()
    heard: list[dict[str, Any]] = []

    def hear(sender: Any, **said: Any) -> None:
        heard.append(said)

    reminders.overdue.connect(hear)
    assert [one.number for one in reminders.waiting()] == [0]
    start = scoring.today()
    for later in (0, 0, 1, 2, 6, 7, 8, 29, 30, 31, 400):
        day = date.fromordinal(start.toordinal() + later)
        monkeypatch.setattr(reminders, "today", lambda day=day: day)
        reminders.send(50)
    # Three days of grace: 31 * 0.1; the first day of being late was 10 - 4 days ago.
    assert [(one["number"], one["days"]) for one in heard] == [(0, 10), (1, 11), (2, 39)]
    assert {one["package_id"] for one in heard} == {made["id"]}
    assert {one["due"] for one in heard} == {date.fromordinal(start.toordinal() - 10)}


def test_a_reminder_that_fails_is_not_taken_for_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    late(10)

    def fail(sender: Any, **said: Any) -> None:
        raise OSError("no")

    reminders.overdue.connect(fail)
    assert reminders.send(50) == []
    reminders.overdue.disconnect(fail)
    assert len(reminders.send(50)) == 1 and reminders.send(50) == []


def test_the_clock_does_all_of_it_and_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(url: str) -> Any:
        asked.append(url)
        return links.answer_of(200)

    monkeypatch.setattr(links, "ask", ask)
    made = act("package_create", **sample(owner_org=factories.Organization()["id"], name="nuevo"))
    tick.tick()
    assert known(made["id"]).measurable == 405 and asked == ["https://entidad.gob.bo/datos.csv"]
    before = known(made["id"]).computed
    tick.tick()
    assert known(made["id"]).computed == before and len(asked) == 1, "nothing was due"
    act("package_patch", id=made["id"], theme=[])
    tick.tick()
    assert known(made["id"]).points == 395 - 30
    act("package_patch", id=made["id"], private=True)
    for name in ("refresh_due", "OLD"):
        monkeypatch.setattr(scoring, name, None)
    monkeypatch.setattr(links, "ask", None)
    tick.tick()


def test_scores_of_another_method_are_computed_anew() -> None:
    made = published()
    assert scoring.refresh_due(10) == 0
    model.Session.execute(text("""UPDATE quality_score SET indicators = indicators || '{"method": 0}'"""))
    assert ask("quality_overview")["indicators"][0]["share"] is None
    assert scoring.refresh_due(10) == 1 and known(made["id"]).indicators["method"] == 1


def test_the_pages_say_it_to_everybody(app: Any) -> None:
    organization = factories.Organization(title="Entidad <b>X</b>")
    made = published(organization, title="Caudales «del» <i>altiplano</i>", tags=[])
    late(10, owner_org=organization["id"], title="Atrasado")
    model.Session.execute(
        text("UPDATE quality_link SET reachable = false, failures = 2, first_failure = :at, problem = :problem"),
        {"at": datetime(2026, 1, 2, tzinfo=timezone.utc), "problem": '{"code": "status", "status": 404}'},
    )
    model.Session.commit()
    scoring.refresh(made["id"])
    pages = {
        f"/es/dataset/{made['name']}/calidad": ["Palabras clave", "+30 puntos", "Enlace caído", "error 404"],
        f"/es/organization/{organization['name']}/calidad": ["Atrasado", "Venció hace 10 días", "error 404"],
        "/es/calidad": ["Entidad", "Venció hace 10 días", "Localizabilidad", "Por organización"],
        f"/en/dataset/{made['name']}/calidad": ["Keywords", "The address answers"],
    }
    titles = set()
    for path, expected in pages.items():
        body = app.get(path).body
        assert faults(body) == [], path
        shown = text_of(body)
        assert [words for words in expected if words not in shown] == [], path
        assert "<i>altiplano" not in body and "<b>X</b>" not in body and 'style="' not in body.partition("<main")[2]
        if path.startswith("/es/"):
            titles.add(body.partition("<title>")[2].partition("</title>")[0].strip())
    assert len(titles) == 3
    assert app.get("/dataset/no-existe/calidad").status_code == 404
    assert app.get("/organization/no-existe/calidad").status_code == 404


def test_the_pages_of_an_empty_portal(app: Any) -> None:
    organization = factories.Organization()
    for path in ("/calidad", f"/organization/{organization['name']}/calidad"):
        assert faults(app.get(path).body) == []
    assert len(app.get("/calidad.csv").body.splitlines()) == 1


def test_the_table_to_download(app: Any) -> None:
    organization = factories.Organization(title="=1+1")
    made = published(organization, title="@mal", tags=[])
    published()
    answer = app.get("/calidad.csv")
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and len(rows) == 2
    row = next(row for row in rows if row["name"] == made["name"])
    assert (row["title"], row["organization_title"], row["points"], row["keywords"], row["rating"]) == (
        "'@mal", "'=1+1", "285", "no", "excellent",
    )  # fmt: skip
    some = app.get(f"/calidad.csv?organization={organization['name']}")
    assert len(some.body.splitlines()) == 2 and organization["name"] in some.headers["Content-Disposition"]
    assert app.get("/calidad.csv?organization=no-existe").status_code == 404


def test_the_badge_stands_where_there_is_a_score() -> None:
    made = published()
    score = tk.h.ga_score(act("package_show", id=made["id"]))
    assert (score["scaled"], score["rating"]["code"], score["stars"]) == (393, "excellent", 3)
    assert tk.h.ga_score({"id": "otro", "state": "active", "private": False}) is None
    assert tk.h.ga_score({**made, "private": True}) is None and tk.h.ga_score({}) is None


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(gobierno_abierto, list(arguments))
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "ask", lambda _url: links.answer_of(200))
    made, hidden = published(), published(private=True)
    assert made["name"] in run("score", "--all") and hidden["name"] not in run("score", "--all")
    assert "0 puntajes" in run("score")
    assert "no existe o no es público" in run("score", hidden["name"], code=1)
    assert "315 de 325" in run("score", made["id"])
    assert "1 enlaces revisados; 0 de 1 esperan; 0 caídos" in run("links")
    assert "0 enlaces revisados" in run("links", "--due")
    assert "1 enlaces revisados" in run("links", "--all")
    run("links", "--due", "--all", code=2)
    slow = late(10)
    assert slow["name"] in run("overdue", "--dry-run") and "1 recordatorios por enviar" in run("overdue", "--dry-run")
    assert "1 recordatorios enviados" in run("overdue") and "0 recordatorios" in run("overdue")


#: 10,000 public datasets of 100 organizations with all kinds of results, 2,000 links, of which 200 are down.
MANY = """
INSERT INTO "group" (id, name, title, type, state, is_organization, approval_status)
SELECT 'o' || n, 'o' || n, 'Entidad ' || n, 'organization', 'active', true, 'approved' FROM generate_series(1, 100) n;
INSERT INTO package (id, name, title, type, state, private, owner_org, metadata_created, metadata_modified)
SELECT 'p' || n, 'p' || n, 'Conjunto ' || n, 'dataset', 'active', false, 'o' || (1 + n % 100), now(), now()
FROM generate_series(1, 10000) n;
INSERT INTO resource (id, package_id, url, state, position, name, extras)
SELECT 'r' || n, 'p' || n, 'https://e' || n % 50 || '.bo/' || n, 'active', 0, 'x', '{}' FROM generate_series(1, 2000) n;
INSERT INTO quality_link (resource_id, package_id, url, next_check, reachable, first_failure)
SELECT 'r' || n, 'p' || n, 'https://e' || n % 50 || '.bo/' || n, now() + interval '1 day', n % 10 > 0, now()
FROM generate_series(1, 2000) n;
INSERT INTO quality_score (package_id, owner_org, points, measurable, stars, indicators, overdue_days, due, computed)
SELECT 'p' || n, 'o' || (1 + n % 100), n % 326, CASE WHEN n % 3 = 0 THEN 325 ELSE 405 END, n % 5,
    jsonb_build_object('method', 1, 'updated', '2024-01-01', 'late_from', '2024-02-03', 'marks',
        translate(lpad((n * 7919 % 4194304)::bit(23)::text, 23, '0'), '01', 'yn')),
    CASE WHEN n % 7 = 0 THEN n % 400 END, '2024-02-01', now()
FROM generate_series(1, 10000) n
"""


def test_the_overview_of_ten_thousand_datasets() -> None:
    """Its figures are those of all; benchmarks/quality_overview.py says how long it takes."""
    for statement in MANY.split(";"):
        model.Session.execute(text(statement))
    said = ask("quality_overview")
    assert said["datasets"] == 10000 and len(said["organizations"]) == 100 and said["links"]["down"] == 200
    assert sum(one["yes"] + one["no"] for one in said["indicators"]) == 230000


#: A value that a whole description gets, in the dataset or (`file__`) in its file, and whether its RDF still conforms.
CONFORMS: list[tuple[str, Any, bool]] = [
    ("version", "2", True),
    ("title", "", False),
    ("notes", "", False),
    ("theme", ["NADA"], False),
    ("issued", "ayer", True),
    ("language", ["x y"], True),
    ("access_rights", "abierto", True),
    ("frequency", "a veces", True),
    ("license_id", "rara", True),
    ("contact", [], True),
    ("spatial_coverage", [{"territory": "zz"}], True),
    ("file__url", "", False),
    ("file__status", "roto", False),
    ("file__availability", "nunca", False),
    ("file__size", "grande", False),
    ("file__issued", "ayer", False),
    ("file__modified", "2024-99", False),
    ("file__format", "rarisimo", True),
    ("file__license", "rara", True),
]


@pytest.mark.skipif(not (SHAPES / "shapes.ttl").is_file(), reason="no DCAT-AP shapes here")
def test_conformance_says_what_the_shapes_say() -> None:
    pyshacl = pytest.importorskip("pyshacl")
    from ckanext.dcat.processors import RDFSerializer

    made = act("package_create", **samples.full("dataset", owner_org=factories.Organization()["id"]))
    whole = act("package_show", id=made["id"])
    for name, value, conforms in CONFORMS:
        package = copy.deepcopy(whole)
        target = package["resources"][0] if name.startswith("file__") else package
        target[name.removeprefix("file__")] = value
        serializer = RDFSerializer()
        serializer.graph_from_dataset(package)
        told, _graph, report = pyshacl.validate(serializer.g, shacl_graph=str(SHAPES / "shapes.ttl"), advanced=False)
        assert told == conforms, (name, report)
        assert (not violations(package)) == conforms, name
