"""What is public changes by the workflow's own actions, for those who may, and through no other door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import pytest

from tests.workflow.browsing import Visit
from tests.workflow.doors.asking import FEW, REFUSED, Table, calls, doors, outcome
from tests.workflow.doors.live import Watch, answers, undoing
from tests.workflow.doors.scene import OUTSIDERS, PUBLIC, ROLES, WITHDRAWN, Planted
from tests.workflow.doors.visiting import forms

pytestmark = pytest.mark.gated

#: Try every call of actions.yaml; the others the first of each action.
THOROUGH = ("stranger", "admin", "sysadmin")


def test_each_role_at_each_door(planted: Planted, record_property: Callable[[str, object], None]) -> None:
    """Each call is undone; what it answered, and whether it changed what is public, is as writes.csv says."""
    watch, table, heard, count = Watch(planted), Table("writes"), [], 0
    for action, entries in doors("actions")["writes"].items():
        everything = list(calls(planted, entries, FEW))
        first = list(calls(planted, entries[:1], {}))
        for role in ROLES:
            asked = everything if role in THOROUGH else first
            signs: dict[str, set[str]] = {}
            changed: list[str] = []
            with undoing() as undo:
                for kind, parameters in asked:
                    sign, answer = outcome(planted, action, role, parameters)
                    signs.setdefault(kind, set()).add(sign)
                    if sign != REFUSED:
                        changed += watch.changed()
                        undo()
                    if role in OUTSIDERS and (found := planted.heard(answer, str(parameters), sign == REFUSED)):
                        heard.append(f"{role}: {action}({parameters}): {sorted(found)}")
                changed += watch.changed()
            table.put(action, role, signs)
            if [*changed, *watch.tables_changed()]:
                table.changed(action, role)
            count += len(asked)
    record_property("roles", len(ROLES))
    record_property("doors", len(table.rows))
    record_property("calls", count)
    assert not heard, "\n".join(heard)
    differences = table.differences()
    assert not differences, "\n".join(["writes.csv says otherwise of:", *differences])


def test_no_form_changes_what_is_public(planted: Planted, app: Any) -> None:
    """Every address that takes a form, of each subject, sent by a visitor, a stranger and the entity's admin."""
    visit, watch, changed, count, accepted = Visit(planted.scene, app), Watch(planted), [], 0, 0
    people = {who: visit.as_(who) for who in (None, "stranger", "admin")}
    with undoing() as undo:
        for door, entries in doors("routes")["writes"].items():
            for url, form in forms(planted, door.removeprefix("POST "), entries):
                for who, headers in people.items():
                    try:
                        answer = app.post(url, headers=headers, data=form, follow_redirects=False)
                        accepted += answer.status_code == 302 and who == "admin"
                    except Exception:
                        # Some of CKAN's pages catch nothing, neither a refusal nor a form that they do not expect.
                        model.Session.rollback()
                    count += 1
                    changed += [f"{url} {form} by {who}: {part}" for part in watch.changed()]
                    undo()
    changed += watch.tables_changed()
    assert count > 200 and accepted > 40
    assert not changed, "\n".join(changed)


def test_a_day_of_saves_changes_nothing_public(planted: Planted) -> None:
    """Every door after the other, nothing undone: what visitors are told is letter by letter what it was."""
    before = {kind: answers(planted.subjects[kind]) for kind in (PUBLIC, WITHDRAWN)}
    done = 0
    for action, entries in doors("actions")["writes"].items():
        for _kind, parameters in calls(planted, entries, FEW):
            done += outcome(planted, action, "author", parameters)[0] != REFUSED
    assert done > 100
    assert {kind: answers(planted.subjects[kind]) for kind in before} == before
