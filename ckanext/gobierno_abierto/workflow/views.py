"""Routes of the workflow: proposed and earlier files, the tombstone, and pages that show a proposal as the dataset."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request, send_file

from . import records, state, versions
from .case import open_case
from .transitions import PUBLICADO

publication = Blueprint("ga_publication", __name__)

#: Ends of the endpoints that edit a dataset: there the open proposal is what is edited.
EDITING = (".edit", ".scheming_edit_page", "_resource.edit", "_resource.new", ".resources", "_resource.delete")
#: Ends of the endpoints of a dataset's own addresses, which say that it was withdrawn.
SHOWING = (".read", "_resource.read", "_resource.download", "_resource.view", "resource.download", ".read_dataset")
#: CKAN's page of a resource as the activity stream kept it, which asks no permission on the activity.
EARLIER = "activity.resource_history"


def _me() -> Any:
    user = tk.current_user
    return model.User.get(user.name) if user and user.is_authenticated else None


def keep_to_oneself(response: Any) -> Any:
    """What is not for everybody stays in no cache, the browser's included; CKAN adds the rest of the header."""
    request.environ["__no_cache__"] = True
    response.cache_control.no_store = True
    return response


@publication.before_app_request
def before() -> Any:
    """A withdrawn dataset answers 410; a form edits the proposal."""
    endpoint, arguments = request.endpoint or "", request.view_args or {}
    # ckanext-dcat answers a dataset's address in CKAN's place and calls the argument `_id`.
    reference = arguments.get("id") or arguments.get("_id")
    if endpoint.startswith("api.") or not reference:
        return None
    if endpoint == EARLIER:
        return _earlier(str(arguments.get("activity_id")))
    if endpoint.endswith(SHOWING):
        return _tombstone(str(reference))
    if endpoint.endswith(EDITING) and "package_type" in arguments:
        context = state.showing_proposal(state.EVERY)
        context.__enter__()
        tk.g.ga_workflow_view = context
    return None


@publication.teardown_app_request
def after(_error: BaseException | None) -> None:
    """The next request of this thread shows live versions again."""
    context = tk.g.pop("ga_workflow_view", None) if hasattr(tk.g, "pop") else None
    if context is not None:
        context.__exit__(None, None, None)


def _earlier(activity_id: str) -> None:
    """What a dataset was before it was public is not told with its history. Aborts with 404."""
    try:
        asked = {"id": activity_id, "include_data": True}
        tk.get_action("activity_show")({"user": tk.current_user.name}, asked)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        tk.abort(404, tk._("Esa versión no existe, o no se puede leer."))


def _tombstone(reference: str) -> Any:
    if "\x00" in reference:
        return None
    found = records.tombstone(reference)
    if found is None:
        return None
    package = model.Package.get(found["id"])
    if package is not None and open_case(package, _me()).person.belongs:
        return None
    body = tk.render("workflow/tombstone.html", {"tombstone": found})
    return Response(body, status=410, content_type="text/html; charset=utf-8")


@publication.route("/dataset/<id>/publicacion/archivo/<file_id>")
def file(id: str, file_id: str) -> Any:
    """One file version: the published ones for everybody, proposed ones for the dataset's entity and committee."""
    version = records.row("file", id=file_id) if "\x00" not in file_id else None
    package = model.Package.get(version.package_id) if version else None
    if version is None or package is None or id not in (package.id, package.name):
        return tk.abort(404, tk._("Ese archivo no existe."))
    case = open_case(package, _me())
    if not case.person.belongs and not (case.live == PUBLICADO and _was_published(package.id, file_id)):
        return tk.abort(404, tk._("Ese archivo no existe."))
    path = versions.path_of(version)
    if not path.is_file():
        return tk.abort(404, tk._("Ese archivo no existe."))
    # An attachment, never shown in place: what it holds was not approved yet.
    answer = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=version.filename)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    keep_to_oneself(answer)
    return answer


def _was_published(package_id: str, file_id: str) -> bool:
    return bool(records.rows("published_file", package_id=package_id, file_id=file_id))
