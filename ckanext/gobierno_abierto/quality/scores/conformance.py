"""Pure: what in a dataset would break DCAT-AP 3 in the RDF that the portal's profile makes of it.

The profile writes the classes and ranges of DCAT-AP by itself and leaves out what it cannot write, so little is left to
go wrong in the fields. A test holds these rules against the SHACL shapes of the SEMIC, field by field; asking them each
time would cost RDF and some milliseconds a dataset. One rule is stricter than the shapes: an address that is not
absolute would mean another thing in each document that repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ...metadata.interfaces import load

#: Fields of a file whose unknown codes would be written as texts where DCAT-AP wants a concept.
FILE_CODES = {"status": "estados", "availability": "disponibilidad"}
FILE_DATES = ("issued", "modified")
SCHEMES = {"http", "https", "ftp"}

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ][\d:.+Z-]*)?)?)?")


def violations(package: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """(field, resource id or None) of each fault, in the order of the form; empty: it conforms."""
    found: list[tuple[str, str | None]] = [(name, None) for name in ("title", "notes") if not _text(package.get(name))]
    if any(value not in load("temas") for value in values(package.get("theme"))):
        found.append(("theme", None))
    for resource in package.get("resources") or []:
        found += [(name, resource.get("id")) for name in _faults(resource)]
    return found


def _faults(resource: Mapping[str, Any]) -> list[str]:
    found = [] if is_address(resource.get("url")) else ["url"]
    for name, vocabulary in FILE_CODES.items():
        if any(value not in load(vocabulary) for value in values(resource.get(name))):
            found.append(name)
    found += [name for name in FILE_DATES if _text(resource.get(name)) and not _DATE.fullmatch(str(resource[name]))]
    size = resource.get("size")
    return found if size in (None, "", []) or re.fullmatch(r"\d+", str(size)) else [*found, "size"]


def is_address(value: Any) -> bool:
    """Whether it is an absolute web address."""
    try:
        parts = urlsplit(str(value or "").strip())
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc) and not re.search(r"[\s<>\"{}|\\^`]", parts.geturl())


def values(value: Any) -> list[str]:
    """The codes of a field that holds one or several."""
    found = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in found if one not in (None, "")]


def _text(value: Any) -> bool:
    return bool(str(value or "").strip())
