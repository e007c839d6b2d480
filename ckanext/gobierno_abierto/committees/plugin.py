"""Who publishes: organizations, committees, mesas, and the seed."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class CommitteesPlugin(PortalTranslation):
    """Who publishes: organizations, committees, mesas, and the seed."""
