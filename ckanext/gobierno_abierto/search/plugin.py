"""Search without a search server."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class SearchPlugin(PortalTranslation):
    """Search without a search server."""
