"""Pure: an arriving file is named, recognised, measured and hashed in a few passes over its stream.

Nothing is kept in memory beyond a chunk; the stream may be a temporary file of gigabytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO

from . import content
from .formats import Format, registry
from .names import extension_of, safe_name, shown
from .problems import (
    EmptyFile,
    FileProblem,
    MissingExtension,
    NotWhatItSays,
    RefusedExtension,
    TooLarge,
    UnknownExtension,
)


@dataclass(frozen=True)
class FileFacts:
    """What is recorded of an accepted file. `size` in bytes, `sha256` in hexadecimal."""

    name: str
    format: str
    mimetype: str
    size: int
    sha256: str

    @property
    def tabular(self) -> bool:
        return registry().formats[self.format].tabular


def inspect(stream: IO[bytes], raw_name: str, *, max_bytes: int | None = None, language: str = "es") -> FileFacts:
    """The facts of a file, or a FileProblem that says why it is refused. Leaves the stream at its start."""
    name = shown(raw_name)
    extension = extension_of(raw_name)
    stream.seek(0, 2)
    size = stream.tell()
    if extension in registry().refused:
        raise RefusedExtension(name=name, extension=extension, instead=registry().refused[extension][language])
    if size == 0:
        raise EmptyFile(name=name)
    if max_bytes is not None and size > max_bytes:
        raise TooLarge(name=name, limit=readable(max_bytes))
    stream.seek(0)
    head = stream.read(content.HEAD)
    found = recognise(stream, head, name, extension, size, language)
    digest = hash_of(stream)
    stored = safe_name(raw_name, extension or found.extensions[0])
    stream.seek(0)
    return FileFacts(stored, found.name, found.mimetype, size, digest)


def recognise(stream: IO[bytes], head: bytes, name: str, extension: str, size: int, language: str) -> Format:
    """The format that extension and content agree on."""
    formats = registry().formats
    if not extension:
        return _from_content(stream, head, name, size, language)
    expected = registry().by_extension.get(extension)
    if expected is None:
        raise UnknownExtension(name=name, extension=f".{extension[:20]}", allowed=registry().allowed_extensions())
    candidate = content.Candidate(stream, head, name, expected, size, language)
    return formats[content.CHECKS[expected.content](candidate)]


#: Formats that prove themselves; text without an extension stays unknown.
_SELF_EVIDENT = (
    "PDF",
    "PNG",
    "JPEG",
    "GIF",
    "XLSX",
    "ODS",
    "DOCX",
    "ODT",
    "ZIP",
    "Parquet",
    "GPKG",
    "GeoJSON",
    "JSON",
    "KML",
)


def _from_content(stream: IO[bytes], head: bytes, name: str, size: int, language: str) -> Format:
    for candidate_name in _SELF_EVIDENT:
        expected = registry().formats[candidate_name]
        candidate = content.Candidate(stream, head, name, expected, size, language)
        try:
            proved = registry().formats[content.CHECKS[expected.content](candidate)]
        except NotWhatItSays:
            continue
        except FileProblem as problem:
            if head.startswith(b"PK"):
                raise problem
            continue
        return proved if proved.extensions else expected
    raise MissingExtension(name=name, allowed=registry().allowed_extensions())


def hash_of(stream: IO[bytes]) -> str:
    """SHA-256 of the whole stream, hexadecimal."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(content.CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def readable(size: int) -> str:
    """`1.5 GB`, `20 MB`, `300 kB`, with 1024 as the step."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= step:
            return f"{size / step:.1f}".removesuffix(".0").replace(".", ",") + f" {unit}"
    return f"{size} bytes"


def recorded_format(found: str, named: str | None) -> str:
    """The format to store: what was found, unless the officer named something more precise that it allows."""
    if named and named.upper() in registry().formats[found].also:
        return named
    return found
