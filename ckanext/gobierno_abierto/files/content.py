"""Pure: is a file what its extension says? One function per kind of content, none holds the file in memory.

Each check takes a `Candidate` and returns the name of the format that the content proves (often the one expected),
or raises a FileProblem.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from .documents import check_json, check_json_lines, check_xml
from .formats import Format, registry
from .problems import Damaged, FileProblem, IncompleteShapefile, NotWhatItSays, Protected, UnsafeArchive

HEAD = 65536
CHUNK = 1 << 20
HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|table|iframe|svg)\b", re.I | re.S)
XML = re.compile(rb"^\s*<\?xml\b")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
#: Name of the stream that holds an encrypted XLSX or DOCX inside an OLE file, as UTF-16.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Candidate:
    """An arriving file: its stream (seekable, at any place), first bytes, shown name and language of messages."""

    stream: IO[bytes]
    head: bytes
    name: str
    expected: Format
    size: int
    language: str = "es"

    @property
    def label(self) -> str:
        return self.expected.label[self.language]

    def mismatch(self, found: str) -> FileProblem:
        return NotWhatItSays(name=self.name, expected=self.label, found=found)


def text_of(head: bytes) -> str | None:
    """The first bytes as text, or None when they are no text in UTF-8, UTF-16 with a mark, or Latin-1."""
    if head.startswith(BOMS[1:]):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in head:
        return None
    controls = sum(1 for byte in head if byte < 32 and byte not in (9, 10, 12, 13, 27, 26))
    if controls > len(head) // 100:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp1252", "replace")


def looks_like(head: bytes, language: str = "es") -> str:
    """What the first bytes are, in words for a message; `""` when they are plain text."""
    for signature in registry().signatures:
        if head.startswith(signature.prefix) and not (signature.program and text_of(head) is not None):
            return signature.looks[language]
    if HTML.match(head):
        return {"es": "una página web (HTML)", "en": "a web page (HTML)"}[language]
    if head.startswith(b"#!"):
        return {"es": "un guion ejecutable", "en": "an executable script"}[language]
    if text_of(head) is None:
        return {"es": "un archivo binario desconocido", "en": "an unknown binary file"}[language]
    if XML.match(head):
        return "XML"
    return ""


def _plain_text(candidate: Candidate, *, allow_xml: bool = True) -> None:
    found = looks_like(candidate.head, candidate.language)
    if found and not (allow_xml and found == "XML"):
        raise candidate.mismatch(found)
    if candidate.head.startswith(BOMS[1:]):
        return
    candidate.stream.seek(0)
    while chunk := candidate.stream.read(CHUNK):
        if b"\0" in chunk:
            raise Damaged(
                name=candidate.name,
                expected=candidate.label,
                detail={"es": "contiene bytes nulos, no es texto", "en": "it has NUL bytes, it is no text"}[
                    candidate.language
                ],
            )


def text(candidate: Candidate) -> str:
    """Any text that is not a web page."""
    _plain_text(candidate)
    return candidate.expected.name


def delimited(candidate: Candidate) -> str:
    """Text with columns: not JSON, XML or HTML under another name."""
    _plain_text(candidate, allow_xml=False)
    if re.match(rb'^\s*(?:\{\s*"|\[\s*[\[{])', candidate.head.removeprefix(codecs.BOM_UTF8)):
        try:
            check_json(candidate.stream, candidate.name, candidate.label)
        except FileProblem:
            return candidate.expected.name
        raise candidate.mismatch("JSON")
    return candidate.expected.name


def signature(candidate: Candidate) -> str:
    """Recognised by its first bytes alone."""
    if not candidate.head.startswith(candidate.expected.signature):
        raise candidate.mismatch(looks_like(candidate.head, candidate.language) or _TEXT[candidate.language])
    if candidate.head.startswith(OLE) and ENCRYPTED in candidate.head:
        raise Protected(name=candidate.name)
    if candidate.expected.name == "WEBP" and candidate.head[8:12] != b"WEBP":
        raise candidate.mismatch(looks_like(candidate.head, candidate.language))
    return candidate.expected.name


_TEXT = {"es": "texto", "en": "text"}


def _is_text_start(candidate: Candidate) -> None:
    found = looks_like(candidate.head, candidate.language)
    if found and found != "XML":
        raise candidate.mismatch(found)


def json(candidate: Candidate) -> str:
    """JSON that parses; a GeoJSON object is told apart from other JSON."""
    _is_text_start(candidate)
    if XML.match(candidate.head):
        raise candidate.mismatch("XML")
    kind = check_json(candidate.stream, candidate.name, candidate.label)
    return "GeoJSON" if kind == "geojson" and candidate.expected.name == "JSON" else candidate.expected.name


def geojson(candidate: Candidate) -> str:
    """JSON whose top object says a GeoJSON type (RFC 7946, section 1.4)."""
    _is_text_start(candidate)
    if check_json(candidate.stream, candidate.name, candidate.label) != "geojson":
        found = {"es": "JSON sin un «type» de GeoJSON", "en": "JSON without a GeoJSON `type`"}
        raise candidate.mismatch(found[candidate.language])
    return candidate.expected.name


def json_lines(candidate: Candidate) -> str:
    """One JSON value on each line; the first ones are parsed."""
    _is_text_start(candidate)
    check_json_lines(candidate.stream, candidate.name, candidate.label)
    return candidate.expected.name


def xml(candidate: Candidate) -> str:
    """XML that parses, without entities of its own, with the root that the format asks for."""
    found = looks_like(candidate.head, candidate.language)
    if found and found != "XML" and not candidate.head.lstrip().startswith(b"<"):
        raise candidate.mismatch(found)
    root = check_xml(candidate.stream, candidate.name, candidate.label)
    if root.lower() in {"html", "svg"}:
        raise candidate.mismatch({"html": looks_like(b"<html>", candidate.language), "svg": "SVG"}[root.lower()])
    if candidate.expected.roots and root not in candidate.expected.roots:
        raise candidate.mismatch(f"XML <{root[:40]}>")
    for name in ("KML", "RDF"):
        if candidate.expected.name == "XML" and root in registry().formats[name].roots:
            return name
    return candidate.expected.name


def _open_zip(candidate: Candidate) -> zipfile.ZipFile:
    if candidate.head.startswith(OLE):
        if ENCRYPTED in candidate.head or candidate.expected.name in {"XLSX", "DOCX", "PPTX"}:
            candidate.stream.seek(0)
            if ENCRYPTED in candidate.stream.read(CHUNK):
                raise Protected(name=candidate.name)
        raise candidate.mismatch(looks_like(candidate.head, candidate.language))
    if not candidate.head.startswith(b"PK"):
        raise candidate.mismatch(looks_like(candidate.head, candidate.language) or _TEXT[candidate.language])
    try:
        archive = zipfile.ZipFile(candidate.stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        detail = {"es": "está cortado o dañado", "en": "it is cut or damaged"}[candidate.language]
        raise Damaged(name=candidate.name, expected=candidate.label, detail=detail) from error
    _safe_members(candidate, archive)
    return archive


def _safe_members(candidate: Candidate, archive: zipfile.ZipFile) -> None:
    """Refuse archives that would hurt whoever unpacks them: too many, too large, outside paths, programs, a key."""
    limits, members = registry().limits, archive.infolist()
    spanish = candidate.language == "es"
    if not members:
        raise UnsafeArchive(name=candidate.name, detail="está vacío" if spanish else "it is empty")
    if any(member.flag_bits & 1 for member in members):
        raise Protected(name=candidate.name)
    if len(members) > limits.archive_members:
        detail = f"tiene {len(members)} archivos" if spanish else f"it has {len(members)} files"
        raise UnsafeArchive(name=candidate.name, detail=detail)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.archive_bytes or unpacked > max(candidate.size * limits.archive_ratio, 100 * CHUNK):
        detail = f"se expande a {unpacked >> 20} MB" if spanish else f"it unpacks to {unpacked >> 20} MB"
        raise UnsafeArchive(name=candidate.name, detail=detail)
    for member in members:
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or member.filename.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", member.filename):
            what = "lleva rutas hacia fuera de su carpeta" if spanish else "it has paths that leave its folder"
            raise UnsafeArchive(name=candidate.name, detail=what)
        extension = parts[-1].rpartition(".")[2].lower()
        if extension in _PROGRAMS or parts[-1].lower() == "vbaproject.bin":
            what = "contiene programas o macros" if spanish else "it holds programs or macros"
            raise UnsafeArchive(name=candidate.name, detail=f"{what} ({parts[-1][:40]})")


_PROGRAMS = frozenset("exe dll msi bat cmd com scr ps1 vbs jar hta lnk apk sh".split())


def package(candidate: Candidate) -> str:
    """An office document: a ZIP with the members and the declared type of its format."""
    archive = _open_zip(candidate)
    names = set(archive.namelist())
    if not names.issuperset(candidate.expected.members):
        raise candidate.mismatch(looks_like(b"PK\3\4", candidate.language))
    if candidate.expected.package_mimetype and "mimetype" in names:
        with archive.open("mimetype") as member:
            declared = member.read(200).decode("ascii", "replace").strip()
        if not declared.startswith(candidate.expected.package_mimetype):
            raise candidate.mismatch(declared[:80])
    return candidate.expected.name


def kmz(candidate: Candidate) -> str:
    """A ZIP that holds a KML document."""
    if not any(name.lower().endswith(".kml") for name in _open_zip(candidate).namelist()):
        raise candidate.mismatch(looks_like(b"PK\3\4", candidate.language))
    return candidate.expected.name


def archive(candidate: Candidate) -> str:
    """A ZIP; with one part of a shapefile it must hold the other two (ESRI, 1998: .shp, .shx and .dbf)."""
    names = [name.lower() for name in _open_zip(candidate).namelist() if not name.startswith("__MACOSX/")]
    stems: dict[str, set[str]] = {}
    for name in names:
        stem, _dot, extension = name.rpartition(".")
        stems.setdefault(stem, set()).add(extension)
    shapes = [extensions for extensions in stems.values() if extensions & {"shp", "shx"}]
    for extensions in shapes:
        missing = [f".{one}" for one in ("shp", "dbf", "shx") if one not in extensions]
        if missing:
            raise IncompleteShapefile(name=candidate.name, missing=", ".join(missing))
    return "SHP" if shapes else "ZIP"


CHECKS: dict[str, Callable[[Candidate], str]] = {
    check.__name__: check
    for check in (text, delimited, signature, json, geojson, json_lines, xml, package, kmz, archive)
}
