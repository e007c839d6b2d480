"""The data dictionary that a file's report suggests, as an action; it saves nothing."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ..dictionary import entries_of, proposed

__all__ = ["quality_dictionary_suggest"]


@tk.side_effect_free
def quality_dictionary_suggest(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A data dictionary made from the columns of a resource's file; nothing is saved.

    :param id: the resource
    :param version: the content, as quality_report_show names it (what waits, else the live one)
    :param columns: what is written until now (optional, what the resource has)
    :returns: ``columns`` (entries as the resource's ``columns`` holds them; what was written stays), ``added`` and
        ``absent``: names of the columns that were missing, and of those that the file does not have
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    asked = {key: data_dict[key] for key in ("id", "version") if data_dict.get(key)}
    answer = tk.get_action("quality_report_show")(tk.fresh_context(context), asked)
    tk.check_access("quality_dictionary_suggest", context, {"id": resource_id, "package_id": answer["package_id"]})
    present = entries_of(data_dict["columns"] if "columns" in data_dict else _written(context, resource_id))
    if not answer["report"]:
        return {"columns": present, "added": [], "absent": []}
    found = proposed(answer["report"], present)
    return {"columns": list(found.entries), "added": list(found.added), "absent": list(found.absent)}


def _written(context: Context, resource_id: str) -> Any:
    """What the resource says of its columns; nothing for one that only a proposal has."""
    try:
        return tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id}).get("columns")
    except tk.ObjectNotFound:
        return None


def may_suggest(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may change the dataset (`package_id`): the auth function of quality_dictionary_suggest."""
    try:
        tk.check_access("package_update", context, {"id": data_dict.get("package_id")})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
