"""Pages of the theme: themes, developers, accessibility; the web manifest."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

ga_theme = Blueprint("ga_theme", __name__)


def themes() -> str:
    """Every theme with the number of its datasets."""
    return tk.render("gobierno_abierto/themes.html")


def developers() -> str:
    """How to use the API, with this portal's own addresses and one of its own datasets."""
    from . import helpers

    found = helpers._search(q="*:*", rows=1, sort="metadata_modified desc")["results"]
    table = helpers._search(q="*:*", fq="res_extras_datastore_active:true", rows=1)["results"]
    tables = [res for pkg in table or found for res in pkg.get("resources", []) if res.get("datastore_active")]
    return tk.render(
        "gobierno_abierto/developers.html",
        {"example": found[0] if found else None, "table": tables[0] if tables else None},
    )


def accessibility() -> str:
    """What the portal does for everybody to be able to use it, and how to report what fails."""
    return tk.render("gobierno_abierto/accessibility.html")


def manifest() -> Response:
    """The web manifest: name, colours and icon for a telephone's home screen."""
    from . import helpers

    body = {
        "name": tk.config.get("ckan.site_title"),
        "start_url": tk.h.url_for("home.index"),
        "display": "browser",
        "background_color": "#faf8f4",
        "theme_color": "#0c3628",
        "icons": [{"src": helpers.ga_asset("apple-touch-icon.png"), "sizes": "180x180", "type": "image/png"}],
    }
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/manifest+json")


ga_theme.add_url_rule("/temas", view_func=themes)
ga_theme.add_url_rule("/desarrolladores", view_func=developers)
ga_theme.add_url_rule("/accesibilidad", view_func=accessibility)
ga_theme.add_url_rule("/manifest.webmanifest", view_func=manifest)
