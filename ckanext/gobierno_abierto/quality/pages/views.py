"""The page of a file's report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_datetime
from flask import Blueprint, request
from werkzeug.routing import BuildError

from ...common.clock import LA_PAZ
from ..dictionary import entries_of
from . import report_view
from .helpers import say

quality = Blueprint("ga_quality", __name__)


@quality.after_request
def keep_to_oneself(response: Any) -> Any:
    """What is not for everybody stays in no cache; CKAN adds the rest of the header."""
    if tk.current_user.is_authenticated:
        request.environ["__no_cache__"] = True
        response.cache_control.no_store = True
    return response


@quality.route("/dataset/<id>/resource/<resource_id>/calidad")
def report(id: str, resource_id: str) -> str:
    """The report of a file; `?version=` names another content than the one that the reader gets by default."""
    version = request.args.get("version", "")
    answer, package = _found(id, resource_id, version)
    resource = next((one for one in package["resources"] if one["id"] == resource_id), None)
    name = _name(resource, answer)
    values = {
        "pkg": package,
        "resource": resource or {"id": resource_id, "name": name},
        "name": name,
        "check": answer,
        "version": version,
        "report": report_view.view(answer, entries_of((resource or {}).get("columns")), say()),
        "finished": _moment(answer.get("finished")),
        "links": _links(package, resource, answer),
        "switches": _switches(package, answer),
    }
    return tk.render("quality/report.html", values)


def _found(reference: str, resource_id: str, version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer and the dataset. Aborts with 404 alike for what is not there and for what the reader may not see."""
    if not any("\x00" in part for part in (reference, resource_id, version)):
        asked = {"id": resource_id, **({"version": version} if version else {})}
        try:
            answer = tk.get_action("quality_report_show")({}, asked)
            package = tk.get_action("package_show")({}, {"id": answer["package_id"]})
        except (tk.NotAuthorized, tk.ObjectNotFound):
            answer, package = {}, {}
        if package and reference in (package["id"], package["name"]):
            return answer, package
    return tk.abort(404, tk._("No existe ese archivo."))


def _moment(value: str | None) -> str:
    """ISO 8601 as day and time in Bolivia."""
    if not value:
        return ""
    return str(
        format_datetime(datetime.fromisoformat(value), "d MMM y, HH:mm", tzinfo=LA_PAZ, locale=tk.h.lang() or "es")
    )


def _name(resource: Mapping[str, Any] | None, answer: Mapping[str, Any]) -> str:
    """What the file is called; one that only a proposal has is known by the name it came with."""
    if resource is not None:
        return str(tk.h.resource_display_name(resource))
    file = (answer.get("report") or {}).get("file") or {}
    return str(file.get("name") or tk._("Archivo"))


def _links(package: Mapping[str, Any], resource: Mapping[str, Any] | None, answer: Mapping[str, Any]) -> dict[str, str]:
    """Addresses beside the report; empty where the reader may not, or no plugin brings the page."""
    kind, here = package["type"], {"id": package["name"], "resource_id": answer["resource_id"]}
    inside = report_view.is_insider(answer)
    edits = inside and tk.h.check_access("package_update", {"id": package["id"]})
    asked = {"id": answer["resource_id"], **({"version": answer["subject"]} if answer["proposed"] else {})}
    return {
        "file": tk.h.url_for(f"{kind}_resource.read", **here) if resource else "",
        "edit": tk.h.url_for(f"{kind}_resource.edit", **here) if edits else "",
        "personal": _address("ga_personal_data.show", **here) if inside else "",
        "json": tk.h.url_for("api.action", ver=3, logic_function="quality_report_show", **asked),
    }


def _address(endpoint: str, **values: str) -> str:
    try:
        return str(tk.h.url_for(endpoint, **values))
    except BuildError:
        return ""


def _switches(package: Mapping[str, Any], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The contents whose reports an insider may choose from; empty when there is one alone."""
    versions = answer.get("versions") or []
    if len(versions) < 2:
        return []
    resource_id = answer["resource_id"]
    return [
        {
            "label": tk._("Archivo publicado") if one["subject"] == resource_id else tk._("Archivo de la propuesta"),
            "url": tk.h.url_for(
                "ga_quality.report", id=package["name"], resource_id=resource_id, version=one["subject"]
            ),
            "now": one["subject"] == answer["subject"],
        }
        for one in versions
    ]
