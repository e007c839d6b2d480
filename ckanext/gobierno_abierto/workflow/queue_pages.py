"""Pages over many datasets: the reviewers' queue with its bulk approval, one's own proposals, the audit log."""

from __future__ import annotations

import io
from tempfile import SpooledTemporaryFile
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, send_file

from ..common import audit
from ..common.errors import PortalError
from ..common.roles import coordinates
from ..metadata.interfaces import label as term
from . import people, reading, records
from .page_values import lang
from .pages import context, messages_of
from .parameters import date_of
from .status import label
from .views import keep_to_oneself

queue_pages = Blueprint("ga_queue", __name__)

PER_PAGE = 20
#: Names of the queue's filters, as the action and the form have them.
FILTERS = ("organization", "type", "kind", "waiting_days")
#: Bytes of an export that are held in memory before it goes to a temporary file.
IN_MEMORY = 4 * 1024 * 1024
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


queue_pages.after_request(keep_to_oneself)


@queue_pages.before_request
def ask_to_sign_in() -> Any:
    """Visitors sign in first and come back."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=tk.request.path)
    return None


def _me() -> Any:
    return model.User.get(tk.current_user.name)


def kind_of(dataset_type: str) -> str:
    """A kind of dataset in words."""
    return term("tipos_de_conjunto", dataset_type, lang())


def _page_values(count: int, page: int) -> dict[str, Any]:
    """What the template of the page numbers needs."""
    return {"page": page, "pages": max(1, -(-count // PER_PAGE))}


def _reviewers_only() -> None:
    if not reading.reviews_anything(_me()):
        tk.abort(403, tk._("Esta página es de los comités: su cuenta no revisa propuestas de ninguna organización."))


@queue_pages.route("/revision")
def queue() -> Any:
    """What waits for the reader's review, the longest waiting first."""
    _reviewers_only()
    page = tk.h.get_page_number(tk.request.args)
    filters = {name: tk.request.args[name] for name in FILTERS if tk.request.args.get(name)}
    errors: list[str] = []
    try:
        found = _queued(filters, page)
    except tk.ValidationError as error:
        errors, filters = messages_of(error), {}
        found = _queued(filters, page)
    for entry in [*found["results"], *found["types"]]:
        entry["type_label"] = kind_of(entry.get("type") or entry.get("id"))
    values = {**found, **_page_values(found["count"], page), "filters": filters, "errors": errors}
    return tk.render("workflow/queue.html", values), 400 if errors else 200


def _queued(filters: dict[str, str], page: int) -> dict[str, Any]:
    asked = {**filters, "limit": PER_PAGE, "offset": PER_PAGE * (page - 1)}
    return dict(tk.get_action("publication_queue")(context(), asked))


@queue_pages.route("/revision/aprobar", methods=["POST"])
def approve() -> Any:
    """Many approvals: first what would become of each, then, once confirmed, what did."""
    _reviewers_only()
    form = tk.request.form
    items = [
        {"id": package_id, "revision_id": revision_id}
        for package_id, _bar, revision_id in (value.partition("|") for value in form.getlist("item"))
    ]
    confirmed = bool(form.get("confirmado"))
    if not items:
        tk.h.flash_error(tk._("Marque al menos una propuesta de la lista."))
        return tk.redirect_to("ga_queue.queue")
    data = {"items": items, "comment": form.get("comment", ""), "dry_run": not confirmed}
    try:
        answer = tk.get_action("publication_bulk_approve")(context(), data)
    except tk.ValidationError as error:
        return tk.abort(400, " ".join(messages_of(error)))
    decisions = [
        {**result, **item, **_title(item["id"])} for result, item in zip(answer["results"], items, strict=True)
    ]
    values = {"decisions": decisions, "confirmed": confirmed, "comment": form.get("comment", "")}
    return tk.render("workflow/bulk.html", values)


def _title(reference: str) -> dict[str, str]:
    """Title and name of a dataset; the reference itself where there is none."""
    package = model.Package.get(reference) if "\x00" not in reference else None
    if package is None:
        return {"title": reference[:100], "name": ""}
    run = records.open_run(package.id)
    return {"title": str((run.title if run else None) or package.title or package.name), "name": str(package.name)}


@queue_pages.route("/propuestas")
def mine() -> Any:
    """The open proposals of the organizations that the reader writes for: who has each, and since when."""
    page = tk.h.get_page_number(tk.request.args)
    me = _me()
    found = reading.mine(me, PER_PAGE + 1, PER_PAGE * (page - 1))
    more = len(found) > PER_PAGE
    values = {
        "proposals": [_proposal(row) for row in found[:PER_PAGE]],
        "writes": bool(reading.written_organizations(me)),
        "page": page,
        "pages": page + 1 if more else page,
    }
    return tk.render("workflow/mine.html", values)


