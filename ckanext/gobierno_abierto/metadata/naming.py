"""Web addresses of datasets made of their titles."""

from __future__ import annotations

import itertools

import ckan.model as model
from ckan.lib.munge import munge_title_to_name

#: Addresses that CKAN's own pages have (ckan.logic.validators.name_validator).
RESERVED = frozenset({"new", "edit", "search"})
#: CKAN's limit (ckan.model.PACKAGE_NAME_MAX_LENGTH) less room for the number of a namesake.
MAX_BASE = model.PACKAGE_NAME_MAX_LENGTH - 10


def free_name(title: str) -> str:
    """An address for `title` that no dataset has, deleted ones included: `censo-2024`, `censo-2024-2`, ..."""
    base = munge_title_to_name(title)[:MAX_BASE].strip("-")
    namesakes = model.Session.query(model.Package.name).filter(model.Package.name.startswith(base, autoescape=True))
    taken = {name for (name,) in namesakes} | RESERVED
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([base], numbered) if name not in taken)
