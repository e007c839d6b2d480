"""Template helpers of the publication workflow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common.clock import LA_PAZ
from ..common.roles import coordinates
from . import notifications, reading
from .case import open_case
from .definition import governed
from .notice_texts import moment
from .status import label


def _me() -> Any:
    user = tk.current_user
    return model.User.get(user.name) if user and user.is_authenticated else None


def ga_publication(package_id: str) -> dict[str, Any] | None:
    """`publication_show` for the reader of the page; None where the dataset does not go through the workflow."""
    try:
        return dict(tk.get_action("publication_show")({"user": tk.g.user}, {"id": package_id}))
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def ga_publication_insider(package: dict[str, Any]) -> bool:
    """Whether the reader may know of the dataset's proposals."""
    me = _me()
    found = model.Package.get(package["id"]) if me and governed(package.get("type")) else None
    return bool(found and open_case(found, me).person.belongs)


def ga_publication_status_label(live: str, state: str | None, kind: str = "cambio") -> str:
    """The derived status of a row of a list, in words."""
    from types import SimpleNamespace

    return label(live, SimpleNamespace(state=state, kind=kind) if state else None)


def ga_moment(value: Any) -> str:
    """A moment (aware, or ISO 8601) as day and time in Bolivia, in the page's language."""
    return moment(value)


def ga_local_moment(value: str | None) -> str:
    """A moment (ISO 8601) as a `datetime-local` field takes it, in Bolivia's time; empty for None."""
    return datetime.fromisoformat(value).astimezone(LA_PAZ).strftime("%Y-%m-%dT%H:%M") if value else ""


def ga_writes() -> bool:
    """Whether the reader writes for any organization."""
    me = _me()
    return bool(me and reading.written_organizations(me))


def ga_unread_notices() -> int:
    """How many notices the reader has not read."""
    me = _me()
    return notifications.unread_count(me.id) if me else 0


def ga_reviews() -> int | None:
    """How many proposals wait for the reader; None for those who review nothing."""
    me = _me()
    if me is None or not reading.reviews_anything(me):
        return None
    return int(reading.queue(me, {}, 0, 0)["count"])


def ga_coordinates() -> bool:
    """Whether the reader is a coordinator of the portal."""
    return coordinates(_me())
