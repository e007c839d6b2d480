"""Pure: the rule of each indicator: what a dataset or a file must say for its points.

A rule answers yes, no or not known yet. What counts is what the portal's DCAT carries, fallbacks included, because
that is what another catalogue's assessment would read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...metadata.interfaces import load
from .conformance import values, violations
from .method import NO, UNKNOWN, YES
from .stars import format_of, licence_of

Package = Mapping[str, Any]
Resource = Mapping[str, Any]
#: Resource id to whether its address answers; None or absent: not known yet.
Reached = Mapping[str, "bool | None"]

EU = "http://publications.europa.eu/resource/authority/"
#: Formats whose address is a page or a service, not a file; the DCAT profile gives them no download address.
NOT_FILES = frozenset({"HTML", "API", "WMS", "WFS"})
#: IANA's top-level media types.
TOP_LEVEL = "application|audio|font|haptics|image|message|model|multipart|text|video"
_MEDIA_TYPE = re.compile(rf"({TOP_LEVEL})/(?!x[.-])[a-z0-9][a-z0-9!#$&^_.+-]{{0,126}}")


def something(value: Any) -> bool:
    """Anything but nothing, inside lists and groups too: 0 is something, `[{"email": ""}]` is not."""
    if isinstance(value, Mapping):
        return any(something(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return any(something(inner) for inner in value)
    return value is not None and value is not False and str(value).strip() not in ("", "[]", "{}")


def _licence_vocabulary(package: Package, resource: Resource) -> bool:
    entry = load("licencias").find(licence_of(package, resource) or "-")
    return bool(entry and entry.uri.startswith(f"{EU}licence/"))


def _access_rights_vocabulary(package: Package) -> bool:
    entry = load("derechos_de_acceso").get(str(package.get("access_rights") or ""))
    return bool(entry and entry.uri.startswith(f"{EU}access-right/"))


def _format_vocabulary(_package: Package, resource: Resource) -> bool:
    entry = format_of(resource)
    known = bool(entry and entry.uri.startswith(f"{EU}file-type/"))
    return known and bool(_MEDIA_TYPE.fullmatch(str(resource.get("mimetype") or "").strip().lower()))


def _is(attribute: str) -> Callable[[Package, Resource], bool]:
    def rule(_package: Package, resource: Resource) -> bool:
        entry = format_of(resource)
        return bool(entry and entry.attributes.get(attribute))

    return rule


def _filled(*names: str) -> Callable[[Package], bool]:
    return lambda package: any(something(package.get(name)) for name in names)


def _says(name: str) -> Callable[[Package, Resource], bool]:
    return lambda _package, resource: something(resource.get(name))


def _dated(stated: str, recorded: str) -> Callable[[Package], bool]:
    def rule(package: Package) -> bool:
        files = package.get("resources") or []
        return _filled(stated, recorded)(package) or any(something(one.get(stated)) for one in files)

    return rule


def downloads(resource: Resource) -> bool:
    """Whether its address gives a file."""
    if not something(resource.get("url")):
        return False
    return resource.get("url_type") == "upload" or str(resource.get("format") or "") not in NOT_FILES


#: Rules of a dataset as a whole.
OF_DATASET: Mapping[str, Callable[[Package], bool]] = {
    "keywords": _filled("tags", "tag_string"),
    "theme": lambda package: bool(values(package.get("theme"))),
    "spatial": _filled("spatial_coverage"),
    "temporal": _filled("temporal_coverage"),
    "dcat_ap": lambda package: not violations(package),
    "access_rights": _filled("access_rights"),
    "access_rights_vocabulary": _access_rights_vocabulary,
    "contact_point": _filled("contact"),
    "publisher": _filled("organization", "owner_org"),
    "issued": _dated("issued", "metadata_created"),
    "modified": _dated("modified", "metadata_modified"),
}
#: Rules of one file, whatever the network says.
OF_FILE: Mapping[str, Callable[[Package, Resource], bool]] = {
    "download_url": lambda _package, resource: downloads(resource),
    "format": _says("format"),
    "media_type": _says("mimetype"),
    "format_vocabulary": _format_vocabulary,
    "non_proprietary": _is("non_proprietary"),
    "machine_readable": _is("machine_readable"),
    "licence": lambda package, resource: bool(licence_of(package, resource)),
    "licence_vocabulary": _licence_vocabulary,
    "rights": _says("rights"),
    "byte_size": _says("size"),
}
#: What must be there for the network to be asked at all.
NETWORK: Mapping[str, Callable[[Resource], bool]] = {
    "access_url_reachable": lambda resource: something(resource.get("url")),
    "download_url_reachable": downloads,
}


def of_dataset(code: str, package: Package) -> str:
    """YES or NO of an indicator of datasets. :raises KeyError: there is no such rule"""
    return YES if OF_DATASET[code](package) else NO


def of_file(code: str, package: Package, resource: Resource, reached: Reached) -> str:
    """YES, NO or UNKNOWN of an indicator of files. :raises KeyError: there is no such rule"""
    if code in OF_FILE:
        return YES if OF_FILE[code](package, resource) else NO
    if not NETWORK[code](resource):
        return NO
    answers = reached.get(str(resource.get("id") or ""))
    if answers is None:
        return UNKNOWN
    return YES if answers else NO
