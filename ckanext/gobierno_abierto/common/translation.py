"""One translation domain for every plugin of the portal."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins as p
from ckan.lib.plugins import DefaultTranslation

I18N_DIRECTORY = Path(__file__).resolve().parent.parent / "i18n"
DOMAIN = "ckanext-gobierno_abierto"


class PortalTranslation(p.SingletonPlugin, DefaultTranslation):
    """Base class of the portal's plugins.

    CKAN guesses folder and domain from the plugin's module and name, which would be one per capability; the
    portal keeps a single catalogue. Message ids are Spanish, `en` holds the English.
    """

    p.implements(p.ITranslation, inherit=True)

    def i18n_directory(self) -> str:
        return str(I18N_DIRECTORY)

    def i18n_domain(self) -> str:
        return DOMAIN
