"""API actions on the caller's own notices."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ...common.errors import PortalError, as_ckan
from .. import notifications
from ..notice_errors import NoticeIds, NoticePage

__all__ = ["publication_notice_list", "publication_notice_read"]

#: Notices in one answer, and in all of them.
MOST, EVER = 100, 2**31 - 1


@tk.side_effect_free
def publication_notice_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The caller's notices of the publication workflow, the newest first.

    :param limit: how many, 0 to 100 (20)
    :param offset: how many to skip (0)
    :returns: `{"count", "unread", "results": [{"id", "kind", "package_id", "created", "read", "subject", "happened",
        "asked", "remark", "remarks": [{"where", "text"}], "when", "url"}]}`; the texts are in the caller's language,
        `asked` is empty when nothing is to be done, `url` is the path of the dataset's publication page or null
    """
    tk.check_access("publication_notice_list", context, data_dict)
    user = _caller(context)
    try:
        limit, offset = _number(data_dict, "limit", 20, MOST), _number(data_dict, "offset", 0, EVER)
    except PortalError as error:
        raise as_ckan(error) from error
    count, unread = notifications.counts(user.id)
    return {"count": count, "unread": unread, "results": notifications.mine(user.id, limit, offset)}


def publication_notice_read(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mark notices of the caller as read.

    :param ids: numbers of the notices (all that are unread); those of other people are left alone
    :returns: `{"read", "unread"}`: how many were marked, and how many are still unread
    """
    tk.check_access("publication_notice_read", context, data_dict)
    user = _caller(context)
    try:
        marked = notifications.mark_read(user.id, _ids(data_dict.get("ids")))
    except PortalError as error:
        raise as_ckan(error) from error
    if not context.get("defer_commit"):
        model.repo.commit()
    return {"read": marked, "unread": notifications.unread_count(user.id)}


def _caller(context: Any) -> Any:
    """The account of the caller. Raises NotAuthorized where there is none, as with `ignore_auth`."""
    user = model.User.get(context.get("user") or "")
    if user is None:
        raise tk.NotAuthorized(tk._("Ingrese con su cuenta para ver sus avisos."))
    return user


def _number(data_dict: dict[str, Any], name: str, usual: int, most: int) -> int:
    value = data_dict.get(name, usual)
    number = _whole(value)
    if number is None or number > most:
        raise NoticePage(field=name, name=name, least=0, most=most, value=str(value)[:40])
    return number


def _ids(value: Any) -> list[int] | None:
    if value is None:
        return None
    numbers = [_whole(sent) for sent in (value if isinstance(value, list) else [value])]
    found = [number for number in numbers if number is not None]
    if len(found) < len(numbers):
        raise NoticeIds(field="ids", value=str(value)[:40])
    return found


def _whole(value: Any) -> int | None:
    """The number that was sent, as JSON or in an address; None if it is none, or not one that PostgreSQL can hold."""
    sent = str(value)
    return int(sent) if sent.isdecimal() and len(sent) < 19 else None
