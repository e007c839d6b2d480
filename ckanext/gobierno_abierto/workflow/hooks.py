"""What the workflow does when CKAN has saved a dataset, before the commit."""

from __future__ import annotations

from typing import Any

import ckan.model as model

from . import proposals, records, state
from .case import live_of
from .definition import governed
from .transitions import INEDITO


def saved(context: Any, package_id: str) -> None:
    """Keep the save of a draft as a revision; what the workflow itself writes, and rehearsals, are none."""
    if state.is_installing():
        proposals.installed(package_id)
    if state.publishing() or state.saving() is not None:
        return
    package = model.Package.get(package_id)
    if package is None or not governed(package.type):
        return
    if live_of(package, records.publication(package_id)) == INEDITO:
        proposals.keep_draft(package_id, context)
