"""The doors that stay closed: what CKAN lets people do to a public dataset in one call, and what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import audit
from ..common.errors import Conflict, NotAllowed
from . import records, state, versions
from .case import coordinates, live_of, user_of
from .definition import governed
from .errors import LiveTable
from .transitions import INEDITO, PUBLICADO

#: Frequencies of a continuous feed.
CONTINUOUS = frozenset(["UPDATE_CONT"])


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class WithdrawInstead(Conflict):
    """A public dataset is withdrawn, not deleted."""

    template: ClassVar[str] = _(
        "«{title}» es público y no se elimina: se retira, y su dirección dice por qué. Pídalo con "
        "publication_withdraw o en la página de publicación del conjunto."
    )


class OneByOne(Conflict):
    """CKAN's bulk actions are closed."""

    template: ClassVar[str] = _(
        "{action} no está disponible: cada conjunto se publica con la aprobación de su comité y se retira con un "
        "motivo. Use publication_bulk_approve o publication_withdraw."
    )


class ProposeInstead(Conflict):
    """A part of a public dataset is changed by saving the dataset, which makes a proposal of it."""

    template: ClassVar[str] = _(
        "«{title}» es público: {part} cambian con una propuesta. Guarde el conjunto con el cambio y envíelo a revisión."
    )


class CoordinatorOnly(NotAllowed):
    """Only a coordinator may do this to a public dataset."""

    template: ClassVar[str] = _("«{title}» es público: {what} solo lo hace la coordinación del portal. Pídaselo.")


class HasPublicDatasets(Conflict):
    """An organization that answers for public datasets is not deleted."""

    template: ClassVar[str] = _(
        "«{title}» responde por {count} conjuntos públicos y no se elimina. Pida a la coordinación del portal que los "
        "traspase a otra organización o los retire."
    )


class UnderReview(Conflict):
    """The table of a dataset that is with its reviewers is changed directly."""

    template: ClassVar[str] = _(
        "«{title}» está en revisión: su tabla no cambia hasta que se decida. Retire el envío con publication_cancel."
    )


def keep_private(data_dict: dict[str, Any], owner_org: str | None) -> None:
    """What is not approved is not public. CKAN has no private dataset without an organization: that one is a draft."""
    data_dict["private"] = bool(owner_org)
    if not owner_org:
        data_dict["state"] = "draft"


def _title(package: Any) -> str:
    return str(package.title or package.name)


def refused_delete(package: Any) -> WithdrawInstead:
    """The refusal of a deletion."""
    return WithdrawInstead(title=_title(package))


def refused_bulk(action: str) -> OneByOne:
    """The refusal of CKAN's bulk actions."""
    return OneByOne(action=action)


def refused_membership(package: Any) -> ProposeInstead:
    """The refusal of putting a public dataset into a group, or taking it out."""
    return ProposeInstead(title=_title(package), part=tk._("sus mesas"))


def refused_relationship(package: Any) -> ProposeInstead:
    """The refusal of relating a public dataset."""
    return ProposeInstead(title=_title(package), part=tk._("sus relaciones"))


def check_end_of_organization(organization: Any) -> None:
    """An organization with public datasets stays. Raises HasPublicDatasets."""
    count = model.Session.query(model.Package.id).filter_by(
        owner_org=organization.id, state="active", private=False
    ).count()  # fmt: skip
    if count:
        raise HasPublicDatasets(title=str(organization.title or organization.name), count=count)


def check_transfer(package: Any, user: Any, context: Any) -> None:
    """Another organization for a public dataset. Raises CoordinatorOnly."""
    if state.publishing() or (context.get("ignore_auth") and context.get("defer_commit")):
        return
    if not coordinates(user):
        raise CoordinatorOnly(title=_title(package), what=tk._("el traspaso a otra organización"))
    audit.record("traspasar", actor=user, package_id=package.id)


def check_table(name: str, context: Any, data_dict: dict[str, Any], package_of: Callable[[str], Any]) -> None:
    """Rows of a table that is public or under review. Raises LiveTable, UnderReview.

    A dataset whose approved frequency is continuous takes rows at any time; its structure stays closed.
    """
    if state.publishing():
        return
    resource = data_dict.get("resource")
    resource_id = (
        str(data_dict.get("resource_id") or (resource or {}).get("id") or "")
        if (resource is None or isinstance(resource, dict))
        else ""
    )
    package = package_of(_real_id(resource_id)) if resource_id else None
    if package is None and isinstance(resource, dict) and resource.get("package_id"):
        package = model.Package.get(str(resource["package_id"]))
    if package is None or not governed(package.type):
        return
    live = live_of(package, records.publication(package.id))
    run = records.open_run(package.id)
    if live == INEDITO:
        if run is not None and run.state in ("en_revision", "aprobado"):
            tk.check_access(name, context, data_dict)
            raise UnderReview(title=_title(package))
        return
    tk.check_access(name, context, data_dict)
    structure = name in ("datastore_create", "datastore_run_triggers") or (
        name == "datastore_delete" and not data_dict.get("filters")
    )
    if live == PUBLICADO and is_feed(package) and not structure:
        return
    named = model.Resource.get(resource_id)
    raise LiveTable(name=str((named.name if named else "") or _title(package)))


def _real_id(resource_id: str) -> str:
    """The resource behind an alias of its table."""
    if model.Resource.get(resource_id) is not None:
        return resource_id
    try:
        from ckanext.datastore.backend import DatastoreBackend

        exists, real = DatastoreBackend.get_active_backend().resource_id_from_alias(resource_id)
    except Exception:
        return resource_id
    return str(real) if exists and real else resource_id


def is_feed(package: Any) -> bool:
    """Whether the approved version says that the data are updated continuously (EU frequency vocabulary)."""
    return (package.extras or {}).get("frequency") in CONTINUOUS


def check_view(name: str, context: Any, data_dict: dict[str, Any]) -> None:
    """What a public resource shows. CKAN's own default views come with `ignore_auth`. Raises CoordinatorOnly."""
    if context.get("ignore_auth") or state.publishing():
        return
    resource_id = data_dict.get("resource_id")
    if not resource_id and data_dict.get("id"):
        view = model.ResourceView.get(str(data_dict["id"]))
        resource_id = view.resource_id if view else None
    resource = model.Resource.get(str(resource_id or ""))
    package = model.Package.get(resource.package_id) if resource else None
    if package is None or not governed(package.type):
        return
    if live_of(package, records.publication(package.id)) == INEDITO or coordinates(user_of(context)):
        return
    tk.check_access(name, context, data_dict)
    raise CoordinatorOnly(title=_title(package), what=tk._("lo que muestra cada archivo"))


def forget(package: Any, user: Any) -> None:
    """A purged dataset leaves the audit log; its files go at the commit of CKAN's purge."""
    versions.discard_all(package.id)
    records.run("purge", package_id=package.id)
    audit.record("purgar", actor=user, package_id=package.id)
