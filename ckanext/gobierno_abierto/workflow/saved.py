"""After a save in CKAN's own forms: say that it was not published, and lead to where the proposal is sent from."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from . import records
from .case import open_case
from .pages import messages_of
from .transitions import CAMBIO, INEDITO

saved = Blueprint("ga_saved", __name__)

#: Ends of the endpoints whose POST saves a dataset or one of its resources.
SAVING = (".edit", ".scheming_edit_page", "_resource.new", "_resource.edit", "_resource.delete")
#: Ends of addresses at which the form goes on: there is nothing to say yet.
GOES_ON = ("/new", "/edit")


@saved.app_errorhandler(tk.ValidationError)
def refused(error: Any) -> Any:
    """A door of CKAN's pages that the workflow keeps closed says why; any other error is not ours."""
    if getattr(error, "portal_status", None) != 409:
        raise error
    said = " ".join(messages_of(error))
    return tk.render("error_document_template.html", {"code": 409, "name": "Conflict", "content": said}), 409


@saved.after_app_request
def tell(response: Any) -> Any:
    """A save that leads to the dataset's page leads to its publication page instead, where it is public already."""
    arguments = request.view_args or {}
    if (
        request.method != "POST"
        or response.status_code not in (302, 303)
        or not (request.endpoint or "").endswith(SAVING)
        or "package_type" not in arguments
        or "cancel" in request.form
        or response.location.partition("?")[0].rstrip("/").endswith(GOES_ON)
        or "/edit/" in response.location
    ):
        return response
    package = model.Package.get(str(arguments.get("id") or ""))
    me = model.User.get(tk.current_user.name) if package is not None else None
    run = records.open_run(package.id) if me is not None and package is not None else None
    if run is None or run.kind != CAMBIO:
        return response
    case = open_case(package, me)
    if not case.person.belongs:
        return response
    if case.live == INEDITO:
        tk.h.flash_success(tk._("Guardado como borrador. Falta enviarlo a revisión: nadie más lo ve todavía."))
    else:
        tk.h.flash_success(tk._("Guardado como propuesta. Falta enviarla a revisión: lo publicado no cambió."))
        response.location = tk.h.url_for("ga_publication_page.show", id=package.name)
    return response
