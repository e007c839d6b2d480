"""What the actions and pages say of a dataset, of an organization and of the portal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...common.clock import now
from ...metadata.interfaces import label
from . import scoring, store, texts
from .method import MARKS, NO, UNKNOWN, YES, method
from .mqa import FileScore, Outcome, Score, Step
from .overdue import Promise

#: Datasets and links that a list shows when nobody says how many, and the most.
LISTED, MOST = 20, 200


def of_package(package: Mapping[str, Any]) -> dict[str, Any]:
    """The score of a dataset as package_show gives it (see the action quality_score_show)."""
    links = store.links_of(package["id"])
    found, kept = scoring.computed(dict(package))
    organization = package.get("organization") or {}
    return {
        "id": package["id"],
        "name": package["name"],
        "title": package.get("title") or package["name"],
        "type": package.get("type") or "dataset",
        "organization": {key: organization.get(key) for key in ("id", "name", "title")} if organization else None,
        "points": found.points,
        "measurable": found.measurable,
        "total": found.method.total,
        "scaled": found.scaled,
        "percentage": found.percentage,
        "rating": texts.rating(found.rating),
        "stars": found.stars,
        "dimensions": _dimensions(found),
        "indicators": [_outcome(one) for one in found.outcomes],
        "files": [_file(one, found, links.get(one.id)) for one in found.files],
        "steps": [_step(one, found) for one in found.steps],
        "freshness": _freshness(kept),
        "computed": now().isoformat(timespec="seconds"),
    }


def _dimensions(found: Score) -> list[dict[str, Any]]:
    answer = []
    for one in found.method.dimensions:
        points, measurable = found.of_dimension(one.code)
        answer.append(
            {
                "code": one.code,
                "title": texts.said(one.title),
                "about": texts.said(one.about),
                "points": points,
                "measurable": measurable,
                "total": one.points,
            }
        )
    return answer


def _outcome(one: Outcome) -> dict[str, Any]:
    files = {result: one.files.count(result) for result in (YES, NO, UNKNOWN)} if one.files else None
    return {**texts.indicator(one.indicator), "result": one.result, "gained": one.points, "files": files}


def _file(one: FileScore, found: Score, link: Any) -> dict[str, Any]:
    missing = [outcome.indicator for outcome in found.outcomes if one.results.get(outcome.indicator.code) == NO]
    return {
        "id": one.id,
        "name": one.name,
        "format": one.format,
        "points": one.points,
        "stars": one.stars,
        "best": found.best is not None and one.id == found.best.id,
        "missing": [{"code": indicator.code, "title": texts.said(indicator.title)} for indicator in missing],
        "link": _link(link) if link is not None else None,
    }


def _link(row: Any) -> dict[str, Any]:
    return {
        "url": row.url,
        "reachable": row.reachable,
        "status": row.status,
        "checked": row.checked.isoformat(timespec="seconds") if row.checked else None,
        "failures": row.failures,
        "problem": texts.problem_text(row.problem),
    }


def _step(one: Step, found: Score) -> dict[str, Any]:
    name = next((file.name or file.id for file in found.files if file.id == one.resource_id), None)
    return {
        "code": one.code,
        "gain": one.gain,
        "effort": one.effort,
        "title": texts.said(one.title),
        "advice": texts.said(one.advice),
        "fields": list(one.fields),
        "resource_id": one.resource_id,
        "resource_name": name,
    }


def _freshness(kept: Promise) -> dict[str, Any]:
    return {
        "state": kept.freshness.state,
        "updated": kept.updated.isoformat() if kept.updated else None,
        "frequency": kept.frequency,
        "frequency_label": label("frecuencias", kept.frequency, texts.lang()) if kept.frequency else None,
        "due": kept.freshness.due.isoformat() if kept.freshness.due else None,
        "overdue_days": kept.overdue_days,
    }


def summary(organization_id: str | None, limit: int = LISTED) -> dict[str, Any]:
    """The figures of an organization (id), or of the portal (None)."""
    used = method()
    bounds = {rating.code: rating.least for rating in used.ratings if rating.least}
    whole = store.rows("organizations", organization=organization_id, whole=True, total=used.total, **bounds)
    counted = {"organization": organization_id, "most": limit}
    worst = store.rows("worst", total=used.total, skip=0, **counted)
    links = store.rows("link_counts", organization=organization_id)[0]
    return {
        **(_figures(whole[0]) if whole else _nothing()),
        "total": used.total,
        **_shares(store.rows("patterns", organization=organization_id, method=str(used.version))),
        "links": {**_row(links, "total", "good", "down", "unknown"), "checked": _moment(links.checked)},
        "overdue": [_late(row) for row in store.rows("overdue", **counted)],
        "broken_links": [_broken(row) for row in store.rows("broken_links", **counted)],
        "worst": [_scored(row) for row in worst],
    }


def organizations() -> list[dict[str, Any]]:
    """One row an organization that publishes, the best mean first."""
    used = method()
    bounds = {rating.code: rating.least for rating in used.ratings if rating.least}
    found = store.rows("organizations", organization=None, whole=False, total=used.total, **bounds)
    return [{"organization": _row(row, "id", "name", "title") if row.id else None, **_figures(row)} for row in found]


def _figures(row: Any) -> dict[str, Any]:
    points = round(float(row.points))
    return {
        "datasets": row.datasets,
        "points": points,
        "percentage": round(100 * float(row.points) / method().total, 1),
        "rating": texts.rating(method().rating(points)),
        "stars": round(float(row.stars), 1),
        "ratings": [
            {**texts.rating(rating), "datasets": getattr(row, rating.code), "from": rating.least}
            for rating in method().ratings
        ],
        "overdue_count": row.overdue,
        "broken_link_count": int(row.broken_links),
    }


def _nothing() -> dict[str, Any]:
    ratings = [{**texts.rating(rating), "datasets": 0, "from": rating.least} for rating in method().ratings]
    figures: dict[str, Any] = dict.fromkeys(("points", "percentage", "rating", "stars"))
    return {"datasets": 0, **figures, "ratings": ratings, "overdue_count": 0, "broken_link_count": 0}


def _shares(patterns: Iterable[Any]) -> dict[str, Any]:
    """Per indicator how many datasets have it, lack it or were not measured; per dimension the mean share gained."""
    used = method()
    counts = [dict.fromkeys((YES, NO, UNKNOWN), 0) for _one in used.indicators]
    named = {letter: result for result, letter in MARKS.items()}
    for row in patterns:
        for place, letter in enumerate(row.marks):
            counts[place][named[letter]] += row.datasets
    indicators = [
        {**texts.indicator(one), **count, "share": _share(count[YES], count[YES] + count[NO])}
        for one, count in zip(used.indicators, counts, strict=True)
    ]
    dimensions = []
    for dimension in used.dimensions:
        mine = [one for one in indicators if one["dimension"] == dimension.code]
        gained = sum(one["points"] * one[YES] for one in mine)
        measured = sum(one["points"] * (one[YES] + one[NO]) for one in mine)
        dimensions.append(
            {
                "code": dimension.code,
                "title": texts.said(dimension.title),
                "about": texts.said(dimension.about),
                "total": dimension.points,
                "share": _share(gained, measured),
            }
        )
    return {"indicators": indicators, "dimensions": dimensions}


def _share(part: int, whole: int) -> float | None:
    """A percentage with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _row(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _dataset(row: Any) -> dict[str, Any]:
    organization = {"name": row.org_name, "title": row.org_title or row.org_name} if row.org_name else None
    return {**_row(row, "id", "name", "type"), "title": row.title or row.name, "organization": organization}


def _scored(row: Any) -> dict[str, Any]:
    figures = _row(row, "points", "measurable", "scaled", "stars", "overdue_days")
    return {**_dataset(row), **figures, "rating": texts.rating(method().rating(row.scaled))}


def _late(row: Any) -> dict[str, Any]:
    return {**_dataset(row), "due": row.due.isoformat(), "overdue_days": row.overdue_days}


def _broken(row: Any) -> dict[str, Any]:
    return {
        **_dataset(row),
        **_row(row, "resource_id", "resource_name", "url", "status", "failures"),
        "problem": texts.problem_text(row.problem),
        "since": _moment(row.first_failure),
        "checked": _moment(row.checked),
    }


def _moment(value: Any) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
