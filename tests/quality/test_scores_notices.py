"""A dataset that is late: its writers, and nobody else, are told once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from ckan import model
from sqlalchemy import text

from ckanext.gobierno_abierto.common import clock, roles
from ckanext.gobierno_abierto.quality.scores import reminders, scoring, store
from ckanext.gobierno_abierto.workflow import notice_texts, overdue
from tests.workflow.cast import cast
from tests.workflow.conftest import Scene, checked_at_once

__all__ = ["checked_at_once"]

pytestmark = pytest.mark.gated


def late(scene: Scene, days: int) -> dict[str, Any]:
    """A public dataset whose monthly promise ended so many days ago."""
    updated = clock.today() - timedelta(days=31 + days)
    made = scene.published(frequency="MONTHLY", issued=None, modified=updated.isoformat())
    scoring.refresh(made["id"])
    return made


def notices(package_id: str) -> list[Any]:
    found = "SELECT user_id, kind, arguments, created FROM publication_notice WHERE package_id = :id AND kind = :kind"
    return list(model.Session.execute(text(found), {"id": package_id, "kind": overdue.KIND}))


def test_the_writers_are_told_once() -> None:
    scene = cast()
    made, kept = late(scene, 10), late(scene, 1)
    assert len(reminders.send(50)) == 1 and reminders.send(50) == []
    rows = notices(made["id"])
    told = {row.user_id for row in rows}
    assert {who for who, person in scene.people.items() if person["id"] in told} == {
        "author",
        "editor",
        "admin",
        "both",
    }
    assert told == set(roles.writers_of(scene.org["id"])) and len(rows) == len(told)
    assert notices(kept["id"]) == []
    assert (rows[0].arguments["days"], rows[0].arguments["title"]) == (10, made["title"])


def test_the_notice_says_what_to_do() -> None:
    scene = cast()
    made = late(scene, 10)
    reminders.send(50)
    row = notices(made["id"])[0]
    said = notice_texts.text_of(row.kind, row.arguments, row.created)
    assert made["title"] in said.subject and "retir" not in f"{said.subject} {said.happened} {said.asked}"
    assert "actualiz" in said.happened and said.asked


def test_nothing_is_written_for_what_is_gone() -> None:
    overdue.remind("gobierno_abierto", package_id="no-existe", due=date(2026, 1, 1), days=3)
    assert store.rows("to_remind", today=clock.today(), last=2) == []


def test_a_withdrawn_dataset_is_nobodys_to_update() -> None:
    scene = cast()
    made = late(scene, 10)
    scene.call("publication_withdraw", "sysadmin", id=made["id"], reason="Prueba de retiro")
    assert reminders.send(50) == [] and notices(made["id"]) == []
    assert scoring.refresh(made["id"]) is None


def test_a_draft_and_a_proposal_change_no_score() -> None:
    scene = cast()
    made = scene.published()
    scoring.refresh(made["id"])
    before = store.score_of(made["id"])
    scene.call("package_patch", "author", id=made["id"], title="Otro", theme=[], notes="x")
    draft = scene.dataset(title="Borrador secreto")
    assert scoring.refresh(draft["id"]) is None
    scoring.refresh(made["id"])
    after = store.score_of(made["id"])
    assert (after.points, after.measurable) == (before.points, before.measurable)
