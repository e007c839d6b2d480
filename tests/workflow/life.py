"""What a life of a portal is made of: one transaction, its people, its files, its queue, and what may be refused."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.datastore.backend.postgres import get_write_engine
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from ckanext.gobierno_abierto.quality import interfaces as quality
from ckanext.gobierno_abierto.workflow import records, versions
from ckanext.gobierno_abierto.workflow.case import open_case
from ckanext.gobierno_abierto.workflow.transitions import BY_NAME
from tests.workflow import invariants
from tests.workflow.cast import Clock
from tests.workflow.conftest import Scene

Excuse = Callable[[tk.ValidationError], bool]


def table(value: int) -> FileStorage:
    """A small CSV whose one value says which upload it was."""
    return FileStorage(io.BytesIO(f"anio,valor\n2020,{value}\n".encode()), "tabla.csv")


def is_409(error: tk.ValidationError) -> bool:
    """Whether the state, and not what was sent, is in the way."""
    return getattr(error, "portal_status", None) == 409


class Life(RuleBasedStateMachine):
    """One life of a portal, in one transaction that is undone at its end."""

    clock: ClassVar[Clock]
    queue: ClassVar[list[tuple[Callable[..., Any], list[Any]]]] = []
    done: ClassVar[Counter[str]] = Counter()
    steps_file: ClassVar[Path]
    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        self.outer = dict(model.Session.session_factory.kw)
        model.Session.remove()
        self.connection = model.meta.engine.connect()  # type: ignore[union-attr]
        self.transaction = self.connection.begin()
        model.Session.configure(bind=self.connection, join_transaction_mode="create_savepoint")
        self.queue.clear()
        self.ids: list[str] = []
        self.idle = 0
        self.installed: dict[str, Any] = {}
        self.resources: set[str] = set()

    def teardown(self) -> None:
        """Nothing stays: the database, the DataStore and the disk are as before."""
        model.Session.rollback()
        used = {row.id for row in records.rows("all_files")} if self.transaction.is_active else set()
        model.Session.remove()
        self.transaction.rollback()
        self.connection.close()
        model.Session.configure(**self.outer)
        for table_id in used:
            quality.drop_table(table_id)
        self._drop_live_tables()
        shutil.rmtree(Path(tk.config["ckan.storage_path"]) / versions.FOLDER, ignore_errors=True)

    def _drop_live_tables(self) -> None:
        with get_write_engine().begin() as connection:
            for resource_id in self.resources:
                connection.execute(text(f'DROP TABLE IF EXISTS "{resource_id}"'))

    def act(self, action: str, person: str, /, **data: Any) -> Any:
        """An action as this person calls it."""
        return self.scene.call(action, None if person == "anonymous" else person, **data)

    def pick(self, index: int, transition: str = "") -> str:
        """A dataset; mostly one where this transition is possible, if there is any."""
        fitting = [id for id in self.ids if index < 5 and transition and self._fits(id, transition)]
        return (fitting or self.ids)[index % len(fitting or self.ids)]

    def _fits(self, id: str, transition: str) -> bool:
        return BY_NAME[transition].fits(open_case(model.Package.get(id), None).situation)

    def can(self, person: str, id: str) -> list[str]:
        """What `publication_show` says that the person may do."""
        try:
            return list(self.act("publication_show", person, id=id)["can"])
        except (tk.NotAuthorized, tk.ObjectNotFound):
            return []

    def proposal(self, id: str) -> dict[str, Any]:
        """The dataset as its writers have it."""
        run = records.open_run(id)
        if run is not None and run.kind == "cambio":
            return dict(records.revision(run.revision_id).content)
        return dict(self.act("package_show", "sysadmin", id=id))

    @contextmanager
    def refusal(self, name: str, listed: bool, excused: Excuse) -> Iterator[None]:
        """What `publication_show` listed succeeds, or fails for a stated reason; all else is refused and all stays."""
        before = invariants.fingerprint()
        disk = invariants.stored_files()
        try:
            yield
        except (tk.NotAuthorized, tk.ValidationError) as error:
            model.Session.rollback()
            model.Session.expire_all()
            if listed:
                assert isinstance(error, tk.ValidationError) and excused(error), f"{name} was listed: {error}"
            assert invariants.fingerprint() == before, f"a refused {name} changed something"
            assert invariants.stored_files() == disk
            self.done[f"{name} (refused)"] += 1
            return
        assert listed, f"{name} was not listed and succeeded"
        self.done[name] += 1

    def attempt(
        self,
        action: str,
        person: str,
        id: str,
        excused: Excuse = lambda error: False,
        listed: bool | None = None,
        **data: Any,
    ) -> Any:
        """Call it; None when it was refused."""
        listed = action in self.can(person, id) if listed is None else listed
        result = None
        with self.refusal(action, listed, excused):
            result = self.act(action, person, **{"id": id, **data})
        return result

    def save(self, person: str, dataset: str, action: str, /, **data: Any) -> Any:
        """A save through one of CKAN's doors; `id` is the dataset's unless it is given."""
        listed, result = "package_update" in self.can(person, dataset), None
        with self.refusal(action, listed, lambda error: False):
            result = self.act(action, person, **{"id": dataset, **data})
        self.resources.update(one["id"] for one in self.proposal(dataset).get("resources", []))
        return result

    def tables_are_of_public_files(self, id: str) -> None:
        """The rows that a visitor gets of a public resource are those of its file; none while it is not loaded."""
        for resource in (invariants.shown_to_visitors(id) or {}).get("resources", []):
            if not resource.get("datastore_active") or self.queue:
                continue
            found = tk.get_action("datastore_search")({"user": ""}, {"resource_id": resource["id"]})["records"]
            path = Path(versions.uploader_of({"id": resource["id"]}).get_path(resource["id"]))
            assert [f"anio,valor\n2020,{row['valor']}\n" for row in found] == [path.read_text()]
