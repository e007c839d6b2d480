"""The portal as a WSGI application: `gunicorn -c python:ckanext.gobierno_abierto.gunicorn_conf`.

The environment variable CKAN_INI names the configuration (default /etc/ckan/ckan.ini).
"""

from __future__ import annotations

import logging
import os

import ckan.plugins as p
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.types import CKANApp

DEFAULT_INI = "/etc/ckan/ckan.ini"


def drop_connections() -> None:
    """Close what loading opened: gunicorn loads once and forks, and two processes must never share a connection."""
    model.Session.remove()
    if model.meta.engine is not None:
        model.meta.engine.dispose()
    for plugin in p.PluginImplementations(p.IForkObserver):
        plugin.before_fork()


def load(ini: str) -> CKANApp:
    """CKAN with the configuration of `ini`, ready to be served or forked.

    :raises ckan.exceptions.CkanConfigurationException: when the file is missing or an option is wrong.
    """
    app = make_app(CKANConfigLoader(ini).get_config())
    # Reading the ini's logging sections silences every logger that they do not name, the server's own among them.
    logging.getLogger("gunicorn.error").disabled = False
    drop_connections()
    return app


application = load(os.environ.get("CKAN_INI", DEFAULT_INI))
