"""The page where an officer chooses what kind of data to publish."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from . import fields, helpers, language

ga_metadata = Blueprint("ga_metadata", __name__)


def choose() -> str:
    """The kinds of datasets, each with a link to its form; for those who may create datasets."""
    try:
        tk.check_access("package_create", {"user": tk.current_user.name})
    except tk.NotAuthorized:
        tk.abort(403, tk._("Para publicar datos, su cuenta debe ser de una organización que publica."))
    group = tk.request.args.get("group")
    kinds = [
        {
            "label": helpers.metadata_label("tipos_de_conjunto", kind),
            "about": fields.text(fields.load(kind)["about"], language.current()),
            "url": tk.h.url_for(f"{kind}.new", **({"group": group} if group else {})),
        }
        for kind in fields.DATASET_TYPES
    ]
    return tk.render("gobierno_abierto/publish.html", {"kinds": kinds})


ga_metadata.add_url_rule("/publicar", view_func=choose)
