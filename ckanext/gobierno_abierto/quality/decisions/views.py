"""The page on which officers decide what becomes of columns with personal data, and reviewers judge legal bases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from flask import Blueprint, request

from ...common.errors import as_ckan
from ..personal_data.masked_file import DROP, GENERALISE, HASH
from ..personal_data.treatments import example
from .actions import LEAST, MOST, NOTE
from .auth import package_of
from .errors import NothingToDo, SeveralTables

personal_data = Blueprint("ga_personal_data", __name__)

DECLARE = "declare"
#: A hash as people see one; of no value.
HASH_EXAMPLE = "9f2c41d07b8e6a35"
#: Columns that one form may decide on.
COLUMNS = 2_000


@personal_data.after_request
def keep_to_oneself(response: Any) -> Any:
    """What is not for everybody stays in no cache; CKAN adds the rest of the header."""
    request.environ["__no_cache__"] = True
    response.cache_control.no_store = True
    return response


@personal_data.before_request
def ask_to_sign_in() -> Any:
    """Visitors sign in first and come back; whether the file exists they are not told."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=request.full_path.rstrip("?"))
    return None


def _context() -> Any:
    return {"user": tk.current_user.name}


def _asked(resource_id: str) -> dict[str, Any]:
    """The parameters that name the content: of the address, which a form keeps."""
    version = request.values.get("version", "")
    return {"id": resource_id, **({"version": version} if version else {})}


def _found(reference: str, resource_id: str) -> tuple[dict[str, Any], Any]:
    """The answer and the dataset. Aborts with 404, or 403 where the dataset can be read but is not the reader's."""
    package = package_of(resource_id)
    if package is None or reference not in (package.id, package.name):
        return tk.abort(404, tk._("No existe ese archivo."))
    try:
        return tk.get_action("quality_personal_data_show")(_context(), _asked(resource_id)), package
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("No existe ese archivo."))
    except tk.NotAuthorized:
        if tk.h.check_access("package_show", {"id": package.id}):
            return tk.abort(403, tk._("Esta página es de la entidad que publica el conjunto y de quienes lo revisan."))
        return tk.abort(404, tk._("No existe ese archivo."))


@personal_data.route("/dataset/<id>/resource/<resource_id>/datos-personales")
def show(id: str, resource_id: str) -> Any:
    """The page; `?version=` names another content than the one that waits, or is live."""
    return _page(id, resource_id)


@personal_data.route("/dataset/<id>/resource/<resource_id>/datos-personales", methods=["POST"])
def act(id: str, resource_id: str) -> Any:
    """Do what one of the page's forms asks; with an error the page comes back as it was filled."""
    _answer, package = _found(id, resource_id)
    deed = {"treat": _treat, "decide": _decide, "undeclare": _undeclare}.get(request.form.get("do", ""))
    if deed is None:
        return tk.abort(400, tk._("El formulario no dice qué hacer. Vuelva a la página de datos personales."))
    try:
        deed(_asked(resource_id))
    except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound) as error:
        model.Session.rollback()
        return _page(id, resource_id, _messages_of(error), _status_of(error))
    return tk.redirect_to("ga_personal_data.show", id=package.name, resource_id=resource_id)


def _status_of(error: Exception) -> int:
    if isinstance(error, tk.NotAuthorized):
        return 403
    return 404 if isinstance(error, tk.ObjectNotFound) else int(getattr(error, "portal_status", 400))


def _messages_of(error: Any) -> list[str]:
    """What an action's error says, sentence by sentence."""
    if isinstance(error, tk.ValidationError):
        said = error.error_dict.values()
        return [str(one) for messages in said for one in (messages if isinstance(messages, list) else [messages])]
    return [str(error.message or error)]


def _treat(asked: dict[str, Any]) -> None:
    """Declare the bases, all or none, and then write the file again."""
    chosen = _chosen()
    declared = [one for one in chosen if one["choice"] == DECLARE]
    masked = [one for one in chosen if one["choice"] != DECLARE]
    if not chosen:
        raise as_ckan(NothingToDo())
    tables = list(dict.fromkeys(one["table"] for one in masked))
    if len(tables) > 1:
        raise as_ckan(SeveralTables(tables=", ".join(f"«{name}»" for name in tables)))
    for one in declared:
        given = {name: one[name] for name in ("column", "kind", "basis")}
        tk.get_action("quality_personal_data_declare")({**_context(), "defer_commit": True}, {**asked, **given})
    if declared:
        model.repo.commit()
        done = tk.ungettext(
            "La base legal quedó declarada. La decide quien revisa.",
            "Las bases legales quedaron declaradas. Las decide quien revisa.",
            len(declared),
        )
        tk.h.flash_success(done)
    if masked:
        treatments = {one["column"]: one["choice"] for one in masked}
        asked = {**asked, "treatments": treatments, "table": tables[0]}
        saved = tk.get_action("quality_personal_data_mask")(_context(), asked)
        tk.h.flash_success(_saved(saved))
        for note in saved["notes"]:
            tk.h.flash_notice(note)


def _saved(done: Mapping[str, Any]) -> str:
    text = tk._("El archivo «{name}» se guardó sin esos datos y se está revisando de nuevo.")
    return text.format(name=done["file"]["name"])


