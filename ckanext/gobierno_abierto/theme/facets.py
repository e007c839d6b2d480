"""The filters beside search results: which, in which order, under which name."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk


def _titles() -> dict[str, str]:
    """Search field to its title, in order. The `vocab_` fields are filled by the plugin gobierno_abierto_metadata."""
    _ = tk._
    return {
        "vocab_tema": _("Tema"),
        "organization": _("Organización"),
        "dataset_type": _("Tipo de datos"),
        "res_format": _("Formato"),
        "vocab_departamento": _("Departamento"),
        "vocab_gestion": _("Gestión"),
        "license_id": _("Licencia"),
        "vocab_sector": _("Sector"),
        "vocab_frecuencia": _("Frecuencia de actualización"),
        "groups": _("Mesa de trabajo"),
        "tags": _("Palabra clave"),
    }


def ordered(given: dict[str, Any], without: str = "") -> OrderedDict[str, Any]:
    """Our filters, then those that the configuration or another plugin asks for and we have no title of."""
    described = p.plugin_loaded("gobierno_abierto_metadata")
    titles = {
        field: title
        for field, title in _titles().items()
        if field != without and (described or not field.startswith(("vocab_", "dataset_type")))
    }
    extra = {field: title for field, title in given.items() if field not in titles and field != without}
    return OrderedDict({**titles, **extra})


class Facets(p.SingletonPlugin):
    """Mixed into the theme's plugin."""

    p.implements(p.IFacets, inherit=True)

    def dataset_facets(self, facets_dict: OrderedDict[str, Any], package_type: str) -> OrderedDict[str, Any]:
        """On the search page."""
        return ordered(facets_dict)

    def organization_facets(
        self, facets_dict: OrderedDict[str, Any], organization_type: str, package_type: str | None
    ) -> OrderedDict[str, Any]:
        """On an organization's page."""
        return ordered(facets_dict, without="organization")

    def group_facets(
        self, facets_dict: OrderedDict[str, Any], group_type: str, package_type: str | None
    ) -> OrderedDict[str, Any]:
        """On a mesa's page."""
        return ordered(facets_dict, without="groups")
