"""Words planted in what is not public must not appear in any answer to a visitor or to an account without a role."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.logic import _actions
from ckan.tests import factories
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BuildError, Rule

from ckanext.gobierno_abierto.quality import jobs
from ckanext.gobierno_abierto.workflow import records, tables
from ckanext.gobierno_abierto.workflow.interfaces import installing
from tests.workflow.conftest import Scene

pytestmark = [
    pytest.mark.gated,
    pytest.mark.ckan_config("ckan.datastore.sqlsearch.enabled", True),
    pytest.mark.ckan_config("ckanext.dcat.enable_content_negotiation", True),
]

CANARY = re.compile("canario[a-z]+", re.I)
#: Addresses that only leave or enter, and CKAN's own debugging.
SKIPPED = re.compile(
    r"^(user\.(logout|login|logged)|static|debugtoolbar|webassets|"
    # Each kind of dataset has the same routes; the planted ones are of the general kind.
    r"(contratacion|medio_ambiente|rendicion_cuentas|tramite)(_resource)?\.)"
)
#: Addresses tried of one route, spread over all that the planted things give.
MOST = 24


def upload(text: str) -> FileStorage:
    """A small table as a form sends it."""
    return FileStorage(io.BytesIO(text.encode()), "tabla.csv")


class Planted:
    """A draft, a proposal on a public dataset, and a withdrawn dataset, each full of canaries."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.draft = self._draft("canarioborrador", 1)
        self.public = self._proposal()
        self.withdrawn = self._withdrawn()
        self.ids = {
            "draft": self.draft, "public": self.public, "withdrawn": self.withdrawn,
        }  # fmt: skip
        self.resources = [
            self.draft["resources"][0]["id"], self.public["resources"][0]["id"], self.withdrawn["resources"][0]["id"],
            self.proposed["id"],
        ]  # fmt: skip
        self.files = [
            row.id for one in self.ids.values() for row in records.rows("package_files", package_id=one["id"])
        ]
        self.revisions = [
            row.id for one in self.ids.values() for row in records.rows("revisions", package_id=one["id"])
        ]

    def _draft(self, word: str, number: int) -> dict[str, Any]:
        call = self.scene.call
        made = self.scene.dataset(
            name=f"conjunto-{number}", title=f"{word}titulo", notes=f"{word}notas", resources=[],
            tags=[{"name": f"{word}etiqueta"}],
            contact=[{"name": f"{word}contacto", "email": f"{word}@entidad.gob.bo"}],
        )  # fmt: skip
        resource = call(
            "resource_create", "author", package_id=made["id"], name=f"{word}archivo", format="CSV",
            description=f"{word}detalle", upload=upload(f"a,b\n1,{word}celda\n"),
        )  # fmt: skip
        jobs.run(resource["id"])
        return dict(call("package_show", "author", id=made["id"]))

    def _proposal(self) -> dict[str, Any]:
        call = self.scene.call
        made = self.scene.dataset(name="conjunto-publico", title="Lo publicado", resources=[])
        resource = call(
            "resource_create", "author", package_id=made["id"], name="Tabla", format="CSV", upload=upload("a,b\n1,x\n")
        )
        jobs.run(resource["id"])
        self.scene.publish(made["id"])
        call("package_patch", "author", id=made["id"], title="canariopropuesto", notes="canarionotapropuesta")
        call("package_patch", "author", id=made["id"], tags=[{"name": "canarioetiquetapropuesta"}])
        call("resource_patch", "author", id=resource["id"], upload=upload("a,b\n1,canarioceldapropuesta\n"))
        self.proposed = call(
            "resource_create", "author", package_id=made["id"], name="canarionuevo", format="CSV",
            upload=upload("a,b\n1,canarionuevacelda\n"),
        )  # fmt: skip
        tables.resume()
        call("publication_submit", "author", id=made["id"], note="canarionota")
        call("publication_request_changes", "reviewer", id=made["id"], note="canariocomentario")
        return dict(call("package_show", None, id=made["id"]))

    def _withdrawn(self) -> dict[str, Any]:
        made = self._draft("canarioretirado", 2)
        self.scene.call("package_patch", "author", id=made["id"], title="Retirado con motivo")
        self.scene.publish(made["id"])
        self.scene.call("publication_withdraw", "sysadmin", id=made["id"], reason="Tenía errores")
        return made


