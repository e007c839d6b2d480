"""What a dataset, an organization and a mesa are described with."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class MetadataPlugin(PortalTranslation):
    """What a dataset, an organization and a mesa are described with."""
