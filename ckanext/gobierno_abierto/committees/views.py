"""Pages of their own: the committees, and short addresses in Spanish."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

committees = Blueprint("ga_committees", __name__)


@committees.route("/comites")
def index() -> Any:
    """The committees, the entities that each supports, and what those publish."""
    return tk.render("committees/index.html", {})


@committees.route("/mesas")
def mesas() -> Any:
    """The mesas are CKAN's groups."""
    return tk.redirect_to("group.index")


@committees.route("/mesas/<name>")
def mesa(name: str) -> Any:
    """One mesa."""
    return tk.redirect_to("group.read", id=name)
