"""Pages of the scores: of a dataset, of an organization, of the portal, and the table to download."""

from __future__ import annotations

import csv
import io
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from . import store, texts
from .actions import quality_overview, quality_score_show
from .method import MARKS, method

scores = Blueprint("ga_scores", __name__)

#: Rows of each list of the overview, and of the organization's page.
LISTED = 20
#: A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _context() -> dict[str, Any]:
    return {"user": tk.current_user.name if tk.current_user.is_authenticated else ""}


def _ask(action: Any, **data: Any) -> dict[str, Any]:
    """What an action answers; 404 for what is not there or not public."""
    try:
        return dict(action(_context(), data))
    except tk.ObjectNotFound as error:
        return dict(tk.abort(404, str(error.message or error)))


@scores.route("/dataset/<id>/calidad")
def dataset(id: str) -> Any:
    """The score of a public dataset: what it gains, what it lacks and what to do."""
    found = _ask(quality_score_show, id=id)
    named = {one["code"]: one for one in found["indicators"]}
    words = {result: texts.result_text(result) for result in MARKS}
    return tk.render("quality/score.html", {"score": found, "indicators": named, "result_words": words})


@scores.route("/organization/<id>/calidad")
def organization(id: str) -> Any:
    """The scores of what an organization has published."""
    found = _ask(quality_score_show, organization=id, limit=LISTED)
    return tk.render("quality/organization_score.html", {"summary": found, "organization": found["organization"]})


@scores.route("/calidad")
def overview() -> Any:
    """The quality of everything that is public."""
    return tk.render("quality/overview.html", {"summary": _ask(quality_overview, limit=LISTED)})


@scores.route("/calidad.csv")
def table() -> Any:
    """Every public dataset's score, a row each, the lowest first; of one organization with `organization`."""
    reference = tk.request.args.get("organization")
    group = _ask(quality_score_show, organization=reference, limit=0)["organization"] if reference else None
    rows = store.rows("table", organization=group["id"] if group else None, total=method().total)
    response = Response(_csv(rows), mimetype="text/csv")
    name = f"calidad-{group['name']}.csv" if group else "calidad.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


#: Columns of the table before those of the indicators.
COLUMNS = (
    "name", "title", "organization", "organization_title", "points", "measurable", "scaled", "rating", "stars",
    "updated", "due", "overdue_days", "broken_links", "computed",
)  # fmt: skip


def _csv(rows: list[Any]) -> str:
    """CSV with a heading; an indicator's cell is yes, no or unknown."""
    line = io.StringIO()
    writer = csv.writer(line)
    named = {letter: result for result, letter in MARKS.items()}
    writer.writerow([*COLUMNS, *(one.code for one in method().indicators)])
    for row in rows:
        values = {**row._mapping, "rating": method().rating(row.scaled).code}
        values["computed"] = row.computed.isoformat(timespec="seconds")
        writer.writerow([*(_guarded(values[name]) for name in COLUMNS), *(named[letter] for letter in row.marks)])
    return line.getvalue()


def _guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
