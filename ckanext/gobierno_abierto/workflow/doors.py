"""The doors that stay closed: what CKAN lets people do to a public dataset in one call, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import audit
from ..common.errors import Conflict, InvalidInput, NotAllowed
from ..common.roles import coordinates
from . import contents, records, state, versions
from .case import live_of, user_of
from .definition import governed
from .errors import LiveTable
from .transitions import INEDITO, PUBLICADO

#: How resources, and tables that stand apart, are called in the DataStore.
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|_.*", re.IGNORECASE | re.DOTALL)
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


class NoRelations(Conflict):
    """CKAN's relations between datasets are closed: CKAN 2.12 cannot index a dataset that has one."""

    template: ClassVar[str] = _(
        "{action} no está disponible: una propuesta no lleva relaciones, y su comité no las vería. Diga en la "
        "descripción con qué conjunto se relaciona y ponga su dirección."
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
    """An organization that answers for public datasets, or a mesa that has them, is not deleted."""

    template: ClassVar[str] = _(
        "«{title}» tiene {count} conjuntos públicos y no se elimina. Antes deben pasar a otra organización o mesa, o "
        "retirarse, como se hace con todo lo público."
    )


class AliasOfResource(InvalidInput):
    """Another name of a table that only a resource may have."""

    template: ClassVar[str] = _(
        "«{alias}» no puede ser otro nombre de la tabla: así se llaman las tablas de los recursos. Elija un nombre que "
        "diga lo que contiene, como «municipios_2024»."
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


def refused_tag(package: Any) -> ProposeInstead:
    """The refusal of the end of a tag that a public dataset has."""
    return ProposeInstead(title=_title(package), part=tk._("sus palabras clave"))


def moved_packages(group: Any, sent: Any) -> Iterable[Any]:
    """The datasets that a group (None: a new one) would gain or lose with this list of `{id or name}`."""
    named = (
        [one.get("id") or one.get("name") for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    )
    wanted = {package.id: package for package in (model.Package.get(str(name)) for name in named if name) if package}
    held = {package.id: package for package in (_members(group) if group is not None else [])}
    return [package for id, package in {**held, **wanted}.items() if (id in held) != (id in wanted)]


def _members(group: Any) -> list[Any]:
    member = model.Member
    query = model.Session.query(model.Package).join(member, member.table_id == model.Package.id)
    return list(query.filter(member.group_id == group.id, member.table_name == "package", member.state == "active"))


def refused_relationship(action: str) -> NoRelations:
    """The refusal of relating datasets."""
    return NoRelations(action=action)


def check_end_of_group(group: Any) -> None:
    """An organization or mesa with public datasets stays. Raises HasPublicDatasets."""
    public = model.Session.query(model.Package.id).filter_by(state="active", private=False)
    if group.is_organization:
        count = public.filter_by(owner_org=group.id).count()
    else:
        count = public.filter(model.Package.id.in_([package.id for package in _members(group)])).count()
    if count:
        raise HasPublicDatasets(title=str(group.title or group.name), count=count)


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
    if name == "datastore_create":
        _check_aliases(data_dict)
    for resource_id, package in _packages_of_table(data_dict, package_of):
        if governed(package.type):
            _check_one_table(name, context, data_dict, resource_id, package)


def _check_aliases(data_dict: dict[str, Any]) -> None:
    """Another name of a table that is the identifier of a resource would answer in that resource's name."""
    given = data_dict.get("aliases") or []
    for alias in given.split(",") if isinstance(given, str) else given:
        if isinstance(alias, str) and IDENTIFIER.fullmatch(alias.strip()):
            raise AliasOfResource(field="aliases", alias=alias.strip())


def _packages_of_table(data_dict: dict[str, Any], package_of: Callable[[str], Any]) -> list[tuple[str, Any]]:
    """(resource id, dataset) of everything that a call may mean; CKAN takes `id` for `resource_id` when both come."""
    resource = data_dict["resource"] if isinstance(data_dict.get("resource"), dict) else {}
    named = [str(one) for one in (data_dict.get("resource_id"), data_dict.get("id"), resource.get("id")) if one]
    found = [(one, package_of(_real_id(one))) for one in dict.fromkeys(named)]
    if resource.get("package_id"):
        found.append(("", model.Package.get(str(resource["package_id"]))))
    return [(one, package) for one, package in found if package is not None]


def _check_one_table(name: str, context: Any, data_dict: dict[str, Any], resource_id: str, package: Any) -> None:
    live = live_of(package, records.publication(package.id))
    run = records.open_run(package.id)
    if live == INEDITO and (run is None or run.state not in ("en_revision", "aprobado")):
        return
    tk.check_access(name, tk.fresh_context(context), dict(data_dict))
    if live == INEDITO:
        raise UnderReview(title=_title(package))
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
    """What a public resource shows. CKAN's own default views come with `ignore_auth`. Raises CoordinatorOnly.

    CKAN asks for permission on the `resource_id` that is sent, whatever resource the view is of: here it is both.
    """
    if context.get("ignore_auth") or state.publishing():
        return
    sent, reference = data_dict.get("resource_id"), str(data_dict.get("id") or "")
    view = model.ResourceView.get(reference) if name in ("resource_view_update", "resource_view_delete") else None
    if view is not None and not sent:
        # CKAN's permission on an update looks for it.
        data_dict["resource_id"] = view.resource_id
    named = [sent, reference if name == "resource_view_reorder" else None, view.resource_id if view else None]
    for resource_id in dict.fromkeys(str(one) for one in named if one):
        resource = model.Resource.get(resource_id)
        package = model.Package.get(resource.package_id) if resource else None
        if package is None:
            continue
        tk.check_access("resource_update", tk.fresh_context(context), {"id": resource_id})
        public = governed(package.type) and live_of(package, records.publication(package.id)) != INEDITO
        if public and not coordinates(user_of(context)):
            raise CoordinatorOnly(title=_title(package), what=tk._("lo que muestra cada archivo"))


def forget(package: Any, user: Any) -> None:
    """A purged dataset leaves the audit log; its files go at the commit of CKAN's purge."""
    versions.discard_all(package.id)
    if gate := contents.quality():
        gate.purge(package.id)
    # CKAN forgets its collaborators, and the database refuses the purge.
    model.Session.query(model.PackageMember).filter_by(package_id=package.id).delete()
    records.run("purge", package_id=package.id)
    audit.record("purgar", actor=user, package_id=package.id)
