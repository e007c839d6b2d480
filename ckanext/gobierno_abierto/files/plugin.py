"""Files in and out: what may be uploaded, what is downloaded."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.translation import PortalTranslation


class FilesPlugin(PortalTranslation):
    """Files in and out: what may be uploaded, what is downloaded."""
