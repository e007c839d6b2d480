"""Search without a search server."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import seam


@tk.blanket.config_declarations
class SearchPlugin(PortalTranslation):
    """Search without a search server."""

    p.implements(p.IConfigurer)

    def update_config(self, config: Any) -> None:
        seam.without_solr(config)
        seam.install()