@pytest.fixture
def planted(scene: Scene, app: Any, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """The canaries, planted; jobs run in place."""
    monkeypatch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    with installing():
        factories.Group(name="mesa-de-prueba")
    return Planted(scene)


def values_of(argument: str, planted: Planted) -> list[str]:
    """What can stand in a place of an address."""
    datasets = [value for one in planted.ids.values() for value in (one["name"], one["id"])]
    scene = planted.scene
    known: dict[str, list[str]] = {
        "id": [*datasets, *planted.resources, scene.org["name"], scene.people["author"]["name"], "mesa-de-prueba"],
        "_id": datasets,
        "resource_id": [*planted.resources, *(tables_of(planted))],
        "file_id": planted.files,
        "name": datasets,
        "reference": [*planted.revisions, "1", "2", "3", "4"],
        "_format": ["rdf", "ttl", "jsonld"],
        "extension": ["csv", "xlsx", "json"],
        "package_type": ["dataset"],
        "filename": ["tabla.csv"],
        "group_type": ["group"],
        "ver": ["3"],
    }
    return known.get(argument, ["1"])


def tables_of(planted: Planted) -> list[str]:
    """Names of the DataStore's tables that stand apart."""
    from ckanext.gobierno_abierto.quality.prepared import table_name

    return [table_name(file_id) for file_id in planted.files]


def addresses(rule: Rule, planted: Planted, build: Any) -> Iterator[str]:
    """Every address of a route that the planted things give."""
    arguments = sorted(rule.arguments - set(rule.defaults or {}))
    combined = list(itertools.product(*(values_of(name, planted) for name in arguments)))
    for chosen in combined[:: max(1, len(combined) // MOST)]:
        try:
            yield build(rule.endpoint, **dict(zip(arguments, chosen, strict=True)))
        except (BuildError, TypeError, ValueError):
            return


@pytest.mark.parametrize("who", [None, "citizen", "stranger"])
def test_no_page_sings(planted: Planted, app: Any, who: str | None) -> None:
    headers = {}
    if who:
        token = tk.get_action("api_token_create")(
            {"ignore_auth": True}, {"user": planted.scene.people[who]["name"], "name": "prueba"}
        )["token"]
        headers = {"Authorization": token}
    visited, heard = 0, []
    with app.flask_app.test_request_context("/"):
        adapter = app.flask_app.url_map.bind("test.ckan.net")
        urls = {
            url
            for rule in app.flask_app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not SKIPPED.match(rule.endpoint)
            for url in addresses(rule, planted, lambda endpoint, **values: adapter.build(endpoint, values, "GET"))
        }
    urls |= {f"/dataset/?q={word}" for word in ("canario", "title:canario*", "state:draft")}
    urls |= {"/dataset/?q=*:*&include_private=true", "/feeds/dataset.atom", "/feeds/custom.atom?q=canario"}
    for url in sorted(urls):
        if url.startswith("/api/") and "/action/" in url:
            continue
        try:
            answer = app.get(url, headers=headers, follow_redirects=False)
        except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
            # CKAN's own route does not catch what its action refuses; nothing is answered.
            continue
        visited += 1
        if found := CANARY.search(answer.data.decode("utf-8", "replace").replace(url, "")):
            heard.append(f"{url}: {found.group()} ({answer.status_code})")
    assert visited > 150
    assert not heard, "\n".join(heard[:30])


def parameters(planted: Planted) -> list[dict[str, Any]]:
    """What actions that read are asked with."""
    references = [one["id"] for one in planted.ids.values()] + [planted.scene.org["id"]]
    asked: list[dict[str, Any]] = [{}]
    asked += [{"id": value} for value in (*references, *planted.resources, *planted.revisions, *planted.files)]
    asked += [{"resource_id": value} for value in (*planted.resources, *tables_of(planted))]
    asked += [{"q": "canario"}, {"q": "title:canario*"}, {"query": "name:canario"}, {"query": "canario"}, {"q": ""}]
    asked += [{"q": "*:*", "include_private": True, "include_drafts": True, "rows": 100}]
    asked += [{"q": "*:*", "fq": fq} for fq in ("state:draft", "capacity:private", "+state:(draft OR active)")]
    asked += [{"q": "{!lucene v='title:canario*'}"}, {"fq": "{!edismax qf=title v='canario*'}"}]
    asked += [{"id": planted.scene.org["id"], "include_datasets": True}]
    asked += [{"id": planted.scene.people["author"]["id"], "include_datasets": True}]
    asked += [{"sql": f'SELECT * FROM "{name}"'} for name in (*planted.resources, *tables_of(planted))]  # noqa: S608
    asked += [{"all_fields": True}, {"object_type": "dataset", "id": planted.ids["draft"]["id"]}, {"limit": 100}]
    return asked


@pytest.mark.parametrize("who", [None, "citizen", "stranger"])
def test_no_action_that_reads_sings(planted: Planted, app: Any, who: str | None) -> None:
    tk.get_action("package_show")
    readers = [name for name, action in sorted(_actions.items()) if getattr(action, "side_effect_free", False)]
    heard, answers = [], 0
    for name in readers:
        for asked in parameters(planted):
            try:
                answer = planted.scene.call(name, who, **asked)
            except Exception:
                # A refusal, or an action that these parameters do not fit; this test looks at answers only.
                continue
            answers += 1
            text = str(list(answer) if isinstance(answer, Iterator) else answer)
            if found := CANARY.search(text.replace(str(asked), "")):
                heard.append(f"{name}({asked}): {found.group()}")
    assert len(readers) > 100 and answers > 300
    assert not heard, "\n".join(heard[:30])


def test_the_canaries_can_be_heard(planted: Planted) -> None:
    """The entity itself reads each of them, so the silence above means something."""
    text = str(planted.scene.call("package_show", "author", id=planted.draft["id"]))
    text += str(planted.scene.call("publication_diff", "author", id=planted.public["id"]))
    text += str(planted.scene.call("datastore_search", "author", resource_id=planted.resources[0]))
    assert {"canarioborradortitulo", "canariopropuesto", "canarionuevo", "canarioborradorcelda"} <= set(
        CANARY.findall(text)
    )
