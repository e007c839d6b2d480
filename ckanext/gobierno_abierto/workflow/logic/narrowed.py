"""Lists that CKAN makes of all datasets whoever asks: they tell of those that the reader may see.

What is asked with `ignore_auth` is CKAN's own business and stays whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult

from .. import labels, records
from ..case import user_of

Action = Callable[[Any, dict[str, Any]], Any]

#: CKAN's list of every table in the DataStore, which names those of drafts and their aliases.
EVERY_TABLE = "_table_metadata"
#: Permission that a task's status asks for, by what the task is about.
ABOUT = {"resource": "resource_show", "package": "package_show", "dataset": "package_show"}


@tk.chained_action
@tk.side_effect_free
def member_list(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's member_list; of the datasets of a group or organization those that the reader may see."""
    found = original(context, data_dict)
    if context.get("ignore_auth"):
        return found
    seen = labels.seen_by(user_of(context), [row[0] for row in found if row[1] == "package"])
    return [row for row in found if row[1] != "package" or row[0] in seen]


@tk.chained_action
@tk.side_effect_free
def format_autocomplete(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's format_autocomplete, of public datasets."""
    if context.get("ignore_auth"):
        return original(context, data_dict)
    tk.check_access("format_autocomplete", context, data_dict)
    asked = str(tk.get_or_bust(data_dict, "q")).replace("\x00", "")
    limit = data_dict.get("limit", 5)
    return [row.format for row in records.rows("public_formats", asked=asked, limit=int(limit))]


@tk.chained_action
@tk.side_effect_free
def datastore_search(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's datastore_search; the list of all tables is for sysadmins."""
    named = (data_dict.get("resource_id"), data_dict.get("id"))
    if EVERY_TABLE in named and not context.get("ignore_auth"):
        user = user_of(context)
        if user is None or not user.sysadmin:
            message = tk._(
                "La lista de todas las tablas nombra también las de conjuntos sin publicar: solo la lee quien "
                "administra el portal. Las tablas públicas se encuentran con resource_search."
            )
            raise tk.NotAuthorized(message)
    return original(context, data_dict)


def _stream(name: str) -> Action:
    @tk.chained_action
    @tk.side_effect_free
    def narrowed(original: Action, context: Any, data_dict: dict[str, Any]) -> Any:
        found = original(context, data_dict)
        if context.get("ignore_auth"):
            return found
        about = [activity["object_id"] for activity in found if _of_dataset(activity)]
        seen = labels.seen_by(user_of(context), about)
        return [activity for activity in found if not _of_dataset(activity) or activity["object_id"] in seen]

    narrowed.__name__ = name
    narrowed.__doc__ = f"CKAN's {name}; what happened to a dataset is told to those who may see it now."
    return narrowed


def _of_dataset(activity: dict[str, Any]) -> bool:
    return str(activity.get("activity_type") or "").endswith(("package", "resource view"))


STREAMS = (
    "user_activity_list",
    "package_activity_list",
    "group_activity_list",
    "organization_activity_list",
    "recently_changed_packages_activity_list",
    "dashboard_activity_list",
)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def task_status_show(next_auth: Any, context: Any, data_dict: dict[str, Any]) -> AuthResult:
    """CKAN's permission; of a task about a dataset or a file (a load, with its columns) the one to read that."""
    task = context.get("task_status") or model.TaskStatus.get(str(data_dict.get("id") or ""))
    needed = ABOUT.get(task.entity_type) if task is not None else None
    if needed is None or context.get("ignore_auth"):
        return next_auth(context, data_dict)
    try:
        tk.check_access(needed, tk.fresh_context(context), {"id": task.entity_id})
    except (tk.NotAuthorized, tk.ObjectNotFound) as error:
        return {"success": False, "msg": str(error)}
    return next_auth(context, data_dict)


AUTH: dict[str, Any] = {"task_status_show": task_status_show}


def actions() -> dict[str, Any]:
    """The narrowed lists of this installation."""
    found: dict[str, Any] = {"member_list": member_list, "format_autocomplete": format_autocomplete}
    if p.plugin_loaded("datastore"):
        found["datastore_search"] = datastore_search
    if p.plugin_loaded("activity"):
        found.update({name: _stream(name) for name in STREAMS})
    return found
