"""Small files written for the tests, good and hostile."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from werkzeug.datastructures import FileStorage

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(20)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(100)
HTML = b"<!DOCTYPE html>\n<html><body><script>alert(1)</script></body></html>"
CSV = b"codigo,municipio,poblacion\n0201,La Paz,755732\n0301,Cochabamba,661484\n"
GEOJSON = b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"nombre": "Sajama"}, ' + (
    b'"geometry": {"type": "Point", "coordinates": [-68.88, -18.1]}}]}'
)
KML = b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<kml><Document>&b;</Document></kml>"
)


def packed(members: dict[str, bytes], **options: Any) -> bytes:
    """A ZIP with these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return target.getvalue()


def locked_zip() -> bytes:
    """A ZIP whose only member says that it needs a password (bit 0 of its flags)."""
    data = bytearray(packed({"datos.csv": CSV}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def xlsx(rows: list[list[Any]]) -> bytes:
    """A workbook, made by the portal's own writer."""
    from ckanext.gobierno_abierto.files.xlsx import workbook

    heading, *body = rows
    return b"".join(workbook(heading, ["text" if isinstance(v, str) else "numeric" for v in body[0]], body))


SHAPEFILE = packed({"rios.shp": b"\0" * 100, "rios.dbf": b"\3", "rios.shx": b"\0" * 100, "rios.prj": b"GEOGCS"})
ODS = packed(
    {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": b"<a/>",
        "META-INF/manifest.xml": b"<a/>",
    }
)
DOCX = packed({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"})


def sent(name: str, body: bytes) -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(body), name)
