"""Pure: what a file is by its content, unpacked where it is compressed, and the tables in it."""

from __future__ import annotations

import contextlib
import gzip
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..facts import FileFacts, Limits
from . import workbook
from .base import Stopped, Table, stop
from .delimited import DelimitedTable
from .documents import JsonLinesTable, JsonTable
from .maps import KmlTable, ShapefileTable
from .parquet import ParquetTable

HEAD, CHUNK = 1 << 16, 1 << 20
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: Extension -> format that it announces.
EXTENSIONS = {
    "csv": "csv", "tsv": "tsv", "tab": "tsv", "txt": "csv", "xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods",
    "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "geojson": "geojson", "kml": "kml", "kmz": "kmz",
    "parquet": "parquet", "zip": "zip", "shp": "shp", "pdf": "pdf", "xml": "xml", "html": "html", "htm": "html",
    "doc": "doc", "docx": "docx", "png": "image", "jpg": "image", "jpeg": "image", "gpkg": "gpkg",
}  # fmt: skip
#: First bytes -> format, for what is not text.
SIGNATURES = (
    (b"%PDF", "pdf"), (b"PAR1", "parquet"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"SQLite format 3", "gpkg"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"MZ", "program"), (b"\x7fELF", "program"),
    (b"{\\rtf", "rtf"), (b"BZh", "bz2"), (b"\xfd7zXZ", "xz"),
)  # fmt: skip
#: Bytes that texts do not have, but for NUL, which is judged apart.
CONTROLS = bytes(byte for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 26, 27))
DELIMITED = frozenset(["csv", "tsv"])
#: What a name may say of each format that its content proves.
ALSO = {"csv": {"tsv"}, "tsv": {"csv"}, "json": {"geojson"}, "geojson": {"json"}, "shp": {"zip"}, "kml": {"xml", "kmz"}}
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|script)\b", re.I | re.S)
_GEOJSON = re.compile(rb'"type"\s*:\s*"(?:FeatureCollection|Feature)"')


@contextlib.contextmanager
def opened(path: Path, file: FileFacts, limits: Limits) -> Iterator[Iterator[Table]]:
    """The tables of a file, one after the other; what keeps it from being read stands in `file.problems`.

    Temporary copies (of what a gzip or ZIP holds) live as long as the context.
    """
    file.size = path.stat().st_size
    file.extension = _extension(file)
    file.declared = EXTENSIONS.get(file.extension, "")
    with tempfile.TemporaryDirectory(prefix="revision-") as folder:
        yield _tables(path, file, limits, Path(folder))


def _extension(file: FileFacts) -> str:
    name = file.name.lower()
    if name.endswith(".gz"):
        file.compressed, name = True, name[:-3]
    return name.rpartition(".")[2] if "." in name else ""


def _tables(path: Path, file: FileFacts, limits: Limits, folder: Path) -> Iterator[Table]:
    try:
        if not file.size:
            raise stop("empty_file", "El archivo tiene 0 bytes.", "The file has 0 bytes.")
        path = _unpacked(path, file, limits, folder)
        file.format = file.format or _format(path, file)
        _compare(file)
        yield from _of_format(path, file, limits, folder)
    except Stopped as stopped:
        file.problems.append(stopped.problem)


def _unpacked(path: Path, file: FileFacts, limits: Limits, folder: Path) -> Path:
    """The file, or what its gzip holds."""
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return path
    file.compressed = True
    target = folder / "contenido"
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as copy:
            _copy(source, copy, file, limits)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        detail = ("el gzip está cortado o dañado", "the gzip is cut or damaged")
        raise stop("unreadable", f"No se puede leer: {detail[0]}.", f"It cannot be read: {detail[1]}.") from error
    return target


def _copy(source: IO[bytes] | gzip.GzipFile, copy: IO[bytes], file: FileFacts, limits: Limits) -> None:
    written = 0
    allowed = min(limits.unpacked, max(file.size * limits.ratio, 256 << 20))
    while chunk := source.read(CHUNK):
        written += len(chunk)
        if written > allowed:
            raise stop(
                "unsafe_archive",
                f"Se expande a más de {allowed >> 20} MB.",
                f"It unpacks to more than {allowed >> 20} MB.",
            )
        copy.write(chunk)


