"""What the theme settles where the installation says nothing."""

from __future__ import annotations

from typing import Any

#: CKAN's own default: pictures made by gravatar.com from the hash of a mail address.
GRAVATAR_DEFAULT = "identicon"


def apply(config: Any) -> None:
    """Ask no picture from gravatar.com: it would tell another company who reads which page."""
    if config.get("ckan.gravatar_default") in (None, "", GRAVATAR_DEFAULT):
        config["ckan.gravatar_default"] = "disabled"
