"""API actions on organizations and committees; all of them only read."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ...common.errors import PortalError, as_ckan
from .. import overview

__all__ = ["committee_list", "committee_show", "organization_overview"]


@tk.side_effect_free
def committee_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The committees that support publication, by title.

    :returns: `[{"id", "name", "title", "sigla", "sector", "lead_entity": {"id", "name", "title"} or null,
        "entity_count", "dataset_count"}]`; `dataset_count` is of published datasets of the entities it supports
    """
    tk.check_access("committee_list", context, data_dict)
    return overview.committees()


@tk.side_effect_free
def committee_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A committee, the entities it supports and how much and how completely they publish.

    :param id: id or name of the committee
    :returns: what `committee_list` gives, with `description`, `contact`, `completeness` (0-100, mean over the
        published datasets of its entities, null if there are none) and `entities`:
        `[{"id", "name", "title", "sigla", "dataset_count", "completeness"}]`
    """
    reference = str(tk.get_or_bust(data_dict, "id"))
    tk.check_access("committee_show", context, data_dict)
    try:
        return overview.committee(reference)
    except PortalError as error:
        raise as_ckan(error) from error


@tk.side_effect_free
def organization_overview(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """An organization at a glance: who supports it, who answers for it, what it publishes and how completely.

    :param id: id or name of the organization
    :returns: `{"id", "name", "title", "kind", "sigla", "sector", "level", "identifier", "committees", "lead_entity",
        "contact", "datasets": {"total", "by_state", "by_type"}, "completeness" (0-100 or null), "newest",
        "last_changed", "you"}`. `by_state` has `publicado` for everybody, `privado` and `borrador` only for the
        organization's members; `by_type` and `total` count the same datasets. `you` says the caller's role and
        whether they write, administer or review there.
    """
    reference = str(tk.get_or_bust(data_dict, "id"))
    tk.check_access("organization_overview", context, data_dict)
    try:
        return overview.organization(reference, context.get("user"))
    except PortalError as error:
        raise as_ckan(error) from error
