"""Datasets at each station of the workflow, in a database whose commits are real."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.quality import status
from ckanext.gobierno_abierto.workflow import records, tables
from tests.workflow import real
from tests.workflow.cast import Clock, cast
from tests.workflow.conftest import Scene

OLD, NEW = "anio,valor\n2020,1\n", "anio,valor\n2020,2\n2021,3\n"


@contextmanager
def staged(config: Any, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An empty portal with its people; nothing of it stays."""
    patch.setattr(tk, "enqueue_job", lambda *args, **kwargs: None)
    patch.setattr(tables, "loader", lambda: None)
    patch.setitem(config, "ckan.storage_path", str(folder / "storage"))
    patch.setitem(config, "gobierno_abierto.workflow.mail", False)
    patch.setitem(config, "gobierno_abierto.workflow.coordination", "")
    clock = Clock(patch)
    with real.committed():
        yield Stage(cast(), clock)


@dataclass
class Stage:
    """A portal whose commits are real, its people and its clock."""

    scene: Scene
    clock: Clock
    #: Dataset to the revision that its reviewer read.
    read: dict[str, str] = field(default_factory=dict)

    def act(self, action: str, who: str, /, **data: Any) -> Any:
        """An action as this person calls it."""
        return self.scene.call(action, who, **data)

    def draft(self) -> str:
        """A dataset with a file that nobody has sent."""
        made = self.scene.dataset(resources=[], title="Registro")
        self.act("resource_create", "author", package_id=made["id"], name="Tabla", upload=upload(OLD), format="CSV")
        quality_is_done()
        return str(made["id"])

    def published(self) -> str:
        """It went the whole way."""
        id = self.draft()
        self.scene.publish(id)
        return id

    def proposed(self) -> str:
        """A change of everything is being written."""
        id = self.published()
        change(self, id)
        self.act("package_patch", "author", id=id, title="Cambiado", tags=[{"name": f"nueva-{id[:8]}"}])
        return id

    def sent(self) -> str:
        """The change is with its reviewers."""
        id = self.proposed()
        self.act("publication_submit", "author", id=id, note="Listo")
        return id

    def tagged(self, tag: str) -> str:
        """A change with a tag that no dataset has is with its reviewers."""
        id = self.published()
        self.act("package_patch", "author", id=id, tags=[{"name": tag}])
        self.act("publication_submit", "author", id=id)
        return id

    def dated(self) -> str:
        """The change is approved and its date has come."""
        id = self.sent()
        at = self.clock.moment + timedelta(hours=1)
        self.act("publication_approve", "reviewer", id=id, revision_id=revision_of(id), publish_at=at.isoformat())
        self.clock.pass_by(hours=2)
        return id

    def withdrawn(self) -> str:
        """It was public."""
        id = self.published()
        self.act("publication_withdraw", "sysadmin", id=id, reason="Error")
        return id


def upload(content: str) -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(content.encode()), "tabla.csv")


def revision_of(id: str) -> str:
    """What is under review."""
    return str(records.open_run(id).revision_id)


def quality_is_done() -> None:
    """The worker took what was queued; tables themselves are another test's business."""
    for row in model.Session.query(model.TaskStatus).filter_by(state="pending"):
        status.write(row.entity_id, status.COMPLETE)
    model.Session.commit()


def change(stage: Stage, id: str) -> None:
    """A new file for the one that there is."""
    resource = stage.act("package_show", "author", id=id)["resources"][0]["id"]
    stage.act("resource_patch", "author", id=resource, upload=upload(NEW), format="CSV")