def _format(path: Path, file: FileFacts) -> str:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        if head.startswith(OLE):
            if ENCRYPTED in head or ENCRYPTED in stream.read(CHUNK):
                raise stop("protected", "El libro pide una contraseña.", "The workbook asks for a password.")
            return "doc" if file.declared == "doc" else "xls"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "package"
    for prefix, name in SIGNATURES:
        if head.startswith(prefix):
            return name
    return _text_format(head, file)


def _text_format(head: bytes, file: FileFacts) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text and file.declared not in DELIMITED:
        return ""
    if _HTML.match(text):
        return "html"
    if text.startswith(b"<"):
        return "kml" if re.search(rb"<(?:\w+:)?kml\b", head) else "xml"
    if text.startswith(b"{") or re.match(rb"\[\s*(?:[\[{\"\]\d-]|null|true|false)", text):
        if _is_json_lines(text) or (file.declared == "jsonl" and text.startswith(b"{")):
            return "jsonl"
        if file.declared not in DELIMITED or re.match(rb'[\[{]\s*[\[{"]', text):
            return "geojson" if _GEOJSON.search(head) else "json"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:200].count(0) > len(head[:200]) * 0.3
    controls = len(head) - len(head.translate(None, CONTROLS))
    if not wide and (controls > len(head) // 100 or head.count(0) > len(head) // 10):
        return ""
    return "tsv" if file.declared == "tsv" else "csv"


def _is_json_lines(text: bytes) -> bool:
    return bool(re.match(rb"\{[^\n]*\}[ \r]*\n\s*\{", text))


def _compare(file: FileFacts) -> None:
    """Tell when the name announces something else than the content is."""
    found, said = file.format, file.declared
    if found == "package" or not said or found == said or said in ALSO.get(found, ()):
        return
    if found == "csv" and file.extension == "txt":
        return
    label = found.upper() or {"es": "binario desconocido", "en": "unknown binary"}
    spanish, english = (label["es"], label["en"]) if isinstance(label, dict) else (label, label)
    file.problem(
        "wrong_extension",
        f"El nombre dice «.{file.extension}» y el contenido es {spanish}.",
        f"The name says .{file.extension} and the content is {english}.",
    )


def _of_format(path: Path, file: FileFacts, limits: Limits, folder: Path) -> Iterator[Table]:
    match file.format:
        case "csv" | "tsv":
            yield DelimitedTable(path, file, limits)
        case "json" | "geojson":
            yield JsonTable(path, file, limits)
        case "jsonl":
            yield JsonLinesTable(path, file, limits)
        case "kml":
            yield KmlTable(path, file, limits)
        case "parquet":
            yield ParquetTable(path, file, limits)
        case "xls":
            yield from workbook.tables(path, file, limits)
        case "package":
            yield from _of_package(path, file, limits, folder)
        case "":
            raise stop("unknown_format", "El contenido no se reconoce.", "The content is not recognised.")


def _of_package(path: Path, file: FileFacts, limits: Limits, folder: Path) -> Iterator[Table]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        file.format = file.declared
        raise workbook.unreadable(file.declared.upper() or "ZIP", "ZIP") from error
    with archive:
        try:
            file.format = _package_format(archive)
            _compare(file)
            _check_members(archive, file, limits)
            if file.format in {"xlsx", "ods"}:
                workbook.guard(archive, file.format, limits)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
            raise workbook.unreadable(file.format.upper(), type(error).__name__) from error
        if file.format in {"xlsx", "ods"}:
            yield from workbook.tables(path, file, limits)
        elif file.format == "shp":
            yield ShapefileTable(path, _shapefile(archive, file), limits)
        elif file.format in {"kmz", "zip"}:
            yield from _of_one_member(archive, file, limits, folder)


def _package_format(archive: zipfile.ZipFile) -> str:
    names = [name.lower() for name in archive.namelist()]
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    if "mimetype" in names:
        with archive.open(archive.namelist()[names.index("mimetype")]) as text:
            if text.read(200).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return "ods"
    if any(name.endswith((".shp", ".shx")) for name in names):
        return "shp"
    return "kmz" if any(name.endswith(".kml") for name in names) else "zip"


def _check_members(archive: zipfile.ZipFile, file: FileFacts, limits: Limits) -> None:
    """Raise Stopped for archives that would hurt whoever unpacks them."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members) or (file.format == "ods" and _ods_encrypted(archive)):
        raise stop("protected", "Pide una contraseña.", "It asks for a password.")
    if len(members) > limits.members:
        raise stop("unsafe_archive", f"Tiene {len(members)} archivos.", f"It has {len(members)} files.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked or unpacked > max(file.size * limits.ratio, 256 << 20):
        raise stop("unsafe_archive", f"Se expande a {unpacked >> 20} MB.", f"It unpacks to {unpacked >> 20} MB.")
    for member in members:
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or member.filename.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", member.filename):
            raise stop(
                "unsafe_archive",
                f"Lleva una ruta hacia fuera de su carpeta («{member.filename[:60]}»).",
                f"It has a path that leaves its folder ({member.filename[:60]}).",
            )
        if parts[-1].lower() == "vbaproject.bin" or parts[-1].lower().endswith((".exe", ".dll", ".bat", ".vbs", ".js")):
            file.problem(
                "unsafe_archive",
                f"Contiene programas o macros («{parts[-1][:60]}»).",
                f"It holds programs or macros ({parts[-1][:60]}).",
            )


def _ods_encrypted(archive: zipfile.ZipFile) -> bool:
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(CHUNK)


def _shapefile(archive: zipfile.ZipFile, file: FileFacts) -> dict[str, str]:
    """Extension -> member of the first shapefile. Raises Stopped when a part is missing."""
    parts: dict[str, dict[str, str]] = {}
    for name in archive.namelist():
        stem, _dot, extension = name.rpartition(".")
        if not name.startswith("__MACOSX/"):
            parts.setdefault(stem.lower(), {})[extension.lower()] = name
    found = next(one for one in parts.values() if "shp" in one or "shx" in one)
    missing = [f".{one}" for one in ("shp", "shx", "dbf") if one not in found]
    if missing:
        names = ", ".join(missing)
        raise stop("incomplete_shapefile", f"Le falta {names}.", f"It lacks {names}.")
    if "prj" not in found:
        file.problem("incomplete_shapefile", "Le falta .prj: no dice su proyección.", "It lacks .prj: no projection.")
    return found


def _of_one_member(archive: zipfile.ZipFile, file: FileFacts, limits: Limits, folder: Path) -> Iterator[Table]:
    """The only data file of a ZIP (or the KML of a KMZ)."""
    wanted = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not name.startswith("__MACOSX/") and name.rpartition(".")[2].lower() in EXTENSIONS
    ]
    if file.format == "kmz":
        wanted = [name for name in wanted if name.lower().endswith(".kml")][:1]
    if len(wanted) != 1:
        raise stop(
            "no_table",
            f"El ZIP tiene {len(wanted)} archivos de datos; se revisa uno por ZIP.",
            f"The ZIP has {len(wanted)} data files; one per ZIP is checked.",
        )
    target = folder / "miembro"
    try:
        with archive.open(wanted[0]) as source, target.open("wb") as copy:
            _copy(source, copy, file, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise workbook.unreadable("ZIP", wanted[0][:60]) from error
    inner = FileFacts(wanted[0], size=target.stat().st_size)
    inner.extension = _extension(inner)
    inner.declared = EXTENSIONS.get(inner.extension, "")
    inner.format = _format(target, inner)
    if inner.format == "package" and inner.declared in {"zip", "kmz", "shp"}:
        raise stop("unsafe_archive", "Lleva un ZIP dentro de otro.", "It has a ZIP inside of another.")
    file.compressed = True
    file.format = inner.format
    if inner.format == "package":
        yield from _of_package(target, file, limits, folder)
        return
    yield from _of_format(target, file, limits, folder)
