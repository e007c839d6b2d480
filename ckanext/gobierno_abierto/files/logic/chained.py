"""CKAN's own actions with our check in front; permission is asked by the action that is called next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import files
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ...common.errors import as_ckan
from ..links import check_link
from ..problems import LinkProblem, UploadElsewhere
from ..uploads import inspected

Action = Callable[[Context, dict[str, Any]], Any]
#: Resources of these kinds have no address of their own: CKAN makes it.
OWN = frozenset(["upload", "datastore"])


def _link_errors(resources: Any) -> list[dict[str, list[str]]]:
    """One dictionary of errors per resource, empty where the address may be linked."""
    found: list[dict[str, list[str]]] = []
    for resource in resources if isinstance(resources, list) else []:
        errors: dict[str, list[str]] = {}
        url = resource.get("url") if isinstance(resource, dict) else None
        if isinstance(url, str) and url.strip() and not (resource.get("url_type") in OWN and ":" not in url):
            try:
                resource["url"] = check_link(url)
            except LinkProblem as problem:
                errors["url"] = [problem.message]
        found.append(errors)
    return found


def _check_links(data_dict: dict[str, Any]) -> None:
    errors = _link_errors(data_dict.get("resources"))
    if any(errors):
        raise tk.ValidationError({"resources": errors})  # type: ignore[dict-item]


@tk.chained_action
def package_create(original: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Refuse addresses that may not be linked, and files, which package_create would lose without a word."""
    for resource in data_dict.get("resources") or []:
        if isinstance(resource, dict) and isinstance(resource.get("upload"), FileStorage) and resource["upload"]:
            raise as_ckan(UploadElsewhere(name=str(resource.get("name") or resource["upload"].filename)[:60]))
    _check_links(data_dict)
    return original(context, data_dict)


@tk.chained_action
def package_update(original: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Refuse addresses that may not be linked; every update, patch and revise comes through here."""
    _check_links(data_dict)
    return original(context, data_dict)


@tk.chained_action
def file_create(original: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Inspect the file as a resource's would be, and store it under its safe name."""
    # Permission first: an answer about the file's content is not for somebody who may not send one.
    tk.check_access("file_create", context, data_dict)
    try:
        upload = files.make_upload(data_dict.get("upload"))
    except (TypeError, ValueError):
        return original(context, data_dict)
    facts = inspected(upload, str(data_dict.get("name") or upload.filename or ""))
    return original(context, {**data_dict, "upload": upload, "name": facts.name})
