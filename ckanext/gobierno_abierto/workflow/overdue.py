"""Data that are older than promised: their writers get a notice, and its e-mail."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common.clock import LA_PAZ
from ..common.roles import writers_of
from .notifications import notify

#: Kind of the notice; its words are in notice_texts.py.
KIND = "vencimiento"


def remind(_sender: Any, package_id: str, due: date, days: int, **_more: Any) -> None:
    """Tell those who write for the dataset's organization, in the sender's transaction.

    `due` is the day until which the promise held, `days` how long ago that was.
    """
    package = model.Package.get(package_id)
    if package is None or not package.owner_org:
        return
    organization = model.Group.get(package.owner_org)
    notify(
        KIND,
        package.id,
        writers_of(package.owner_org),
        title=package.title or package.name,
        name=package.name,
        type=package.type,
        organization=(organization.title or organization.name) if organization else "",
        date=datetime.combine(due, time(23, 59), LA_PAZ),
        days=days,
    )


def subscriptions() -> dict[Any, list[Any]]:
    """For the plugin's ISignal: the signal of quality's clock."""
    return {tk.signals.ckanext.signal("gobierno_abierto_overdue"): [remind]}
