"""The quality gate: files are checked, people's data found, tables loaded, datasets scored."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import Context

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import cli, clock_job, helpers, jobs
from .decisions import actions as decisions
from .decisions import auth as decisions_auth
from .decisions.views import personal_data
from .logic import action, auth
from .pages import actions as suggestions
from .pages import helpers as page_helpers
from .pages.views import quality
from .scores import actions as scores
from .scores import auth as scores_auth
from .scores import helpers as score_helpers
from .scores.views import scores as score_pages

ACTIONS = (action, scores, decisions, suggestions)
AUTH = (auth, scores_auth, decisions_auth)
HELPERS = (helpers, page_helpers, score_helpers)


def _named(modules: tuple[Any, ...]) -> dict[str, Any]:
    """What the modules offer, by name."""
    return {name: getattr(module, name) for module in modules for name in module.__all__}


@tk.blanket.cli(cli.get_commands)
@tk.blanket.config_declarations
@tk.blanket.blueprints([quality, score_pages, personal_data])
class QualityPlugin(PortalTranslation):
    """The quality gate."""

    p.implements(p.IActions)
    p.implements(p.IAuthFunctions)
    p.implements(p.IConfigurer)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ITemplateHelpers)

    def update_config(self, config: CKANConfig) -> None:
        """Templates and public files beside this file."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")

    def make_middleware(self, app: Any, config: CKANConfig) -> Any:
        """A web server that starts sets the clock going."""
        clock_job.CLOCK.start()
        return app

    def get_actions(self) -> dict[str, Any]:
        """API actions of the gate, the scores, the decisions and the dictionary."""
        return _named(ACTIONS)

    def get_auth_functions(self) -> dict[str, Any]:
        """Permissions of our actions."""
        return {**_named(AUTH), "quality_dictionary_suggest": suggestions.may_suggest}

    def get_helpers(self) -> dict[str, Any]:
        """Template helpers."""
        return _named(HELPERS)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """New contents are queued."""
        jobs.watch(pkg_dict["id"], context.get("user"))

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """New and replaced contents are queued; every update, patch and revise comes through here."""
        jobs.watch(pkg_dict["id"], context.get("user"))
