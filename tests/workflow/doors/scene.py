"""The subjects of the door tests: a draft, a published dataset with an open proposal, and a withdrawn one.

Everything in them that is not public is a canary: a word that nobody else uses, or an identifier.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, field
from typing import Any

import ckan.model as model
from ckan.tests import factories
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.quality import gate, jobs, reports
from ckanext.gobierno_abierto.quality.prepared import table_name
from ckanext.gobierno_abierto.quality.scores import scoring
from ckanext.gobierno_abierto.workflow import records, tables
from ckanext.gobierno_abierto.workflow.interfaces import installing
from tests.metadata.api import act
from tests.workflow.cast import collaborate
from tests.workflow.conftest import Scene

#: What the tests of this folder set besides the plugins: the widest that an operator may open.
OPTIONS = {
    "ckan.auth.allow_dataset_collaborators": True,
    "ckan.auth.allow_collaborators_to_change_owner_org": True,
    "ckan.auth.public_user_details": True,
    "ckan.auth.public_activity_stream_detail": True,
    "ckan.auth.reveal_private_datasets": True,
    "ckan.activity_streams_email_notifications": True,
    "ckan.datastore.sqlsearch.enabled": True,
}
OUTSIDERS = ("anonymous", "citizen", "stranger")
INSIDERS = ("member", "author", "editor", "admin", "collaborator", "reviewer", "coordinator", "sysadmin")
ROLES = (*OUTSIDERS, *INSIDERS)

DRAFT, PUBLIC, WITHDRAWN = "draft", "public", "withdrawn"
WORD = re.compile("canario[a-z]+", re.I)


@dataclass
class Subject:
    """One dataset and the identifiers of its parts; each list may name several."""

    kind: str
    id: str
    name: str
    resources: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)

    @property
    def tables(self) -> list[str]:
        """Names of the DataStore's tables that stand apart."""
        return [table_name(file_id) for file_id in self.files]


