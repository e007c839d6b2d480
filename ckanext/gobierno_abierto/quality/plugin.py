"""Tables reach the DataStore."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import Context

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import cli, helpers, jobs
from .logic import action, auth


@tk.blanket.actions(action)
@tk.blanket.auth_functions(auth)
@tk.blanket.cli(cli.get_commands)
@tk.blanket.config_declarations
@tk.blanket.helpers(helpers)
class QualityPlugin(PortalTranslation):
    """Tables reach the DataStore."""

    p.implements(p.IConfigurer)
    p.implements(p.IPackageController, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        """Templates beside this file."""
        tk.add_template_directory(config, "templates")

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """New tables are queued."""
        jobs.watch(pkg_dict["id"])

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """New and replaced tables are queued; every update, patch and revise comes through here."""
        jobs.watch(pkg_dict["id"])
