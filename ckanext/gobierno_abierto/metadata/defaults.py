"""The configuration that the plugin brings when the installation does not say otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.model as model

from . import vocabularies

#: The profile that ckanext-dcat declares as its own default.
DCAT_DEFAULT = "euro_dcat_ap_3"
PROFILE = "gobierno_abierto_dcat_ap_3"
LICENCES_FILE = Path(__file__).resolve().parent / "public" / "gobierno_abierto" / "licencias.json"


def apply(config: Any) -> None:
    """Name our licence register and DCAT profile where the configuration names none.

    The schemas and presets have declared defaults (config_declaration.yaml); these two belong to others'
    declarations, so they are filled in here.
    """
    if not config.get("licenses_group_url"):
        config["licenses_group_url"] = f"file://{LICENCES_FILE}"
    if config.get("ckanext.dcat.rdf.profiles") in (None, "", DCAT_DEFAULT):
        config["ckanext.dcat.rdf.profiles"] = PROFILE
    # CKAN reads the register once per process; another one may have been read before this plugin was loaded.
    if hasattr(model.Package, "_license_register"):
        del model.Package._license_register


def licence_register() -> list[dict[str, Any]]:
    """CKAN's licence register (the JSON behind `licenses_group_url`) made from the vocabulary `licencias`."""
    return [
        {
            "id": entry.value,
            "title": entry.text("es"),
            "url": entry.attributes["url"],
            "status": "active",
            "family": "",
            "maintainer": "",
            "od_conformance": entry.attributes["od_conformance"],
            "osd_conformance": "not reviewed",
            "domain_content": True,
            "domain_data": True,
            "domain_software": False,
            "is_generic": entry.value.startswith("other-"),
        }
        for entry in vocabularies.load("licencias").entries
    ]


def licence_register_json() -> str:
    """The register as the file on disk holds it, in ASCII: CKAN opens it with the machine's own encoding."""
    return json.dumps(licence_register(), indent=2) + "\n"
