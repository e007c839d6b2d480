"""Files in and out: what may be uploaded or linked, what is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import blueprint, cli, guard, helpers, uploads
from .logic import chained


@tk.blanket.config_declarations
@tk.blanket.helpers(helpers)
@tk.blanket.cli(cli.get_commands)
@tk.blanket.blueprints([blueprint.files])
class FilesPlugin(PortalTranslation):
    """Files in and out: what may be uploaded or linked, what is downloaded."""

    p.implements(p.IActions)
    p.implements(p.IConfigurer)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IUploader, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        """Templates beside this file."""
        tk.add_template_directory(config, "templates")

    def get_actions(self) -> dict[str, Callable[..., Any]]:
        """Our checks in front of CKAN's actions."""
        return {
            "package_create": chained.package_create,
            "package_update": chained.package_update,
            "file_create": chained.file_create,
        }

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> Any:
        """The door of every resource's file."""
        return uploads.resource_uploader(data_dict)

    def make_middleware(self, app: Any, config: CKANConfig) -> Any:
        """Bodies are measured before they are read."""
        return guard.limit_bodies(app)
