"""Template helpers of the report's pages; all begin with `ga_`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import g, has_app_context
from markupsafe import Markup

from .. import reports
from ..dictionary import entries_of
from . import report_view
from .speech import Say

__all__ = [
    "ga_check",
    "ga_check_is_open",
    "ga_check_tone",
    "ga_checked_files",
    "ga_dictionary_suggestion",
    "ga_profile",
    "ga_quality_assets",
]

_PUBLIC = Path(__file__).parent.parent / "public" / "gobierno_abierto"


def say() -> Say:
    """The speech of the page's language."""
    language = tk.h.lang() or "es"

    def number(value: float) -> str:
        return str(format_decimal(value, format="#,##0.############", locale=language))

    def day(value: str) -> str:
        try:
            return str(format_date(date.fromisoformat(value[:10]), "medium", locale=language))
        except ValueError:
            return value

    return Say(language[:2], tk._, tk.ungettext, number, day)


def ga_check(resource: Mapping[str, Any], version: str | None = None, whole: bool = False) -> dict[str, Any] | None:
    """What quality_report_show answers of a resource, its summary alone unless `whole`; None where it may not be seen.

    Asked once per request.
    """
    if not resource or not resource.get("id"):
        return None
    known: dict[Any, Any] = g.setdefault("gobierno_abierto_checks", {}) if has_app_context() else {}
    key = (resource["id"], version, whole)
    if key not in known:
        asked = {"id": resource["id"], "summary": not whole, **({"version": version} if version else {})}
        try:
            known[key] = tk.get_action("quality_report_show")({}, asked)
        except (tk.NotAuthorized, tk.ObjectNotFound):
            known[key] = None
    found: dict[str, Any] | None = known[key]
    return found


def ga_check_is_open(check: Mapping[str, Any]) -> bool:
    """Whether an answer is still to come."""
    return check["state"] in report_view.OPEN


def ga_check_tone(check: Mapping[str, Any]) -> str:
    """Tone of the state's badge. Which legal bases still belong to a column only the whole report tells."""
    if ga_check_is_open(check):
        return "info"
    report = check.get("report")
    if report and report["summary"]["personal_data"] and report_view.is_insider(check) and "tables" not in report:
        check = ga_check({"id": check["resource_id"]}, check["subject"], whole=True) or check
    return report_view.verdict(check, say()).tone


def ga_checked_files(package_id: str) -> list[dict[str, Any]]:
    """`{id, name}` of every file of a dataset and of its proposal that is checked; empty for outsiders."""
    rows = {row.resource_id: row for row in reports.of_package(package_id)}
    named = {one.id: one.name for one in model.Session.query(model.Resource).filter(model.Resource.id.in_(rows))}
    files = ({"id": key, "name": named.get(key) or row.source.get("name") or key} for key, row in rows.items())
    seen = ((file, ga_check(file)) for file in files)
    return [file for file, check in seen if check and report_view.is_insider(check)]


def ga_profile(resource: Mapping[str, Any]) -> list[report_view.TableView]:
    """What the tables of a resource's live content hold; empty where no report is there."""
    check = ga_check(resource, version=str(resource.get("id") or ""), whole=True)
    if not check or not check.get("report"):
        return []
    speech = say()
    found = enumerate(check["report"]["tables"])
    dictionary = entries_of(resource.get("columns"))
    return [report_view.table_view(number, one, dictionary, speech) for number, one in found if one["columns"]]


def ga_dictionary_suggestion(resource: Mapping[str, Any]) -> dict[str, Any] | None:
    """What quality_dictionary_suggest answers, or None where there is nothing to suggest."""
    if not resource or not resource.get("id"):
        return None
    asked = {"id": resource["id"], "columns": entries_of(resource.get("columns"))}
    try:
        found = tk.get_action("quality_dictionary_suggest")({}, asked)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    return dict(found) if found["columns"] else None


@lru_cache(maxsize=8)
def _address(name: str) -> str:
    """Path of a public file, which changes with its content."""
    return f"/gobierno_abierto/{name}?v={hashlib.sha256((_PUBLIC / name).read_bytes()).hexdigest()[:10]}"


def ga_quality_assets(live: bool = False) -> Markup:
    """The style sheet, and with `live` the script, of the report's parts; each once a page."""
    given: set[str] = g.setdefault("gobierno_abierto_quality_assets", set())
    found = Markup("")
    if "css" not in given:
        found += Markup('<link rel="stylesheet" href="{}">').format(tk.h.url_for_static(_address("calidad.css")))
    if live and "js" not in given:
        found += Markup('<script src="{}" defer></script>').format(tk.h.url_for_static(_address("calidad.js")))
    given |= {"css", "js"} if live else {"css"}
    return found
