"""What a dataset, an organization and a mesa are described with."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import cli, defaults, packages, validators, views
from .logic import action, chained


@tk.blanket.auth_functions
@tk.blanket.config_declarations
@tk.blanket.helpers
class MetadataPlugin(PortalTranslation):
    """Schemas, vocabularies, validators and the search index's knowledge of them."""

    p.implements(p.IConfigurer)
    p.implements(p.IActions)
    p.implements(p.IValidators)
    p.implements(p.IBlueprint)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IClick)
    p.implements(p.IPackageController, inherit=True)

    def update_config(self, config: Any) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "gobierno_abierto_metadata")
        defaults.apply(config)

    def get_actions(self) -> dict[str, Any]:
        names = (*action.__all__, "package_create", "package_update", "package_patch")
        return {name: getattr(action, name, None) or getattr(chained, name) for name in names}

    def get_validators(self) -> dict[str, Any]:
        return {name: value for name, value in vars(validators).items() if name.startswith("ga_")}

    def get_commands(self) -> list[Any]:
        return [cli.gobierno_abierto]

    def get_blueprint(self) -> list[Any]:
        return [views.ga_metadata]

    def make_middleware(self, app: Any, config: Any) -> Any:
        return views.prefer_form_pages(app)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return packages.index(pkg_dict)

    def after_dataset_search(self, search_results: dict[str, Any], search_params: dict[str, Any]) -> dict[str, Any]:
        return packages.label_facets(search_results)
