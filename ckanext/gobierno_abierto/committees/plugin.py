"""Who publishes: organizations, committees, mesas, and the seed."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import cli, helpers, views
from .logic import action, auth, chained


@tk.blanket.auth_functions(auth)
@tk.blanket.blueprints([views.committees])
@tk.blanket.cli(cli.get_commands)
@tk.blanket.helpers(helpers)
class CommitteesPlugin(PortalTranslation):
    """Who publishes: organizations, committees, mesas, and the seed."""

    p.implements(p.IActions)
    p.implements(p.IConfigurer)

    def update_config(self, config: CKANConfig) -> None:
        """Templates beside this file."""
        tk.add_template_directory(config, "templates")

    def get_actions(self) -> dict[str, Any]:
        """Our actions, and our check in front of CKAN's two."""
        return {
            **{name: getattr(action, name) for name in action.__all__},
            "organization_create": chained.organization_create,
            "organization_update": chained.organization_update,
        }
