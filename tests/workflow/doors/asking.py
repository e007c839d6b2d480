"""From the entries of actions.yaml to calls: what stands for what, and what came of a call."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import yaml

from ckanext.gobierno_abierto.workflow import records
from tests.workflow.doors.scene import DRAFT, Planted, Subject

HERE = Path(__file__).parent
PLACE = re.compile(r"\$[a-z]+")

#: What came of a call, as matrix.csv writes it.
ANSWERED, REFUSED, MISSING, CONFLICT, INVALID, BROKEN = "+", "-", "0", "9", "v", "!"


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
        "$draft": [draft.id], "$draftresource": draft.resources[:1], "$other": [draft.name],
        "$org": [planted.scene.org["id"]], "$group": [planted.group["id"]], "$committee": [planted.scene.committee["id"]],
        "$author": [people["author"]["id"]], "$citizen": [people["citizen"]["id"]],
    }  # fmt: skip


#: Words of which one value per subject is enough.
ONCE = ("$id", "$name", "$draft", "$draftresource", "$other", "$org", "$group", "$committee", "$author", "$citizen")
SCENE = ("$draft", "$draftresource", "$other", "$org", "$group", "$committee", "$author", "$citizen")


def calls(planted: Planted, entries: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind of the subject, parameters) of each call that the entries stand for."""
    for entry in entries:
        words = sorted(set(PLACE.findall(json.dumps(entry))))
        for kind, subject in planted.subjects.items():
            known = places(planted, subject)
            for values in itertools.product(*(known[word] for word in words)):
                yield kind, filled(entry, dict(zip(words, values, strict=True)))
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
    user = planted.scene.people[role] if role != "anonymous" else None
    context: Any = {
        "user": user["name"] if user else "",
        "auth_user_obj": model.User.get(user["name"]) if user else None,
        "ignore_auth": False, "api_version": 3, "model": model, "session": model.Session,
    }  # fmt: skip
    try:
        answer = tk.get_action(action)(context, parameters)
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
