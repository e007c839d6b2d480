"""From the entries of actions.yaml to calls: what stands for what, and what came of a call."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import yaml

from ckanext.gobierno_abierto.workflow import records
from tests.workflow.doors.scene import DRAFT, ROLES, Planted, Subject

HERE = Path(__file__).parent
PLACE = re.compile(r"\$[a-z]+")

#: What came of a call, as the tables of this folder write it.
ANSWERED, REFUSED, MISSING, CONFLICT, INVALID, BROKEN = "+", "-", "0", "9", "v", "!"
#: Words that stand for the same in every subject: an entry with no others is called once.
SCENE = ("$draft", "$spare", "$mine", "$other", "$org", "$group", "$committee", "$author", "$citizen", "$alias")
#: Enough where a subject's activities, revisions and files are all alike to the door.
FEW = {"$resource": 2}


def doors(name: str) -> dict[str, Any]:
    """One of the lists of this folder."""
    return dict(yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")))


def places(planted: Planted, subject: Subject) -> dict[str, list[str]]:
    """What each `$word` stands for."""
    run = records.open_run(subject.id)
    draft, people = planted.subjects[DRAFT], planted.scene.people
    tags = [tag.id for tag in model.Package.get(subject.id).get_tags()]
    return {
        "$id": [subject.id], "$name": [subject.name], "$resource": subject.resources, "$view": subject.views,
        "$table": subject.tables, "$file": subject.files, "$revision": subject.revisions,
        "$activity": subject.activities, "$task": subject.tasks, "$tag": tags,
        "$open": [run.revision_id] if run else subject.revisions[:1],
        "$draft": [draft.id], "$other": [draft.name],
        "$spare": [planted.spare["author"]], "$mine": [planted.spare["stranger"]],
        "$org": [planted.scene.org["id"]], "$group": [planted.group["id"]],
        "$committee": [planted.scene.committee["id"]],
        "$alias": [planted.alias], "$author": [people["author"]["id"]], "$citizen": [people["citizen"]["id"]],
    }  # fmt: skip


def calls(
    planted: Planted, entries: list[dict[str, Any]], few: dict[str, int] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind of the subject, parameters) of each call that the entries stand for.

    `few` says how many values of a word are enough (of the others one); without it all.
    """
    known = {kind: places(planted, subject) for kind, subject in planted.subjects.items()}
    for entry in entries:
        words = sorted(set(PLACE.findall(json.dumps(entry))))
        for kind, values in known.items():
            choices = [values[word] if few is None else values[word][: few.get(word, 1)] for word in words]
            for chosen in itertools.product(*choices):
                yield kind, filled(entry, dict(zip(words, chosen, strict=True)))
            if not set(words) - set(SCENE):
                break


def filled(template: Any, values: dict[str, str]) -> Any:
    """A copy of the entry in which the words are replaced."""
    if isinstance(template, dict):
        return {key: filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    if isinstance(template, str):
        return PLACE.sub(lambda found: values[found[0]], template)
    return template


def outcome(planted: Planted, action: str, role: str, parameters: dict[str, Any]) -> tuple[str, str]:
    """(one of the signs above, everything that was answered as text)."""
    user = model.User.get(planted.scene.people[role]["name"]) if role != "anonymous" else None
    context: Any = {"user": user.name if user else "", "auth_user_obj": user, "ignore_auth": False, "api_version": 3}
    try:
        answer = tk.get_action(action)(context, filled(parameters, {}))
        return ANSWERED, _text(list(answer) if isinstance(answer, Iterator) else answer)
    except tk.NotAuthorized as error:
        return REFUSED, str(error)
    except tk.ObjectNotFound as error:
        return MISSING, str(error)
    except tk.ValidationError as error:
        return (CONFLICT if getattr(error, "portal_status", 0) == 409 else INVALID), _text(error.error_dict)
    except Exception as error:
        model.Session.rollback()
        return BROKEN, f"{type(error).__name__}: {error}"


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, default=str)


class Table:
    """What each role gets at each door, and the file that says what it should be.

    A cell has the signs of the calls about the draft, the published and the withdrawn dataset, in this order.
    `changes` names the roles for whom the door changed what is public.
    """

    HEADER = ("door", *ROLES, "changes")

    def __init__(self, name: str) -> None:
        self.path = HERE / f"{name}.csv"
        self.rows: dict[str, dict[str, str]] = {}

    def put(self, door: str, role: str, signs: dict[str, set[str]]) -> None:
        """What came of the calls of a role, by kind of subject."""
        row = self.rows.setdefault(door, {"door": door, "changes": ""})
        row[role] = "/".join("".join(sorted(found)) for found in signs.values())

    def changed(self, door: str, role: str) -> None:
        """The door changed what is public for this role."""
        row = self.rows.setdefault(door, {"door": door, "changes": ""})
        row["changes"] = f"{row['changes']} {role}".strip()

    def differences(self) -> list[str]:
        """The rows that are not as the file says, as it would say them. DOORS=accept writes the file instead."""
        if os.environ.get("DOORS") == "accept":
            with self.path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, self.HEADER, lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.rows.values())
        with self.path.open(encoding="utf-8", newline="") as file:
            known = {row["door"]: row for row in csv.DictReader(file)}
        return [
            f"{','.join(row[name] for name in self.HEADER)}   (was: {','.join((known.get(door) or {}).values())})"
            for door, row in self.rows.items()
            if row != known.get(door)
        ] + [f"{door}: no such door any more" for door in known if door not in self.rows]
