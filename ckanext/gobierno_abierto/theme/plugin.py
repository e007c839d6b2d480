"""Every page's frame."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class ThemePlugin(PortalTranslation):
    """Every page's frame."""
