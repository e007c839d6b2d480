"""The page where an officer chooses what kind of data to publish, and the address of what they then describe."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from . import fields, helpers, language, naming

ga_metadata = Blueprint("ga_metadata", __name__)
#: Blueprints that answer /dataset/new and /dataset/edit: CKAN's, and ckanext-dcat's copy of it, which comes first.
GENERAL = ("dataset", "dcat")
#: CKAN's route for a new dataset, and ckanext-scheming's for one with form pages.
NEW_DATASET = frozenset(
    f"{name}.{view}" for name in (*fields.DATASET_TYPES, *GENERAL) for view in ("new", "scheming_new")
)


@ga_metadata.before_app_request
def name_new_dataset() -> None:
    """Give the form of a new dataset the address that its title makes, where the officer sent none.

    ckanext-scheming leads to the form's second page by the address in the form, so the validator `ga_name` comes
    too late for it.
    """
    if tk.request.method != "POST" or tk.request.endpoint not in NEW_DATASET:
        return
    form = tk.request.form
    title = form.get("title", "").strip()
    if title and not form.get("name", "").strip():
        named: MultiDict[str, str] = MultiDict(form)
        named["name"] = naming.free_name(title)
        tk.request.form = ImmutableMultiDict(named)


def prefer_form_pages(app: Any) -> Any:
    """Let the general kind have its form pages, as the other kinds do.

    ckanext-scheming adds its routes for a new and an edited dataset to the blueprint of each type. For `dataset`
    other blueprints have routes of the same addresses before them, so they are given scheming's views.
    """
    for core, paged in (("new", "scheming_new"), ("edit", "scheming_edit")):
        view = app.view_functions.get(f"dataset.{paged}")
        for name in GENERAL:
            if view and f"{name}.{core}" in app.view_functions:
                app.view_functions[f"{name}.{core}"] = view
    return app


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
