"""The public history of a dataset: its published versions, each as a whole, and what changed between two of them.

Everybody reads these pages, so they are made of nothing but publication_history and versions that it lists: no draft,
no comment, no person.
"""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint

from . import differences, page_values, readable, records
from .definition import governed
from .pages import context

history = Blueprint("ga_history", __name__)


def _opened(reference: str) -> tuple[Any, list[dict[str, Any]], dict[str, Any] | None]:
    """(package, its public history, its tombstone if it is withdrawn). Aborts with 404."""
    package: Any = model.Package.get(reference) if "\x00" not in reference else None
    if package is None or package.state == "deleted" or not governed(package.type):
        tk.abort(404, tk._("No existe ese conjunto de datos."))
    try:
        events = tk.get_action("publication_history")(context(), {"id": package.id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        tk.abort(404, tk._("No existe ese conjunto de datos."))
    return package, events, records.tombstone(package.id)


def _versions(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The published versions, the newest first, each with the `id` of its revision as the form of versions asks."""
    return [{**event, "id": event["revision_id"]} for event in events if event["event"] == "publicado"]


def _one(events: list[dict[str, Any]], reference: str) -> dict[str, Any]:
    """The published version with this number or id of a revision. Aborts with 404."""
    for event in _versions(events):
        if reference in (event["revision_id"], str(event["number"])):
            return event
    return dict(tk.abort(404, tk._("Este conjunto no tiene esa versión publicada.")))


def _heading(package: Any, tombstone: dict[str, Any] | None) -> dict[str, Any]:
    return {**page_values.heading(package, str((tombstone or {}).get("title") or "")), "tombstone": tombstone}


@history.route("/dataset/<id>/historia")
def index(id: str) -> Any:
    """What was published, withdrawn and restored, the newest first."""
    package, events, tombstone = _opened(id)
    values = {
        **_heading(package, tombstone),
        "events": [_worded(event, package.type) for event in events],
        "versions": _versions(events),
        "readable": _readable(package, events),
    }
    return tk.render("workflow/history.html", values)


def _readable(package: Any, events: list[dict[str, Any]]) -> bool:
    """Whether the reader may open the versions: not those of a withdrawn dataset, unless they are its people."""
    versions = _versions(events)
    if not versions:
        return False
    try:
        tk.get_action("publication_revision_show")(context(), {"id": versions[0]["revision_id"]})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def _worded(event: dict[str, Any], dataset_type: str) -> dict[str, Any]:
    """The event with its changes in words: `fields` as labels, `resources` as `{name, says}`."""
    if not event["changes"]:
        return event
    schema = tk.h.scheming_get_dataset_schema(dataset_type)
    place = readable.order_of(schema)
    says = {
        "added": tk._("agregado"),
        "removed": tk._("quitado"),
        "changed": tk._("cambiado"),
        "moved": tk._("cambiado de lugar"),
    }
    return {
        **event,
        "changes": {
            "fields": [page_values.field_label(schema, name) for name in sorted(event["changes"]["fields"], key=place)],
            "resources": [{"name": one["name"], "says": says[one["change"]]} for one in event["changes"]["resources"]],
        },
    }


@history.route("/dataset/<id>/historia/<reference>")
def version(id: str, reference: str) -> Any:
    """One published version as a whole, with its files."""
    package, events, tombstone = _opened(id)
    event = _one(events, reference)
    try:
        revision = tk.get_action("publication_revision_show")(context(), {"id": event["revision_id"]})
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        return tk.abort(404, str(error))
    values = {
        **_heading(package, tombstone),
        **differences.content_of(revision),
        "event": event,
        "present": event == _versions(events)[0] and tombstone is None,
        "inside": False,
    }
    return tk.render("workflow/version.html", values)


@history.route("/dataset/<id>/historia/comparar")
def compare(id: str) -> Any:
    """What changed between two published versions; by default the newest and the one before."""
    package, events, tombstone = _opened(id)
    found = [_one(events, tk.request.args[name]) for name in ("de", "a") if tk.request.args.get(name)]
    found = found if len(found) == 2 else list(reversed(_versions(events)[:2]))
    if len(found) < 2:
        return tk.abort(404, tk._("Este conjunto todavía no tiene dos versiones publicadas que comparar."))
    asked = {"from_revision": found[0]["revision_id"], "to_revision": found[1]["revision_id"]}
    try:
        changes = differences.between(context(), package, **asked)
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        return tk.abort(404, str(error))
    values = {
        **_heading(package, tombstone),
        "changes": changes,
        "revisions": _versions(events),
        "inside": False,
    }
    return tk.render("workflow/compare.html", values)
