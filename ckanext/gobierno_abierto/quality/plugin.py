"""Tables reach the DataStore."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class QualityPlugin(PortalTranslation):
    """Tables reach the DataStore."""
