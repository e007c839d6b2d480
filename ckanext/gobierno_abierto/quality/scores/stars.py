"""Pure: the five stars of open data (5stardata.info) of a dataset: those of its best file under an open licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...metadata.interfaces import Entry, load
from ..openness import stars as stars_of_format

#: Formats that name things with URIs by their very nature. The fifth star, links to other people's data, is in the
#: content and not in anything that is declared, so the portal never gives it.
RDF = frozenset({"RDF", "TTL", "N-Triples", "JSON-LD"})


def format_of(resource: Mapping[str, Any]) -> Entry | None:
    """The vocabulary's entry of a resource's format."""
    name = str(resource.get("format") or "").strip()
    return load("formatos").find(name) if name else None


def licence_of(package: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    """The licence of a file: its own or the dataset's; empty for none (`notspecified` says that there is none)."""
    code = str(resource.get("license") or package.get("license_id") or "").strip()
    return "" if code == "notspecified" else code


def is_open(licence: str) -> bool:
    """Whether the portal counts a licence as open."""
    entry = load("licencias").find(licence) if licence else None
    return bool(entry and entry.attributes.get("open"))


def of_file(package: Mapping[str, Any], resource: Mapping[str, Any]) -> int:
    """0 without an open licence or without an address; 1 on the web; 2 structured; 3 open format; 4 with URIs."""
    if not is_open(licence_of(package, resource)) or not str(resource.get("url") or "").strip():
        return 0
    entry = format_of(resource)
    if entry is None:
        return 1
    if entry.value in RDF:
        return 4
    known = stars_of_format(entry.value.lower())
    if known:
        return known
    if not entry.attributes.get("machine_readable"):
        return 1
    return 3 if entry.attributes.get("non_proprietary") else 2


def of_dataset(package: Mapping[str, Any]) -> int:
    """The stars of the best file; 0 of a dataset without files."""
    return max((of_file(package, resource) for resource in package.get("resources") or []), default=0)