def _chosen() -> list[dict[str, str]]:
    """What the form says of each column: `{table, column, kind, choice, basis}` of those with a choice."""
    form, found = request.form, []
    for number in range(COLUMNS):
        if f"column-{number}" not in form:
            break
        names = ("table", "column", "kind", "choice", "basis")
        found.append({name: form.get(f"{name}-{number}", "") for name in names})
    return [one for one in found if one["choice"]]


def _decide(asked: dict[str, Any]) -> None:
    form = request.form
    given = {name: form.get(name, "") for name in ("column", "kind", "note", "declared_at")}
    if form.get("accepted") not in ("true", "false"):
        raise tk.ValidationError({"accepted": [tk._("Marque si acepta o rechaza la base legal.")]})
    accepted = form["accepted"] == "true"
    tk.get_action("quality_personal_data_decide")(_context(), {**asked, **given, "accepted": accepted})
    tk.h.flash_success(tk._("La base legal quedó aceptada.") if accepted else tk._("La base legal quedó rechazada."))


def _undeclare(asked: dict[str, Any]) -> None:
    given = {name: request.form.get(name, "") for name in ("column", "kind")}
    tk.get_action("quality_personal_data_undeclare")(_context(), {**asked, **given})
    tk.h.flash_success(tk._("La base legal fue retirada."))


def _page(id: str, resource_id: str, errors: list[str] | None = None, status: int = 200) -> Any:
    answer, package = _found(id, resource_id)
    me = tk.current_user.name
    values = {
        "pkg": _heading(package),
        "answer": answer,
        "resource_id": resource_id,
        "version": request.values.get("version", ""),
        "columns": [_panel(column, answer) for column in answer["columns"]],
        "bases": [_basis(basis, answer, me) for basis in answer["bases"]],
        "can": answer["can"],
        "errors": errors or [],
        "values": request.form,
        "limits": {"least": LEAST, "most": MOST, "note": NOTE},
    }
    return tk.render("quality/personal_data.html", values), status


def _heading(package: Any) -> dict[str, Any]:
    """What the breadcrumb needs of the dataset, of any type."""
    organization = model.Group.get(package.owner_org) if package.owner_org else None
    shown = {"id": package.id, "name": package.name, "title": package.title or package.name, "type": package.type}
    if organization is None:
        return {**shown, "organization": None}
    title = organization.title or organization.name
    return {**shown, "organization": {"name": organization.name, "title": title, "type": organization.type}}


def _said(text: Mapping[str, str]) -> str:
    """A text of the detector in the reader's language."""
    return text["en"] if tk.h.lang() == "en" else text["es"]


def _panel(column: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """One column with what was seen, the state of the decision, and what can be done."""
    evidence = column["evidence"]
    return {
        **column,
        "label": _said(column["label"]),
        "advice": _said(column["advice"]),
        "reasons": list(dict.fromkeys(_said(one["text"]) for one in evidence if one["weight"] > 0)),
        "doubts": list(dict.fromkeys(_said(one["text"]) for one in evidence if one["weight"] < 0)),
        "share": f"{min(99, round(100 * column['confidence']))}\u00a0%",
        "state": _state(column["decision"]),
        "options": [_option(name, column["kind"]) for name in column["treatments"]],
        "declares": column["decision"] != "accepted",
    }


def _state(decision: str) -> tuple[str, str]:
    """(tone, words) of a decision."""
    return {
        "declared": ("warn", tk._("Base legal declarada, espera la revisión")),
        "accepted": ("ok", tk._("Base legal aceptada")),
        "refused": ("bad", tk._("Base legal rechazada")),
    }.get(decision, ("bad", tk._("Falta decidir")))


def _option(treatment: str, kind: str) -> dict[str, Any]:
    """A treatment as the form offers it; `example` is what a masked value becomes, of nobody's."""
    shown = example(kind)
    return {
        DROP: {
            "value": DROP,
            "words": tk._("Quitar la columna"),
            "help": tk._("No queda nada de ella."),
            "example": None,
        },
        HASH: {
            "value": HASH,
            "words": tk._("Cambiar cada valor por una huella"),
            "help": tk._(
                "La misma persona tiene la misma huella en los archivos de su entidad, sin que se sepa quién es."
            ),
            "example": (shown[0] if shown else "12****5", HASH_EXAMPLE),
        },
        GENERALISE: {
            "value": GENERALISE,
            "words": tk._("Dejar algo más general"),
            "help": tk._("Queda una parte que no señala a nadie; vacío si no se puede saber."),
            "example": shown,
        },
    }[treatment]


def _basis(basis: Mapping[str, Any], answer: Mapping[str, Any], me: str) -> dict[str, Any]:
    """A declared basis with what the reader can do about it."""
    decision = {None: "declared", True: "accepted", False: "refused"}[basis["accepted"]]
    found = next(
        (one for one in answer["columns"] if (one["column"], one["kind"]) == (basis["column"], basis["kind"])), None
    )
    return {
        **basis,
        "label": _said(found["label"]) if found else basis["kind"],
        "present": found is not None,
        "state": _state(decision),
        "mine": basis["declared_by"] == me,
    }
