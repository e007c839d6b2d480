"""Keeps index and database equal: whatever a transaction changes about a dataset, it also writes to the index.

CKAN indexes a dataset in the actions that it expects to change it, some of them after the commit, some of them not
at all (an organization's new title, a tag that is deleted, `defer_commit`, a script that edits the model). Here every
flush notes the datasets that it touches; those that are not indexed since are indexed just before the commit, in the
same transaction. If that fails nothing is committed; if the commit fails nothing is indexed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ckan.logic as logic
import ckan.model as model
import sqlalchemy as sa
from ckan.lib.search.index import PackageSearchIndex

_KEY = "gobierno_abierto_search"
#: What of an organization or a group stands in the documents of its datasets.
_GROUP_FIELDS = ("name", "title", "description", "image_url", "state", "type", "approval_status", "is_organization")


class Ledger:
    """One transaction's account: how often each dataset was touched, and up to which touch it is indexed."""

    def __init__(self) -> None:
        self.touched: dict[str, int] = {}
        self.shown: dict[str, int] = {}
        self.indexed: dict[str, int] = {}
        self.settling = False

    def touch(self, package_id: str) -> None:
        """The dataset changed."""
        self.touched[package_id] = self.touched.get(package_id, 0) + 1

    def show(self, package_id: str) -> None:
        """The dataset is read as it is now."""
        self.shown[package_id] = self.touched.get(package_id, 0)

    def index(self, package_id: str) -> None:
        """What was last read is in the index."""
        if package_id in self.shown:
            self.indexed[package_id] = self.shown[package_id]

    def pending(self) -> list[str]:
        """Datasets that changed since they were last indexed."""
        return sorted(name for name, count in self.touched.items() if self.indexed.get(name) != count)


def _ledger(session: Any) -> Ledger:
    return session.info.setdefault(_KEY, Ledger())


class PackageIndex(PackageSearchIndex):
    """CKAN's index of datasets, which also notes what has been indexed."""

    def update_dict(self, pkg_dict: dict[str, Any], defer_commit: bool = False) -> None:
        super().update_dict(pkg_dict, defer_commit)
        _ledger(model.Session()).index(pkg_dict["id"])


def about_to_show(reference: str) -> None:
    """Called before a dataset is read in order to be indexed: pending changes are written to the database first."""
    session = model.Session()
    session.flush()
    package = model.Package.get(reference)
    if package is not None:
        _ledger(session).show(package.id)


def listen(active: Callable[[], bool]) -> None:
    """Attach to CKAN's sessions; `active` says whether our engine is the one in use."""

    def after_flush(session: Any, _context: Any) -> None:
        if active():
            ledger = _ledger(session)
            for package_id in _touched(session):
                ledger.touch(package_id)

    def before_commit(session: Any) -> None:
        if active() and not session.in_nested_transaction():
            _settle(session)

    def forget(session: Any) -> None:
        if not session.in_nested_transaction():
            session.info.pop(_KEY, None)

    sa.event.listen(model.Session, "after_flush", after_flush)
    sa.event.listen(model.Session, "before_commit", before_commit)
    sa.event.listen(model.Session, "after_commit", forget)
    sa.event.listen(model.Session, "after_rollback", forget)


def _settle(session: Any) -> None:
    """Index what the transaction changed and nobody has indexed."""
    ledger = _ledger(session)
    if ledger.settling:
        return
    ledger.settling = True
    try:
        session.flush()
        for package_id in ledger.pending():
            if session.get(model.Package, package_id) is not None:
                logic.index_update_package({"ignore_auth": True}, package_id, defer_commit=True)
    finally:
        ledger.settling = False


def _touched(session: Any) -> Iterable[str]:
    """The ids of the datasets whose document depends on what is being flushed."""
    for entity in (*session.new, *session.dirty, *session.deleted):
        if entity in session.new or entity in session.deleted or session.is_modified(entity):
            yield from _datasets_of(session, entity)


def _datasets_of(session: Any, entity: Any) -> Iterable[str]:
    # Relationships between datasets are left out: CKAN 2.12 itself cannot index a dataset that has one (its index
    # looks for `object_package_id`, which its dictization leaves out), and would fail here as it does there.
    if isinstance(entity, model.Package):
        yield entity.id
    elif isinstance(entity, (model.Resource, model.PackageTag)):
        yield from filter(None, [entity.package_id])
    elif isinstance(entity, model.Member):
        if entity.table_name == "package" and entity.table_id:
            yield entity.table_id
    elif isinstance(entity, model.Group):
        if entity not in session.new and _changed(entity, _GROUP_FIELDS):
            yield from _datasets_of_group(session, entity.id)
    elif isinstance(entity, model.Tag):
        yield from _ids(session, sa.select(model.PackageTag.package_id).where(model.PackageTag.tag_id == entity.id))
    elif isinstance(entity, model.Vocabulary) and entity not in session.new:
        tags = sa.select(model.Tag.id).where(model.Tag.vocabulary_id == entity.id)
        yield from _ids(session, sa.select(model.PackageTag.package_id).where(model.PackageTag.tag_id.in_(tags)))


def _changed(entity: Any, names: Iterable[str]) -> bool:
    state = sa.inspect(entity)
    return any(state.attrs[name].history.has_changes() for name in names)


def _datasets_of_group(session: Any, group_id: str) -> Iterable[str]:
    owned = sa.select(model.Package.id).where(model.Package.owner_org == group_id)
    member = sa.select(model.Member.table_id).where(
        model.Member.group_id == group_id, model.Member.table_name == "package", model.Member.state == "active"
    )
    return _ids(session, owned.union(member))


def _ids(session: Any, statement: Any) -> Iterable[str]:
    return [row[0] for row in session.connection().execute(statement) if row[0]]
