"""The frame's links: main navigation, languages, which pages need CKAN's scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import i18n
from flask import current_app, request

#: Last part of the endpoints whose forms use CKAN's scripts (uploads, slugs, repeating fields, confirmations).
FORM_VIEWS = frozenset(
    """
    new edit create upload manage_members member_new new_view edit_view api_tokens register perform_reset
    bulk_process collaborators_read collaborator_new resources views
    """.split()
)


@dataclass(frozen=True)
class Link:
    """One entry of a menu."""

    label: str
    url: str
    current: bool


def exists(endpoint: str) -> bool:
    """True when the running application has this endpoint."""
    return endpoint in current_app.view_functions


def under(*prefixes: str) -> bool:
    """True when the page's blueprint is one of these."""
    return request.blueprint in prefixes


def main() -> list[Link]:
    """Data, organizations, mesas, themes, developers, about; what is not there is left out."""
    _ = tk._
    dataset = tk.h.default_package_type()
    organization = tk.h.default_group_type("organization")
    group = tk.h.default_group_type("group")
    group_label = tk.h.humanize_entity_type("group", group, "main nav")
    entries: list[tuple[str, str, bool]] = [
        (_("Datos"), f"{dataset}.search", under(dataset, f"{dataset}_resource")),
        (_("Temas"), "ga_theme.themes", request.endpoint == "ga_theme.themes"),
        (_("Organizaciones"), f"{organization}.index", under(organization)),
        (group_label or _("Mesas"), f"{group}.index", under(group)),
        (_("Desarrolladores"), "ga_theme.developers", request.endpoint == "ga_theme.developers"),
        (_("Acerca de"), "home.about", request.endpoint == "home.about"),
    ]
    return [Link(label, tk.h.url_for(name), current) for label, name, current in entries if exists(name)]


def languages() -> list[dict[str, Any]]:
    """`{code, tag, name, url, absolute, current}` of every language on offer, for the present page."""
    here = tk.h.current_url()
    found = []
    for locale in i18n.get_available_locales():
        code = locale.short_name
        found.append(
            {
                "code": code,
                "tag": code.replace("_", "-"),
                "name": (locale.display_name or locale.english_name or code).capitalize(),
                "url": tk.h.url_for(here, locale=code),
                "absolute": tk.h.url_for(request.path, locale=code, _external=True),
                "current": code == tk.h.lang(),
            }
        )
    return found


def needs_scripts(endpoint: str | None, signed_in: bool) -> bool:
    """True for pages that use CKAN's JavaScript modules: a signed-in user's, and forms."""
    return signed_in or (endpoint or "").rpartition(".")[2] in FORM_VIEWS
