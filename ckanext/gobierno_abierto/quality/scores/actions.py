"""API actions of the scores: of public data, for everybody."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ...common.errors import PortalError, as_ckan
from . import answers, scoring
from .errors import BadLimit, NoOrganization, NoPublicDataset, OneOfTwo

__all__ = ["quality_overview", "quality_score_show"]

#: Characters of a name that an error repeats.
SHOWN = 100


@tk.side_effect_free
def quality_score_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The score of a public dataset, or of an organization's public datasets, in the method of data.europa.eu (MQA).

    :param id: id or name of a dataset
    :param organization: id or name of an organization, instead of `id`
    :param limit: of an organization, how many datasets and links each list has (default 20, at most 200)
    :returns: of a dataset `points`, `measurable` (points that could be measured: without an answer of its addresses
        80 of the 405 are unknown), `scaled` (points of 405 as if all had been), `percentage`, `rating` ({code, label,
        tone}), `stars` (0 to 4 of the five stars of open data), `dimensions`, `indicators` (each with `result` yes, no
        or unknown, and `files`, how many files say each), `files`, `steps` (what to do, most points for least work
        first) and `freshness`; of an organization what `quality_overview` says, of its datasets
    :raises ObjectNotFound: there is none, or it is not public
    """
    tk.check_access("quality_score_show", context, data_dict)
    try:
        reference, organization = data_dict.get("id"), data_dict.get("organization")
        if bool(reference) == bool(organization):
            raise OneOfTwo(field="id")
        if reference:
            package = scoring.public_package(str(reference))
            if package is None:
                raise NoPublicDataset(name=str(reference)[:SHOWN])
            return answers.of_package(package)
        group = _organization(str(organization))
        about = {"id": group.id, "name": group.name, "title": group.title or group.name}
        return {"organization": about, **answers.summary(group.id, _limit(data_dict))}
    except PortalError as error:
        raise as_ckan(error) from error


@tk.side_effect_free
def quality_overview(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The quality of everything that is public.

    :param limit: how many datasets and links each list has (default 20, at most 200)
    :returns: `datasets` (how many), their mean `points`, `percentage`, `rating` and `stars`; `ratings` (how many
        datasets have each), `dimensions` and `indicators` (percentage of datasets that have it), `organizations` (the
        same figures each, the best first), `links`, and the lists `worst`, `overdue` and `broken_links`
    """
    tk.check_access("quality_overview", context, data_dict)
    try:
        return {**answers.summary(None, _limit(data_dict)), "organizations": answers.organizations()}
    except PortalError as error:
        raise as_ckan(error) from error


def _organization(reference: str) -> Any:
    group = model.Group.get(reference) if "\x00" not in reference else None
    if group is None or not group.is_organization or group.state != "active":
        raise NoOrganization(name=reference[:SHOWN])
    return group


def _limit(data_dict: dict[str, Any]) -> int:
    value = data_dict.get("limit", answers.LISTED)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= answers.MOST:
        raise BadLimit(field="limit", most=answers.MOST, value=str(value)[:SHOWN])
    return value
