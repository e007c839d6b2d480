"""What CKAN and the extensions leave without Spanish."""

from __future__ import annotations

import polib

from .entries import CORE_GAPS, Key, key, site_packages
from .extract import gather, messages

#: Installed packages whose texts the portal shows, and the Spanish catalogues that they bring.
UPSTREAM = ("ckan", "ckanext/scheming", "ckanext/dcat")
UPSTREAM_SPANISH = ("ckan/i18n/es/LC_MESSAGES/ckan.po", "ckanext/dcat/i18n/es/LC_MESSAGES/ckanext-dcat.po")
#: Note of an entry that no source holds as a literal: CKAN passes a variable (a state, a field's name) to gettext.
AT_RUN_TIME = "Built at run time"


def upstream_entries() -> dict[Key, polib.POEntry]:
    """Every message of the installed CKAN and extensions, from their sources and CKAN's own template."""
    base = site_packages()
    found = list(polib.pofile(str(base / "ckan/i18n/ckan.pot")))
    for folder in UPSTREAM:
        if (base / folder).is_dir():
            found += messages(base / folder, base)
    return gather(entry for entry in found if not only_in_examples(entry))


def only_in_examples(entry: polib.POEntry) -> bool:
    """CKAN ships example plugins for developers; no portal loads them."""
    return all("/example_" in name for name, _line in entry.occurrences)


def gaps() -> tuple[list[polib.POEntry], list[polib.POEntry]]:
    """Upstream messages that nobody puts in Spanish, and ours of core-gaps.es.po that upstream no longer has."""
    upstream = upstream_entries()
    spanish = {
        key(entry)
        for name in UPSTREAM_SPANISH
        if (site_packages() / name).exists()
        for entry in polib.pofile(str(site_packages() / name)).translated_entries()
    }
    filled = {key(entry): entry for entry in polib.pofile(str(CORE_GAPS))}
    missing = [entry for k, entry in sorted(upstream.items()) if k not in spanish and k not in filled]
    stale = [entry for k, entry in filled.items() if k not in upstream and AT_RUN_TIME not in entry.tcomment]
    return missing, stale
