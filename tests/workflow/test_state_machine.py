"""Random people do random things with a few datasets, and after each step everything that must hold is recomputed.

A run is `GOBIERNO_ABIERTO_MACHINE_RUNS` lives of `GOBIERNO_ABIERTO_MACHINE_STEPS` steps each. A failing life is told
as it was; with `GOBIERNO_ABIERTO_MACHINE_SHRINK=1` the shortest one like it is looked for, which takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from ckanext.gobierno_abierto.quality import jobs
from ckanext.gobierno_abierto.workflow import maintenance, records, tables
from ckanext.gobierno_abierto.workflow.interfaces import installing
from ckanext.gobierno_abierto.workflow.revisions import normalised
from tests.workflow import invariants
from tests.workflow.cast import COORDINATE, PEOPLE, TWO_STEPS, Clock, cast, collaborate
from tests.workflow.conftest import sample
from tests.workflow.life import Life, is_409, table

pytestmark = pytest.mark.gated

RUNS = int(os.environ.get("GOBIERNO_ABIERTO_MACHINE_RUNS", "12"))
PHASES = (Phase.generate, *([Phase.shrink] if os.environ.get("GOBIERNO_ABIERTO_MACHINE_SHRINK") else []))
STEPS = int(os.environ.get("GOBIERNO_ABIERTO_MACHINE_STEPS", "25"))
#: Datasets of one life: more would seldom be met twice.
MOST = 3
#: Who may make datasets of the entity; a collaborator may only edit.
EDITORS = ("author", "editor", "admin", "both", "sysadmin")
WORDS = ("Uno", "Dos", "Tres")

who = st.sampled_from(PEOPLE)
#: Those who get further, so that a life is not all refusals.
writers = st.sampled_from(["author", "editor", "admin", "both", "collaborator"])
reviewers = st.sampled_from(["reviewer", "colleague", "both", "admin", "reviewer", "colleague"])
coordinators = st.sampled_from(COORDINATE) | st.sampled_from(COORDINATE) | who
number = st.integers(0, 5)


class Portal(Life):
    """What people do."""

    @initialize(two_steps=st.booleans(), file=st.booleans())
    def begin(self, two_steps: bool, file: bool) -> None:
        tk.config["gobierno_abierto.workflow.file"] = str(self.steps_file) if two_steps else ""
        self.scene = cast()
        self.create("author", True, file, 0)

    some = precondition(lambda self: bool(self.ids))
    room = precondition(lambda self: len(self.ids) < MOST)

    # Saves.

    @room
    @rule(person=who | writers | writers, public=st.booleans(), file=st.booleans(), value=number)
    def create(self, person: str, public: bool, file: bool, value: int) -> None:
        allowed = person in EDITORS
        values = sample(
            owner_org=self.scene.org["id"], private=not public, state="active", title=f"Conjunto {len(self.ids)}"
        )
        with self.refusal("package_create", allowed, lambda error: False):
            made = self.act("package_create", person, **values)
            assert made["private"] is True
            self.ids.append(made["id"])
            collaborate(self.scene, made["id"])
        if file and allowed:
            self.add_file(person, -1, value)

    @room
    @rule()
    def install(self) -> None:
        """A dataset that was public before the workflow."""
        with installing():
            made = self.act("package_create", "author", **sample(owner_org=self.scene.org["id"], title="De antes"))
        self.ids.append(made["id"])
        self.installed[made["id"]] = normalised(invariants.shown_to_visitors(made["id"]) or {})
        collaborate(self.scene, made["id"])

    @some
    @rule(
        person=who | writers | writers,
        index=number,
        field=st.sampled_from(["title", "notes", "tags", "name"]),
        word=number,
    )
    def patch(self, person: str, index: int, field: str, word: int) -> None:
        id, value = self.pick(index), WORDS[word % 3]
        sent: Any = {"tags": [{"name": value.lower()}], "name": f"{value.lower()}-{id[:8]}"}.get(field, value)
        saved = self.save(person, id, "package_patch", **{field: sent})
        if saved is not None:
            assert saved[field] == sent or field == "tags"

    @some
    @rule(person=who | writers | writers, index=number, back=st.integers(0, 3), word=number)
    def patch_from_an_older_version(self, person: str, index: int, back: int, word: int) -> None:
        """Two editors: what was read is named, so nothing that was saved meanwhile is lost unsaid."""
        id = self.pick(index)
        found = records.rows("revisions", package_id=id)
        base = found[back % len(found)].id if found else None
        self.attempt(
            "package_patch", person, id, is_409, "package_update" in self.can(person, id), title=WORDS[word % 3],
            publication_base=base,
        )  # fmt: skip

    @some
    @rule(person=who | writers | writers, index=number, value=number)
    def add_file(self, person: str, index: int, value: int) -> None:
        id = self.pick(index)
        self.save(person, id, "resource_create", package_id=id, id="", name="Tabla", upload=table(value), format="CSV")

    def _resource(self, id: str, place: int) -> str | None:
        found = self.proposal(id).get("resources", [])
        return str(found[place % len(found)]["id"]) if found else None

    @some
    @rule(person=who | writers | writers, index=number, place=number, value=number)
    def replace_file(self, person: str, index: int, place: int, value: int) -> None:
        id = self.pick(index)
        if resource := self._resource(id, place):
            self.save(person, id, "resource_patch", id=resource, upload=table(value), format="CSV")

    @some
    @rule(person=who | writers | writers, index=number, place=number)
    def link_instead_of_file(self, person: str, index: int, place: int) -> None:
        id = self.pick(index)
        if resource := self._resource(id, place):
            link = {"url": "https://entidad.gob.bo/otro.pdf", "format": "PDF", "url_type": "", "clear_upload": "true"}
            self.save(person, id, "resource_patch", id=resource, **link)

    @some
    @rule(person=who | writers | writers, index=number, place=number)
    def remove_resource(self, person: str, index: int, place: int) -> None:
        id = self.pick(index)
        if resource := self._resource(id, place):
            self.save(person, id, "resource_delete", id=resource)

    @some
    @rule(person=who | writers | writers, index=number)
    def reorder(self, person: str, index: int) -> None:
        id = self.pick(index)
        order = [one["id"] for one in self.proposal(id).get("resources", [])][::-1]
        if order:
            self.save(person, id, "package_resource_reorder", order=order)

    # The way to publication.

    @some
    @rule(person=who | writers | writers, index=number, note=st.sampled_from(["", "Listo"]))
    def submit(self, person: str, index: int, note: str) -> None:
        incomplete_or_moved = lambda error: "publication" in error.error_dict or is_409(error)  # noqa: E731
        self.attempt("publication_submit", person, self.pick(index, "enviar"), incomplete_or_moved, note=note)

    @some
    @rule(person=who | writers | writers, index=number)
    def cancel(self, person: str, index: int) -> None:
        id = self.pick(index, "retirar_envio")
        run = records.open_run(id)
        sent = run is not None and run.state in ("en_revision", "aprobado")
        self.attempt("publication_cancel", person, id, listed=sent and "publication_cancel" in self.can(person, id))

    @some
    @rule(person=who | writers | writers, index=number)
    def discard(self, person: str, index: int) -> None:
        id = self.pick(index, "descartar")
        run = records.open_run(id)
        written = run is not None and run.state in ("borrador", "observado")
        self.attempt(
            "publication_cancel", person, id, lambda error: "discard" in error.error_dict,
            listed=written and "publication_cancel" in self.can(person, id), discard=True,
        )  # fmt: skip

    @some
    @rule(person=who | reviewers | reviewers, index=number, note=st.sampled_from(["Corrija", ""]))
    def request_changes(self, person: str, index: int, note: str) -> None:
        self.attempt(
            "publication_request_changes", person, self.pick(index, "observar"), lambda error: not note, note=note,
            comments=[{"field": "notes", "text": "Fuente"}] if note else [],
        )  # fmt: skip

    @some
    @rule(
        person=who | reviewers | reviewers,
        index=number,
        back=st.integers(0, 3),
        hours=st.sampled_from([None, None, 5, -5]),
    )
    def approve(self, person: str, index: int, back: int, hours: int | None) -> None:
        id = self.pick(index, "aprobar")
        found = records.rows("revisions", package_id=id)
        run = records.open_run(id)
        if not found:
            return
        revision = found[back % len(found)].id if back else (run.revision_id if run else found[0].id)
        read = records.revision(revision)
        at = (self.clock.moment + timedelta(hours=hours)).isoformat() if hours else None
        moved = self.attempt(
            "publication_approve", person, id,
            lambda error: "publication" in error.error_dict or is_409(error) or (hours or 0) < 0,
            revision_id=revision, publish_at=at,
        )  # fmt: skip
        if moved is not None:
            assert run is not None and run.revision_id == revision, "another revision was approved"
            if moved["status"] == "publicado":
                shown = invariants.shown_to_visitors(id)
                assert shown is not None and normalised(shown) == normalised(read.content)

    @some
    @rule(index=number, change=number, word=number, approvals=number, hours=st.sampled_from([None, 5]), ending=number)
    def go_on(self, index: int, change: int, word: int, approvals: int, hours: int | None, ending: int) -> None:
        """What most proposals do: changed, loaded, sent, approved by one after the other, and what may follow."""
        changes: list[Callable[[], None]] = [
            lambda: self.patch("author", index, "notes", word),
            lambda: self.replace_file("author", index, 0, word),
            lambda: self.add_file("editor", index, word),
            lambda: self.remove_resource("author", index, word),
        ]
        for one in changes[change : change + 2]:
            one()
        self.work()
        self.submit("author", index, "Listo")
        for person in ("reviewer", "admin", "colleague", "both")[:approvals]:
            self.approve(person, index, word % 2, hours)
            self.approve(person, index, 0, hours)
        endings: list[Callable[[], None]] = [
            lambda: self.request_changes("reviewer", index, "Corrija"),
            lambda: self.publish("coordinator", index),
            lambda: self.withdraw("sysadmin", index, "Error"),
            lambda: self.restore("coordinator", index),
        ]
        for one in endings[ending : ending + 2]:
            one()

    @some
    @rule(person=coordinators, index=number)
    def publish(self, person: str, index: int) -> None:
        self.attempt("publication_publish", person, self.pick(index, "publicar"), is_409)

    @some
    @rule(
        person=coordinators,
        index=number,
        hours=st.sampled_from([3, 30, -3, None]),
        what=st.booleans(),
    )
    def schedule(self, person: str, index: int, hours: int | None, what: bool) -> None:
        id, name = self.pick(index, "programar"), "publish_at" if what else "withdraw_at"
        at = (self.clock.moment + timedelta(hours=hours)).isoformat() if hours else ""
        idle = records.open_run(id) is None
        self.attempt(
            "publication_schedule", person, id,
            lambda error: (hours or 0) < 0 or (what and idle), **{name: at},  # type: ignore[arg-type]
        )  # fmt: skip

    @precondition(lambda self: self.idle >= 4)
    @rule(hours=st.sampled_from([1, 4, 40, 400]))
    def time_passes(self, hours: int) -> None:
        """The clock does what is due; a second time there is nothing to do."""
        self.idle = 0
        self.clock.pass_by(hours=hours)
        list(maintenance.run_scheduled())
        again = [outcome for outcome in maintenance.run_scheduled() if outcome.ok and "recordado" not in outcome.text]
        assert again == []
        assert maintenance.sweep()[0] == 0
        self.done["run_scheduled"] += 1

    @some
    @rule(person=st.sampled_from(["admin", *COORDINATE]) | who, index=number, reason=st.sampled_from(["Error", " "]))
    def withdraw(self, person: str, index: int, reason: str) -> None:
        self.attempt(
            "publication_withdraw", person, self.pick(index, "retirar"), lambda error: not reason.strip(), reason=reason
        )

    @some
    @rule(person=coordinators, index=number)
    def restore(self, person: str, index: int) -> None:
        self.attempt("publication_restore", person, self.pick(index, "restaurar"))

    @some
    @rule(person=st.just("sysadmin") | who, index=number, reason=st.sampled_from(["Inundación", ""]))
    def emergency(self, person: str, index: int, reason: str) -> None:
        id = self.pick(index, "publicar_de_emergencia")
        run = records.open_run(id)
        made = self.attempt(
            "publication_emergency_publish", person, id, lambda error: not reason,
            # A dataset that has no run yet gets one of it, which no list could know.
            listed=None if run else False, reason=reason,
        )  # fmt: skip
        assert made is None or made["live"] == "publicado"

    # Doors that CKAN has besides.

    @some
    @rule(person=who, index=number)
    def delete(self, person: str, index: int) -> None:
        id = self.pick(index)
        package = model.Package.get(id)
        public = invariants.shown_to_visitors(id) is not None or (records.publication(id) or package).live == "retirado"
        allowed = not public and person in (*EDITORS, "collaborator")
        with self.refusal("package_delete", allowed, lambda error: False):
            self.act("package_delete", person, id=id)
            self.ids.remove(id)

    @some
    @rule(person=who, index=number, which=number)
    def side_doors(self, person: str, index: int, which: int) -> None:
        id, org = self.pick(index), self.scene.org["id"]
        if person in COORDINATE or (records.publication(id) or tk.missing) is tk.missing:
            return
        live = records.publication(id).live
        doors: list[tuple[str, dict[str, Any]]] = [
            ("bulk_update_public", {"org_id": org, "datasets": [id]}),
            ("bulk_update_private", {"org_id": org, "datasets": [id]}),
            ("bulk_update_delete", {"org_id": org, "datasets": [id]}),
            ("package_owner_org_update", {"id": id, "organization_id": self.scene.other_org["id"]}),
            ("package_relationship_create", {"subject": id, "object": id, "type": "links_to"}),
            ("dataset_purge", {"id": id}),
        ]
        action, data = doors[which]
        if live == "inedito" and which > 2:
            return
        with self.refusal(action, False, lambda error: False):
            self.act(action, person, **data)

    @precondition(lambda self: bool(self.queue))
    @rule()
    def work(self) -> None:
        """The worker takes what is queued."""
        while self.queue:
            job, arguments = self.queue.pop(0)
            job(*arguments)
        self.done["work"] += 1

    # What must hold.

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "scene"):
            return
        self.done["STEPS"] += 1
        self.idle += 1
        model.Session.expire_all()
        for id in self.ids:
            invariants.the_live_version_is_the_published_revision(id)
            self.tables_are_of_public_files(id)
            if id in self.installed and getattr(records.publication(id), "live_revision_id", None) is None:
                assert normalised(invariants.shown_to_visitors(id) or {}) == self.installed[id]
        invariants.nothing_is_public_without_approval()
        invariants.withdrawals_were_decided({self.scene.people[name]["id"] for name in COORDINATE})
        invariants.the_audit_chain_is_valid()
        invariants.a_dataset_has_one_open_run()
        invariants.no_file_is_an_orphan()
        invariants.search_finds_the_public_ones(self.ids)
        model.Session.commit()


def test_nobody_gets_around_the_committee(ckan_config: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def queue(job: Callable[..., Any], args: list[Any] | None = None, **_options: Any) -> None:
        # E-mails are another test's business.
        if job in (tables.prepare, jobs.run):
            Portal.queue.append((job, list(args or [])))

    monkeypatch.setattr(tk, "enqueue_job", queue)
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path / "storage"))
    monkeypatch.setitem(ckan_config, "gobierno_abierto.workflow.file", "")
    monkeypatch.setitem(ckan_config, "gobierno_abierto.workflow.coordination", "")
    monkeypatch.setitem(ckan_config, "ckan.auth.allow_dataset_collaborators", True)
    monkeypatch.setitem(ckan_config, "gobierno_abierto.workflow.mail", False)
    Portal.steps_file = tmp_path / "pasos.yaml"
    Portal.steps_file.write_text(TWO_STEPS, encoding="utf-8")
    Portal.clock = Clock(monkeypatch)
    Portal.done.clear()
    run_state_machine_as_test(
        Portal,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            phases=PHASES,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for name, count in sorted(Portal.done.items()):
        print(f"{count:6} {name}")
    assert Portal.done["STEPS"] > RUNS
