"""Nothing goes public, and nothing public changes, without the committee."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class WorkflowPlugin(PortalTranslation):
    """Nothing goes public, and nothing public changes, without the committee."""

    p.implements(p.IConfigurer)

    def update_config(self, config: CKANConfig) -> None:
        """Templates beside this file."""
        tk.add_template_directory(config, "templates")
