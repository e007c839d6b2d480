"""Pure: bounded checks of JSON and XML while they arrive, in constant memory.

At most `limits.parsed_bytes` are parsed; of a longer document the rest is not read here, only its last character.
"""

from __future__ import annotations

import json
import re
from typing import IO
from xml.parsers import expat

import ijson

from ckanext.gobierno_abierto.common.errors import Fragment

from .formats import registry
from .problems import Damaged, TooDeep

GEOMETRY = frozenset("Point MultiPoint LineString MultiLineString Polygon MultiPolygon GeometryCollection".split())
GEOJSON_TYPES = GEOMETRY | {"Feature", "FeatureCollection"}
#: Lines of a JSON-lines file that are parsed, and how long one may be.
LINES, LINE_BYTES = 200, 1 << 20


class _Bounded:
    """A stream from its start that ends after `limit` bytes; `cut` says that there was more."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        stream.seek(0)
        self.stream, self.left, self.cut = stream, limit, False
        self.started = False

    def read(self, size: int = -1) -> bytes:
        if self.left <= 0:
            self.cut = self.cut or bool(self.stream.read(1))
            return b""
        data = self.stream.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        if not self.started and data:
            self.started = True
            data = data.removeprefix(b"\xef\xbb\xbf") or self.read(size)
        return data


def _last_character(stream: IO[bytes]) -> bytes:
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 4096))
    return stream.read().rstrip()[-1:]


def check_json(stream: IO[bytes], name: str, label: str) -> str:
    """`geojson` when the top object says a GeoJSON type, else `json`.

    Raises Damaged when it does not parse, TooDeep when it is nested too deeply.
    """
    limits = registry().limits
    bounded = _Bounded(stream, limits.parsed_bytes)
    depth, kind, is_type, opening = 0, "json", False, ""
    try:
        for event, value in ijson.basic_parse(bounded, use_float=True):
            if event in ("start_map", "start_array"):
                opening = opening or event
                depth += 1
                if depth > limits.depth:
                    raise TooDeep(name=name, limit=limits.depth)
            elif event in ("end_map", "end_array"):
                depth -= 1
            elif depth == 1 and opening == "start_map":
                if is_type and event == "string" and value in GEOJSON_TYPES:
                    kind = "geojson"
                is_type = event == "map_key" and value == "type"
    except (ijson.JSONError, UnicodeDecodeError) as error:
        if not bounded.cut:
            detail = re.sub(r"\s+", " ", str(error).splitlines()[0] if str(error) else "")[:120]
            raise Damaged(name=name, expected=label, detail=detail or "JSON") from error
        if _last_character(stream) != (b"}" if opening == "start_map" else b"]"):
            raise Damaged(name=name, expected=label, detail=Fragment("el JSON no está terminado")) from error
    return kind


def check_json_lines(stream: IO[bytes], name: str, label: str) -> None:
    """The first lines are JSON values, one each."""
    stream.seek(0)
    for number in range(1, LINES + 1):
        line = stream.readline(LINE_BYTES)
        if not line:
            return
        if len(line) == LINE_BYTES or not line.strip():
            continue
        try:
            json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise Damaged(
                name=name, expected=label, detail=Fragment("la línea {number} no es JSON", number=number)
            ) from error


class _Refused(Exception):
    """A DTD entity: the seed of every XML bomb; no data format needs one."""


def check_xml(stream: IO[bytes], name: str, label: str) -> str:
    """Local name of the root element. Raises Damaged, TooDeep."""
    limits = registry().limits
    parser = expat.ParserCreate()
    root: list[str] = []
    depth = 0

    def start(tag: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if not root:
            root.append(tag.rpartition(":")[2])
        if depth > limits.depth:
            raise TooDeep(name=name, limit=limits.depth)

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*_arguments: object) -> None:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    bounded = _Bounded(stream, limits.parsed_bytes)
    try:
        while chunk := bounded.read(1 << 16):
            parser.Parse(chunk, False)
        if not bounded.cut:
            parser.Parse(b"", True)
    except _Refused as error:
        detail = Fragment("declara entidades propias (DTD), que no se aceptan")
        raise Damaged(name=name, expected=label, detail=detail) from error
    except expat.ExpatError as error:
        detail = Fragment(
            "el XML tiene un error en la línea {line}, columna {column}", line=error.lineno, column=error.offset
        )
        raise Damaged(name=name, expected=label, detail=detail) from error
    if not root:
        raise Damaged(name=name, expected=label, detail=Fragment("no tiene ningún elemento XML"))
    return root[0]
