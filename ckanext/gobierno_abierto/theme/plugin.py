"""Every page's frame: templates, style sheet, icons, front page, pages for developers."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import defaults, delivery
from .facets import Facets


@tk.blanket.helpers
@tk.blanket.blueprints
@tk.blanket.config_declarations
class ThemePlugin(Facets, PortalTranslation):
    """Every page's frame."""

    p.implements(p.IConfigurer)
    p.implements(p.IMiddleware, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        """Put our templates and files in front of CKAN's."""
        defaults.apply(config)
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def make_middleware(self, app: Any, config: Any) -> Any:
        """Compress what is sent, and let browsers keep the files that never change."""
        return delivery.install(app, config)
