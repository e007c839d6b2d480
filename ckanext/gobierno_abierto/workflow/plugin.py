"""Nothing goes public, and nothing public changes, without the committee."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.types import Context

from ckanext.gobierno_abierto.common.translation import PortalTranslation

from . import (
    cli,
    clock_job,
    definition,
    helpers,
    history_pages,
    hooks,
    labels,
    notices_views,
    overdue,
    pages,
    queue_pages,
    saved,
    versions,
    views,
)
from .logic import action, auth, chained, closed, narrowed, notices, notices_auth, tags


@tk.blanket.cli(cli.get_commands)
@tk.blanket.config_declarations
@tk.blanket.helpers(helpers)
@tk.blanket.blueprints(
    [views.publication, saved.saved, pages.pages, history_pages.history, queue_pages.queue_pages, notices_views.notices]
)
class WorkflowPlugin(PortalTranslation):
    """Nothing goes public, and nothing public changes, without the committee."""

    p.implements(p.IActions)
    p.implements(p.IAuthFunctions)
    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IPermissionLabels)
    p.implements(p.ISignal)
    p.implements(p.IUploader, inherit=True)

    def update_config(self, config: CKANConfig) -> None:
        """Templates beside this file."""
        tk.add_template_directory(config, "templates")

    def configure(self, config: CKANConfig) -> None:
        """A workflow.yaml that cannot be used stops the start, with its line."""
        definition.workflow()

    def make_middleware(self, app: Any, config: CKANConfig) -> Any:
        """A web server that starts sets the clock going."""
        clock_job.CLOCK.start()
        return app

    def get_actions(self) -> dict[str, Any]:
        """Our actions, and our door in front of CKAN's."""
        own = {name: getattr(module, name) for module in (action, notices) for name in module.__all__}
        return {**own, **chained.ACTIONS, **tags.ACTIONS, **narrowed.actions(), **closed.actions()}

    def get_auth_functions(self) -> dict[str, Any]:
        """Permissions of our actions."""
        own = {name: getattr(module, name) for module in (auth, notices_auth) for name in module.__all__}
        return {**own, **auth.CHAINED, **narrowed.AUTH}

    def get_signal_subscriptions(self) -> dict[Any, Any]:
        """Data that are older than promised."""
        return overdue.subscriptions()

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> Any:
        """Every upload is a new file."""
        return versions.uploader_of(data_dict)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """The first save is the first revision."""
        hooks.saved(context, pkg_dict["id"])

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """A save of a draft is a revision."""
        hooks.saved(context, pkg_dict["id"])

    def get_dataset_labels(self, dataset_obj: Any) -> list[str]:
        """Who may see a dataset."""
        return labels.of_dataset(dataset_obj)

    def get_user_dataset_labels(self, user_obj: Any) -> list[str]:
        """Which datasets a person may see."""
        return labels.of_user(user_obj)
