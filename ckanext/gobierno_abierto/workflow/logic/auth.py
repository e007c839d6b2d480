"""Who may ask for each action; whether the dataset's state allows it is the service's answer (409, not 403)."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult

from ...common.errors import Conflict, NotAllowed
from ...common.roles import coordinates
from .. import records
from ..case import open_case, user_of
from ..proposals import proposed_in
from ..transitions import check

__all__ = [
    "publication_approve",
    "publication_audit_list",
    "publication_bulk_approve",
    "publication_cancel",
    "publication_check",
    "publication_diff",
    "publication_emergency_publish",
    "publication_history",
    "publication_publish",
    "publication_queue",
    "publication_request_changes",
    "publication_restore",
    "publication_revision_list",
    "publication_revision_show",
    "publication_schedule",
    "publication_show",
    "publication_submit",
    "publication_withdraw",
]


def _package(data_dict: dict[str, Any]) -> Any:
    reference = str(data_dict.get("id") or "")
    package = model.Package.get(reference) if reference and "\x00" not in reference else None
    if package is None:
        raise tk.ObjectNotFound(tk._("No existe el conjunto de datos «{id}».").format(id=reference[:100]))
    return package


def _may(context: Any, data_dict: dict[str, Any], *names: str) -> AuthResult:
    """Whether the person could do one of these transitions with this dataset in some state of it."""
    package = _package(data_dict)
    case = open_case(package, user_of(context))
    refused = ""
    for name in names:
        try:
            check(name, case.situation, case.person)
            return {"success": True}
        except NotAllowed as error:
            refused = error.message
        except Conflict:
            return {"success": True}
    if not case.person.belongs and case.live != "publicado":
        # Who may not know of the dataset is told no more than CKAN tells.
        refused = tk._("No tiene permiso para ver el conjunto de datos «{id}».").format(id=data_dict.get("id"))
    return {"success": False, "msg": refused}


def _reads(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    try:
        tk.check_access("package_show", context, {"id": _package(data_dict).id})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}


def _of_the_proposal(name: str) -> Any:
    """CKAN's permission on a resource; on one that only a proposal has, the one on its dataset."""

    @tk.chained_auth_function
    def allowed(next_auth: Any, context: Any, data_dict: dict[str, Any]) -> AuthResult:
        package_id = (
            proposed_in(str(data_dict.get("id") or "")) if model.Resource.get(data_dict.get("id")) is None else None
        )
        if package_id is None:
            return next_auth(context, data_dict)
        try:
            tk.check_access("package_update", tk.fresh_context(context), {"id": package_id})
        except tk.NotAuthorized as error:
            return {"success": False, "msg": str(error)}
        return {"success": True}

    allowed.__name__ = name
    return allowed


@tk.chained_auth_function
def package_owner_org_update(next_auth: Any, context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """CKAN's permission; a coordinator moves a dataset between organizations without belonging to them."""
    if coordinates(user_of(context)):
        return {"success": True}
    return next_auth(context, data_dict)


#: CKAN's own permissions that know proposed resources and coordinators too.
CHAINED = {
    **{name: _of_the_proposal(name) for name in ("resource_update", "resource_patch", "resource_delete")},
    "package_owner_org_update": package_owner_org_update,
}


@tk.auth_allow_anonymous_access
def publication_show(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset."""
    return _reads(context, data_dict)


@tk.auth_allow_anonymous_access
def publication_diff(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset; proposals are for its entity and committee."""
    return _reads(context, data_dict)


@tk.auth_allow_anonymous_access
def publication_revision_list(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset; proposals are for its entity and committee."""
    return _reads(context, data_dict)


@tk.auth_allow_anonymous_access
def publication_revision_show(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset; proposals are for its entity and committee."""
    return _reads(context, data_dict)


@tk.auth_allow_anonymous_access
def publication_history(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset, and everybody when it is withdrawn: the tombstone stands in its history."""
    if records.tombstone(_package(data_dict).id):
        return {"success": True}
    return _reads(context, data_dict)


def publication_check(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the dataset; others than its entity and committee are given an empty list."""
    return _reads(context, data_dict)


def publication_submit(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Writers."""
    return _may(context, data_dict, "enviar")


def publication_cancel(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Writers."""
    return _may(context, data_dict, "retirar_envio", "descartar")


def publication_approve(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """The step's reviewers, never an author."""
    return _may(context, data_dict, "aprobar")


def publication_request_changes(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """The step's reviewers."""
    return _may(context, data_dict, "observar")


def publication_publish(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Coordinators."""
    return _may(context, data_dict, "publicar")


def publication_schedule(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Coordinators."""
    return _may(context, data_dict, "programar")


def publication_withdraw(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Coordinators, and administrators of the organization to propose it."""
    return _may(context, data_dict, "retirar", "proponer_retiro")


def publication_restore(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Coordinators."""
    return _may(context, data_dict, "restaurar")


def publication_emergency_publish(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Sysadmins; the reason and the state are the service's."""
    return _may(context, data_dict, "publicar_de_emergencia")


def publication_queue(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever is logged in: it holds what waits for them, which may be nothing."""
    return {"success": True}


def publication_bulk_approve(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever is logged in: each decision is asked about by itself."""
    return {"success": True}


def publication_audit_list(context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """Of a dataset: its entity and committee. Of everything: coordinators."""
    user = user_of(context)
    if data_dict.get("id"):
        allowed = open_case(_package(data_dict), user).person.belongs
    else:
        allowed = coordinates(user)
    message = tk._(
        "El registro de auditoría lo leen la coordinación del portal y, de un conjunto, su entidad y su comité."
    )
    return {"success": True} if allowed else {"success": False, "msg": message}
