"""What the present request is doing with datasets: context variables, so that CKAN's actions need no new parameter.

`actor` is the id of whoever saves; `publishing` is true while the workflow itself writes a live dataset; `saving` is
the proposal that is being made of a save; `viewing` names the dataset whose proposal, and not live version, is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Saving:
    """A save of a published dataset while it runs inside its savepoint; `uploads` are kept after it is undone."""

    package_id: str
    uploads: dict[str, Any] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)


_publishing: ContextVar[bool] = ContextVar("gobierno_abierto_publishing", default=False)
_installing: ContextVar[bool] = ContextVar("gobierno_abierto_installing", default=False)
_saving: ContextVar[Saving | None] = ContextVar("gobierno_abierto_saving", default=None)
_actor: ContextVar[str | None] = ContextVar("gobierno_abierto_actor", default=None)
_viewing: ContextVar[str] = ContextVar("gobierno_abierto_viewing", default="")

#: `viewing` of a page that shows whichever dataset it names as its proposal.
EVERY = "*"


def publishing() -> bool:
    """Whether the workflow itself is writing."""
    return _publishing.get()


def actor() -> str | None:
    """Id of the person whose save is under way; None for the portal itself."""
    return _actor.get()


def saving() -> Saving | None:
    """The save that is being made a proposal of, or None."""
    return _saving.get()


def views_proposal(package_id: str) -> bool:
    """Whether package_show gives this dataset's proposal meanwhile."""
    return _viewing.get() in (package_id, EVERY) and _saving.get() is None


@contextmanager
def as_workflow() -> Iterator[None]:
    """Inside, CKAN's actions write the live dataset as they always did."""
    token = _publishing.set(True)
    try:
        yield
    finally:
        _publishing.reset(token)


@contextmanager
def installing() -> Iterator[None]:
    """Inside, an operator's command fills the portal (the seed): what it writes is public at once.

    A dataset that already has versions gets one more; `publication init-existing` gives the others their first.
    """
    token = _installing.set(True)
    try:
        with as_workflow():
            yield
    finally:
        _installing.reset(token)


def is_installing() -> bool:
    """Whether an operator's command is filling the portal."""
    return _installing.get()


@contextmanager
def acting(user_id: str | None) -> Iterator[None]:
    """Inside, what is uploaded is this person's."""
    token = _actor.set(user_id)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def as_proposal(package_id: str) -> Iterator[Saving]:
    """Inside, a package_update of this dataset is a rehearsal."""
    current = Saving(package_id)
    token = _saving.set(current)
    try:
        yield current
    finally:
        _saving.reset(token)


@contextmanager
def showing_proposal(package_id: str) -> Iterator[None]:
    """Inside, package_show gives the dataset's open proposal to those who may see it."""
    token = _viewing.set(package_id)
    try:
        yield
    finally:
        _viewing.reset(token)