class Planted:
    """The three subjects, and the identifiers that only insiders may learn (`secrets`)."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.alias = "canarioalias" + "".join(random.choices("abcdefghij", k=12))
        with installing():
            self.group = factories.Group(name="mesa-de-prueba", user=scene.people["admin"])
            act("group_member_create", id=self.group["id"], username=scene.people["author"]["name"], role="editor")
        #: Resources with a table in drafts that nobody reviews, of the author and of the stranger.
        self.spare = {role: self._spare(role) for role in ("author", "stranger")}
        self.subjects = {DRAFT: self._draft(), PUBLIC: self._public(), WITHDRAWN: self._withdrawn()}
        for subject in self.subjects.values():
            collaborate(scene, subject.id)
            self._identify(subject)
        self.secrets = self._secrets()
        self._check()

    def _check(self) -> None:
        """Real reports, with the words of the files in them; scores of what is public."""
        for subject in self.subjects.values():
            for row in reports.of_package(subject.id):
                model.Session.execute(
                    text("UPDATE quality_report SET state = 'waiting' WHERE subject = :subject"),
                    {"subject": row.subject},
                )
                gate.check(row.subject)
            scoring.refresh(subject.id)

    def _call(self, action: str, **data: Any) -> Any:
        return self.scene.call(action, "author", **data)

    def _made(self, kind: str, word: str) -> dict[str, Any]:
        made = self.scene.dataset(
            name=f"conjunto-{kind}", title=f"{word}titulo", notes=f"{word}notas", tags=[{"name": f"{word}etiqueta"}],
            contact=[{"name": f"{word}contacto", "email": f"{word}@entidad.gob.bo"}], resources=[],
        )  # fmt: skip
        resource = self._call(
            "resource_create", package_id=made["id"], name=f"{word}archivo", format="CSV",
            description=f"{word}detalle", upload=upload(f"a,{word}columna\n1,{word}celda\n"),
        )  # fmt: skip
        jobs.run(resource["id"])
        return dict(made)

    def _spare(self, role: str) -> str:
        owner = self.scene.org if role == "author" else self.scene.other_org
        made = self.scene.dataset(role, title="Sobrante", name=f"sobrante-{role}", owner_org=owner["id"], resources=[])
        resource = self.scene.call(
            "resource_create", role, package_id=made["id"], name="Sobrante", format="CSV", upload=upload("a\n1\n")
        )
        jobs.run(resource["id"])
        return str(resource["id"])

    def _view(self, dataset: dict[str, Any], title: str) -> None:
        resource = self._call("package_show", id=dataset["id"])["resources"][0]
        self._call("resource_view_create", resource_id=resource["id"], title=title, view_type="image_view")

    def _draft(self) -> Subject:
        made = self._made(DRAFT, "canarioborrador")
        self._call(
            "resource_create", package_id=made["id"], name="canarioenlace", url="https://canarioenlace.example/x",
            format="canarioformato",
        )  # fmt: skip
        shown = self._call("package_show", id=made["id"])
        self._view(made, "canariovista")
        self._call(
            "datastore_create", resource_id=shown["resources"][0]["id"], aliases=[self.alias], force=True,
            fields=[{"id": "a"}, {"id": "canarioborradorcolumna"}],
        )  # fmt: skip
        self._call("publication_submit", id=made["id"], note="canarionotadelborrador")
        return Subject(DRAFT, made["id"], made["name"])

    def _public(self) -> Subject:
        """Written as a draft with other words, published, and changed again by a proposal."""
        made = self._made(PUBLIC, "canarioprevio")
        resource = self._call("package_show", id=made["id"])["resources"][0]
        self._call(
            "package_patch", id=made["id"], title="Lo publicado", notes="Lo que se lee.", tags=[{"name": "publicada"}],
            contact=[{"name": "Unidad", "email": "unidad@entidad.gob.bo"}], groups=[{"name": self.group["name"]}],
        )  # fmt: skip
        self._call(
            "resource_patch", id=resource["id"], name="Tabla", description="Todo", upload=upload("a,b\n1,publicado\n")
        )
        self._call(
            "resource_create", package_id=made["id"], name="Enlace", url="https://entidad.gob.bo/datos", format="HTML"
        )
        jobs.run(resource["id"])
        self._view(made, "Vista")
        self.scene.publish(made["id"])
        self._call("package_patch", id=made["id"], title="canariopropuesto", notes="canarionotapropuesta")
        self._call("package_patch", id=made["id"], tags=[{"name": "canarioetiquetapropuesta"}])
        self._call("resource_patch", id=resource["id"], upload=upload("a,b\n1,canarioceldapropuesta\n"))
        self._call(
            "resource_create", package_id=made["id"], name="canarionuevo", format="CSV",
            upload=upload("a,b\n1,canarionuevacelda\n"),
        )  # fmt: skip
        tables.resume()
        self._call("publication_submit", id=made["id"], note="canarionotadeenvio")
        self.scene.call(
            "publication_request_changes", "reviewer", id=made["id"], note="canariocomentario",
            comments=[{"text": "canarioobservacion", "field": "notes"}],
        )  # fmt: skip
        return Subject(PUBLIC, made["id"], made["name"])

    def _withdrawn(self) -> Subject:
        """Public before the workflow came; its tombstone says title and reason, and nothing else of it is public."""
        with installing():
            made = self._made(WITHDRAWN, "canarioretirado")
            self._view(made, "canariovistaretirada")
        self._call("package_patch", id=made["id"], title="Retirado con motivo", groups=[{"name": self.group["name"]}])
        self.scene.publish(made["id"])
        self.scene.call("publication_withdraw", "coordinator", id=made["id"], reason="Tenía errores")
        return Subject(WITHDRAWN, made["id"], made["name"])

    def _identify(self, subject: Subject) -> None:
        shown = self._call("package_show", id=subject.id)
        run = records.open_run(subject.id)
        proposed = records.revision(run.revision_id).content if run else {"resources": []}
        everything = [*shown["resources"], *proposed["resources"]]
        subject.resources = list(dict.fromkeys(one["id"] for one in everything))
        subject.views = [
            view.id
            for resource_id in subject.resources
            for view in model.Session.query(model.ResourceView).filter_by(resource_id=resource_id)
        ]
        found = records.rows("package_files", package_id=subject.id)
        subject.files = [row.id for row in sorted(found, key=lambda row: row.created)]
        subject.revisions = [row.id for row in records.rows("revisions", package_id=subject.id)]
        subject.activities = _ids("SELECT id FROM activity WHERE object_id = :id ORDER BY timestamp", id=subject.id)
        subject.tasks = _ids(
            "SELECT id FROM task_status WHERE entity_id = ANY(:ids) ORDER BY last_updated", ids=subject.resources
        )

    def _secrets(self) -> set[str]:
        draft, public, withdrawn = (self.subjects[kind] for kind in (DRAFT, PUBLIC, WITHDRAWN))
        live = {one["id"] for one in self.scene.call("package_show", None, id=public.id)["resources"]}
        unpublished = {row.id for row in records.rows("revisions", package_id=public.id) if row.published_at is None}
        given = set(records.live_files(public.id).values())
        return {
            draft.id, draft.name, *draft.resources, *draft.views, *draft.files, *draft.revisions,
            *(set(public.resources) - live), *(set(public.files) - given), *unpublished, *withdrawn.files,
        }  # fmt: skip

    def heard(self, answer: str, asked: str, refused: bool = False) -> set[str]:
        """The canaries in an answer, without those of the question; a refusal may name what was asked for by its id."""
        found = set(WORD.findall(answer)) | (set() if refused else {one for one in self.secrets if one in answer})
        return {one for one in found if one not in asked}


def _ids(statement: str, **bound: Any) -> list[str]:
    return [str(row.id) for row in model.Session.execute(text(statement), bound)]


def upload(body: str) -> FileStorage:
    """A small table as a form sends it."""
    return FileStorage(io.BytesIO(body.encode()), "tabla.csv")