def _proposal(row: dict[str, Any]) -> dict[str, Any]:
    from types import SimpleNamespace

    holders = people.bodies_of(row["reviewers"], row["owner_org"]) if row["state"] == "en_revision" else []
    holder = ", ".join(body["title"] for body in holders) or row["org_title"] or row["org_name"]
    if row["state"] == "aprobado":
        holder = people.coordination_title()
    return {
        **row,
        "label": label(row["live"], SimpleNamespace(state=row["state"], kind=row["kind"])),
        "type_label": kind_of(row["dataset_type"]),
        "holder": holder,
    }


@queue_pages.route("/auditoria")
def log() -> Any:
    """The audit log: of everything for coordinators, of a dataset for its people."""
    page = tk.h.get_page_number(tk.request.args)
    filters = {name: tk.request.args[name] for name in ("id", "since", "action") if tk.request.args.get(name)}
    errors: list[str] = []
    try:
        found = _logged(filters, page)
    except tk.ObjectNotFound as error:
        errors, found = messages_of(error), {"count": 0, "results": []}
    except tk.ValidationError as error:
        errors = messages_of(error)
        found = _logged({name: value for name, value in filters.items() if name == "id"}, page)
    values = {
        "entries": [_entry(one) for one in found["results"]],
        "count": found["count"],
        **_page_values(found["count"], page),
        "filters": filters,
        "actions": actions_in_words(),
        "everything": coordinates(_me()),
        "errors": errors,
    }
    return tk.render("workflow/audit.html", values), 400 if errors else 200


def _logged(filters: dict[str, str], page: int) -> dict[str, Any]:
    asked = {**filters, "limit": PER_PAGE, "offset": PER_PAGE * (page - 1)}
    try:
        return dict(tk.get_action("publication_audit_list")(context(), asked))
    except tk.NotAuthorized as error:
        return dict(tk.abort(403, str(error)))


def actions_in_words() -> dict[str, str]:
    """What the audit log calls each action, for people."""
    return {
        "guardar": tk._("Guardó cambios"),
        "enviar": tk._("Envió a revisión"),
        "retirar_envio": tk._("Retiró el envío"),
        "descartar": tk._("Descartó la propuesta"),
        "observar": tk._("Pidió cambios"),
        "aprobar": tk._("Aprobó"),
        "publicar": tk._("Publicó"),
        "programar": tk._("Fijó o quitó una fecha"),
        "proponer_retiro": tk._("Propuso el retiro"),
        "retirar": tk._("Retiró el conjunto"),
        "restaurar": tk._("Restauró el conjunto"),
        "publicar_de_emergencia": tk._("Publicó de emergencia"),
        "inicial": tk._("Registró la primera versión"),
        "instalar": tk._("Cargó desde la instalación"),
        "traspasar": tk._("Traspasó a otra organización"),
        "purgar": tk._("Eliminó por completo"),
        "recordar": tk._("Recordó a quienes revisan"),
        "ocultar_datos": tk._("Ocultó datos personales"),
        "declarar_base": tk._("Declaró una base legal"),
        "retirar_base": tk._("Retiró una base legal"),
        "aceptar_base": tk._("Aceptó una base legal"),
        "rechazar_base": tk._("Rechazó una base legal"),
    }


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    package = model.Package.get(entry["package_id"]) if entry["package_id"] else None
    actor = model.User.get(entry["actor_id"]) if entry["actor_id"] else None
    return {
        **entry,
        "says": actions_in_words().get(entry["action"]) or entry["action"],
        "who": people.display_name(actor) or entry["actor_name"] or tk._("El portal"),
        "package": {"name": package.name, "title": package.title or package.name} if package else None,
    }


@queue_pages.route("/auditoria.<any(csv, json):form>")
def export(form: Any) -> Any:
    """The log as a file, the oldest row first; of a dataset, or from a moment on."""
    reference = tk.request.args.get("id", "")
    package = model.Package.get(reference) if reference and "\x00" not in reference else None
    if reference and package is None:
        return tk.abort(404, tk._("No existe ese conjunto de datos."))
    asked = {"id": reference} if reference else {}
    try:
        tk.check_access("publication_audit_list", context(), asked)
        since = date_of(dict(tk.request.args), "since")
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except PortalError as error:
        return tk.abort(400, error.message)
    body = SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+b")
    lines = io.TextIOWrapper(body, encoding="utf-8", newline="", write_through=True)  # type: ignore[type-var]
    audit.export(form, lines.write, package.id if package else None, since)
    lines.detach()
    body.seek(0)
    return send_file(body, mimetype=MEDIA_TYPES[form], as_attachment=True, download_name=f"auditoria.{form}")  # type: ignore[arg-type]
