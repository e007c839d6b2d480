"""Pure: the formats of `formats.yaml` as objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).with_name("formats.yaml")


@dataclass(frozen=True)
class Format:
    """One format: how it is called, recognised and served."""

    name: str
    label: Mapping[str, str]
    extensions: tuple[str, ...]
    mimetype: str
    content: str
    signature: tuple[bytes, ...] = ()
    members: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    package_mimetype: str = ""
    tabular: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signature:
    """First bytes of something recognisable, and what to call it."""

    prefix: bytes
    looks: Mapping[str, str]
    program: bool = False


@dataclass(frozen=True)
class Limits:
    """How far the check of an arriving file goes (bytes, levels, members)."""

    parsed_bytes: int
    depth: int
    archive_members: int
    archive_bytes: int
    archive_ratio: int


@dataclass(frozen=True)
class Registry:
    """Everything that `formats.yaml` says."""

    formats: Mapping[str, Format]
    signatures: tuple[Signature, ...]
    refused: Mapping[str, Mapping[str, str]]
    inline: frozenset[str]
    limits: Limits
    by_extension: Mapping[str, Format] = field(default_factory=dict)

    def tabular(self) -> frozenset[str]:
        """Lower-case names of the formats whose table goes into the DataStore."""
        return frozenset(name.lower() for name, one in self.formats.items() if one.tabular)

    def allowed_extensions(self) -> str:
        """The accepted extensions as a sentence's end: `.csv, .tsv, ...`."""
        return ", ".join(f".{extension}" for extension in self.by_extension)


def _format(name: str, raw: Mapping[str, Any]) -> Format:
    values = dict(raw)
    for key in ("extensions", "members", "roots", "also"):
        values[key] = tuple(values.get(key, ()))
    values["signature"] = tuple(bytes.fromhex(one) for one in values.get("signature", ()))
    return Format(name=name, **values)


@lru_cache(maxsize=1)
def registry() -> Registry:
    """`formats.yaml`, read once."""
    raw = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    formats = {name: _format(name, one) for name, one in raw["formats"].items()}
    return Registry(
        formats=formats,
        signatures=tuple(
            Signature(bytes.fromhex(one["hex"]), one["looks"], one.get("program", False)) for one in raw["signatures"]
        ),
        refused={ext: group["instead"] for group in raw["refused"] for ext in group["extensions"]},
        inline=frozenset(raw["inline"]),
        limits=Limits(**raw["limits"]),
        by_extension={ext: one for one in formats.values() for ext in one.extensions},
    )
