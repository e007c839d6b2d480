"""The publication page of a dataset, for its people: where it is, what changes, what was said, what they can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint

from . import differences, page_values
from .case import Case, open_case
from .definition import governed
from .transitions import CAMBIO, PUBLICADO
from .views import keep_to_oneself

pages = Blueprint("ga_publication_page", __name__)

#: Revisions that the page lists; the API gives all of them.
LISTED = 50
#: Beginning of the names of the form's comments: `comentario|<resource id>|<field>`.
COMMENT = "comentario|"


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


@dataclass(frozen=True)
class Deed:
    """One form of the page: the action that it calls, the form's fields that the action takes, and what it answers."""

    action: str
    done: str
    fields: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)


DEEDS = {
    "submit": Deed("publication_submit", _("La propuesta fue enviada a revisión."), ("note", "revision_id")),
    "cancel": Deed("publication_cancel", _("El envío fue retirado. Puede corregir la propuesta y enviarla de nuevo.")),
    "discard": Deed(
        "publication_cancel", _("La propuesta fue descartada. Lo publicado no cambió."), fixed={"discard": True}
    ),
    "approve": Deed(
        "publication_approve", _("Su aprobación quedó registrada."), ("revision_id", "comment", "publish_at")
    ),
    "request_changes": Deed(
        "publication_request_changes", _("Se pidieron los cambios a quienes escribieron la propuesta."),
        ("note", "revision_id"),
    ),
    "publish": Deed("publication_publish", _("El conjunto ya es público.")),
    "publish_at": Deed("publication_schedule", _("La fecha de publicación quedó guardada."), ("publish_at",)),
    "withdraw_at": Deed("publication_schedule", _("La fecha de retiro quedó guardada."), ("withdraw_at",)),
    "withdraw": Deed("publication_withdraw", _("El retiro quedó registrado."), ("reason",)),
    "restore": Deed("publication_restore", _("El conjunto es público otra vez, como estaba antes de su retiro.")),
    "emergency": Deed("publication_emergency_publish", _("El conjunto se publicó de emergencia."), ("reason",)),
}  # fmt: skip


def context() -> dict[str, Any]:
    """The context of an action that the reader of the page calls."""
    return {"user": tk.current_user.name if tk.current_user.is_authenticated else ""}


def messages_of(error: Any) -> list[str]:
    """What an action's error says, sentence by sentence."""
    if isinstance(error, tk.ValidationError):
        said = error.error_dict.values()
        return [str(one) for messages in said for one in (messages if isinstance(messages, list) else [messages])]
    return [str(error.message if getattr(error, "message", None) else error)]


pages.after_request(keep_to_oneself)


@pages.before_request
def ask_to_sign_in() -> Any:
    """Visitors sign in first and come back; whether the dataset exists they are not told."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=tk.request.path)
    return None


def case_of(reference: str) -> Case:
    """The case of a dataset before the reader. Aborts with 404, or 403 where it is public but not theirs."""
    package = model.Package.get(reference) if "\x00" not in reference else None
    if package is None or package.state == "deleted" or not governed(package.type):
        tk.abort(404, tk._("No existe ese conjunto de datos."))
    case = open_case(package, model.User.get(tk.current_user.name))
    if not case.person.belongs:
        if case.live != PUBLICADO:
            tk.abort(404, tk._("No existe ese conjunto de datos."))
        tk.abort(403, tk._("Esta página es de la entidad que publica el conjunto y de su comité."))
    return case


@pages.route("/dataset/<id>/publicacion")
def show(id: str) -> Any:
    """The publication page."""
    return _page(case_of(id))


@pages.route("/dataset/<id>/publicacion", methods=["POST"])
def act(id: str) -> Any:
    """Do what one of the page's forms asks; with an error the page comes back as it was filled."""
    case = case_of(id)
    form = tk.request.form
    deed = DEEDS.get(form.get("do", ""))
    if deed is None:
        return tk.abort(400, tk._("El formulario no dice qué hacer. Vuelva a la página de publicación."))
    package_id = case.package.id
    data = {**deed.fixed, **{name: form[name] for name in deed.fields if name in form}, "id": package_id}
    if deed.action == "publication_request_changes":
        data["comments"] = comments_in(form)
    try:
        moved = tk.get_action(deed.action)(context(), data)
    except (tk.ValidationError, tk.NotAuthorized) as error:
        model.Session.rollback()
        status = 403 if isinstance(error, tk.NotAuthorized) else getattr(error, "portal_status", 400)
        return _page(case_of(package_id), messages_of(error), status)
    tk.h.flash_success(f"{tk._(deed.done)} {tk._('Ahora está: {label}.').format(label=moved['label'])}")
    return tk.redirect_to("ga_publication_page.show", id=model.Package.get(package_id).name)


def comments_in(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The comments that stand beside the differences."""
    found = []
    for name, text in form.items():
        if name.startswith(COMMENT) and name.count("|") == 2 and text.strip():
            _prefix, resource_id, field_name = name.split("|")
            found.append({"text": text, "resource_id": resource_id or None, "field": field_name or None})
    return found


def _page(case: Case, errors: list[str] | None = None, status: int = 200) -> Any:
    package = case.package
    revisions = tk.get_action("publication_revision_list")(context(), {"id": package.id})
    changes = None
    if case.run is not None and case.run.kind == CAMBIO:
        changes = differences.between(context(), package)
    said = page_values.conversation(case, revisions)
    values = {
        **page_values.heading(package),
        "publication": tk.get_action("publication_show")(context(), {"id": package.id}),
        "case": case,
        "stages": page_values.stages(case),
        "asked": page_values.asked(case),
        "checks": _checks(case),
        "changes": changes,
        "said": said,
        "revisions": revisions[:LISTED],
        "revision_count": len(revisions),
        "errors": errors or [],
        "values": tk.request.form,
    }
    return tk.render("workflow/publication.html", values), status


def _checks(case: Case) -> list[dict[str, Any]]:
    if case.run is None or case.run.kind != CAMBIO:
        return []
    found = tk.get_action("publication_check")(context(), {"id": case.package.id})
    return page_values.checks_of(case, found)


def _revision_id(revisions: list[dict[str, Any]], reference: str) -> str:
    """Id of the revision with this number or id. Aborts with 404."""
    for one in revisions:
        if reference in (one["id"], str(one["number"])):
            return str(one["id"])
    return str(tk.abort(404, tk._("Este conjunto no tiene esa versión.")))


@pages.route("/dataset/<id>/publicacion/cambios")
def changes(id: str) -> Any:
    """The difference between any two revisions; by default the open proposal against the live version."""
    case = case_of(id)
    package = case.package
    revisions = tk.get_action("publication_revision_list")(context(), {"id": package.id})
    asked = {
        f"{name}_revision": _revision_id(revisions, tk.request.args[name])
        for name in ("from", "to")
        if tk.request.args.get(name)
    }
    try:
        found = differences.between(context(), package, **asked)
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
    values = {**page_values.heading(package), "changes": found, "revisions": revisions, "inside": True}
    return tk.render("workflow/compare.html", values)


@pages.route("/dataset/<id>/publicacion/version/<reference>")
def version(id: str, reference: str) -> Any:
    """One revision as a whole: how the dataset will read."""
    case = case_of(id)
    revisions = tk.get_action("publication_revision_list")(context(), {"id": case.package.id})
    revision_id = _revision_id(revisions, reference)
    revision = tk.get_action("publication_revision_show")(context(), {"id": revision_id})
    values = {**page_values.heading(case.package), **differences.content_of(revision), "inside": True}
    return tk.render("workflow/version.html", values)
