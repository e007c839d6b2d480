"""Pure: fields of a schema to RDF and back, as the `rdf` key of each field says.

`rdf: {property: "dct:provenance", as: statement, class: "dct:ProvenanceStatement"}`; without `property`, the field
goes to `ga:<field_name>`; without `as`, a field with a vocabulary is a concept and any other a literal.
What is written by one function is read by its twin, so nothing is lost between the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from geomet import wkt
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Namespace
from rdflib.term import Node

from . import checks, errors
from .fields import Field, subfields
from .territory import resolve
from .vocabularies import Entry, load

NAMESPACES = {
    "ga": Namespace("https://datos.gob.bo/def/ga#"),
    "adms": Namespace("http://www.w3.org/ns/adms#"),
    "csvw": Namespace("http://www.w3.org/ns/csvw#"),
    "dcat": Namespace("http://www.w3.org/ns/dcat#"),
    "dcatap": Namespace("http://data.europa.eu/r5r/"),
    "dct": Namespace(str(DCTERMS)),
    "disco": Namespace("http://rdf-vocabulary.ddialliance.org/discovery#"),
    "eli": Namespace("http://data.europa.eu/eli/ontology#"),
    "foaf": Namespace(str(FOAF)),
    "gsp": Namespace("http://www.opengis.net/ont/geosparql#"),
    "locn": Namespace("http://www.w3.org/ns/locn#"),
    "rdfs": Namespace(str(RDFS)),
    "schema": Namespace("http://schema.org/"),
    "skos": Namespace(str(SKOS)),
    "spdx": Namespace("http://spdx.org/rdf/terms#"),
    "vcard": Namespace("http://www.w3.org/2006/vcard/ns#"),
}
LAWS = "https://datos.gob.bo/def/norma/"
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
_POSITION = NAMESPACES["schema"]["position"]
_LIST = "ga_list"


def curie(name: str) -> URIRef:
    """`dct:title` as a URI. :raises KeyError: an unknown prefix"""
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix][local]


def property_name(field: Field) -> str:
    """The property that carries a field, as prefix:name."""
    return str((field.get("rdf") or {}).get("property") or f"ga:{field['field_name']}")


def kind(field: Field) -> str:
    """How a field's value becomes RDF."""
    return str((field.get("rdf") or {}).get("as") or ("concept" if "vocabulary" in field else "literal"))


def _class(field: Field) -> URIRef | None:
    name = (field.get("rdf") or {}).get("class")
    return curie(name) if name else None


def bind(graph: Graph) -> None:
    """The prefixes under which our terms are written."""
    for prefix, namespace in NAMESPACES.items():
        graph.bind(prefix, namespace)


# ---------------------------------------------------------------------------------------------------- writing


def write(graph: Graph, subject: Node, fields: list[Field], data: Mapping[str, Any]) -> None:
    """Add to `graph` the statements about `subject` that `data` makes in `fields`."""
    for field in fields:
        value = data.get(field["field_name"])
        if value in (None, "", [], {}) or kind(field) == "none":
            continue
        for place, item in enumerate(value if isinstance(value, list) else [value], 1):
            node = _WRITERS[kind(field)](graph, field, item, data)
            if node is None:
                continue
            graph.add((subject, curie(property_name(field)), node))
            if kind(field) == "node":
                graph.add((node, _POSITION, Literal(place)))


def write_concept(graph: Graph, vocabulary: str, value: str) -> Node:
    """Add a term of a vocabulary, with its labels, and return its node."""
    return _write_concept(graph, {"vocabulary": vocabulary}, value, {})


def _typed(graph: Graph, node: Node, rdf_class: URIRef | None) -> Node:
    if rdf_class is not None:
        graph.add((node, RDF.type, rdf_class))
    return node


def _labelled(graph: Graph, text: str, rdf_class: URIRef | None, label: URIRef = RDFS.label) -> Node:
    node = _typed(graph, BNode(), rdf_class)
    graph.add((node, label, Literal(text)))
    return node


def _write_literal(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return Literal(str(value))


def _write_concept(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    vocabulary = load(field["vocabulary"])
    entry = vocabulary.get(str(value))
    if entry is None or not entry.uri:
        rdf_class = _class(field)
        return _labelled(graph, str(value), rdf_class) if rdf_class is not None else Literal(str(value))
    node = URIRef(entry.uri)
    graph.add((node, RDF.type, SKOS.Concept))
    for lang, text in entry.label.items():
        graph.add((node, SKOS.prefLabel, Literal(text, lang=lang)))
    if vocabulary.uri:
        scheme = URIRef(vocabulary.uri)
        graph.add((node, SKOS.inScheme, scheme))
        graph.add((scheme, RDF.type, SKOS.ConceptScheme))
        for lang, text in vocabulary.title.items():
            graph.add((scheme, DCTERMS.title, Literal(text, lang=lang)))
    return _typed(graph, node, _class(field))


def _write_uri(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return _typed(graph, URIRef(str(value)), _class(field))


def _write_reference(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    if checks.looks_like_url(str(value)):
        return _write_uri(graph, field, value, data)
    return _labelled(graph, str(value), _class(field))


def _write_law(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    """DCAT-AP wants a URI for a legal resource: a law known by its number gets one of ours, with its name on it."""
    if checks.looks_like_url(str(value)):
        return _write_uri(graph, field, value, data)
    node = _typed(graph, URIRef(LAWS + quote(str(value), safe="")), _class(field))
    graph.add((node, RDFS.label, Literal(str(value))))
    return node


def _write_statement(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return _labelled(graph, str(value), _class(field))


def _write_identifier(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return _labelled(graph, str(value), NAMESPACES["adms"]["Identifier"], SKOS.notation)


def _write_mail(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return URIRef(f"mailto:{value}")


def _write_date(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    datatypes = {4: XSD.gYear, 7: XSD.gYearMonth}
    return Literal(str(value), datatype=datatypes.get(len(str(value)), XSD.date), normalize=False)


def _write_as(datatype: URIRef) -> Callable[..., Node]:
    def writer(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
        return Literal(str(value), datatype=datatype, normalize=False)

    return writer


def _write_media_type(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return _typed(graph, URIRef(f"{MEDIA_TYPES}{value}"), _class(field))


def _write_checksum(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    node = _typed(graph, BNode(), NAMESPACES["spdx"]["Checksum"])
    digits = str(value).rpartition(":")[2]
    graph.add((node, curie("spdx:checksumValue"), Literal(digits, datatype=XSD.hexBinary, normalize=False)))
    if digits != str(value):
        graph.add((node, curie("ga:hash"), Literal(str(value))))
    entry = load("algoritmos").get(str(data.get("hash_algorithm") or ""))
    if entry:
        graph.add((node, curie("spdx:algorithm"), URIRef(entry.uri)))
        graph.add((URIRef(entry.uri), RDF.type, curie("spdx:ChecksumAlgorithm")))
    return node


def _wkt(geometry: Mapping[str, Any]) -> Literal:
    text = wkt.dumps(geometry, decimals=16)
    exact = re.sub(r"-?\d+\.\d+", lambda match: repr(float(match.group())), text)
    return Literal(exact, datatype=NAMESPACES["gsp"]["wktLiteral"])


def _write_geometry(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    return _wkt(json.loads(checks.geojson(value)))


def _write_box(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node:
    west, south, east, north = (float(part) for part in checks.box(value).split(","))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return _wkt({"type": "Polygon", "coordinates": [ring]})


def _write_node(graph: Graph, field: Field, value: Any, data: Mapping[str, Any]) -> Node | None:
    if not isinstance(value, Mapping) or not any(str(inner or "").strip() for inner in value.values()):
        return None
    node = _typed(graph, BNode(), _class(field))
    write(graph, node, subfields(field), value)
    return node


_WRITERS: dict[str, Callable[[Graph, Field, Any, Mapping[str, Any]], Node | None]] = {
    "literal": _write_literal,
    "concept": _write_concept,
    "uri": _write_uri,
    "reference": _write_reference,
    "law": _write_law,
    "statement": _write_statement,
    "identifier": _write_identifier,
    "mail": _write_mail,
    "date": _write_date,
    "integer": _write_as(XSD.nonNegativeInteger),
    "decimal": _write_as(XSD.decimal),
    "duration": _write_as(XSD.duration),
    "media_type": _write_media_type,
    "checksum": _write_checksum,
    "box": _write_box,
    "geometry": _write_geometry,
    "node": _write_node,
}

# ---------------------------------------------------------------------------------------------------- reading


def read(graph: Graph, subject: Node, fields: list[Field]) -> dict[str, Any]:
    """What `graph` says of `subject` in `fields`, as a script would send it to CKAN."""
    found: dict[str, Any] = {}
    for field in fields:
        if kind(field) == "none":
            continue
        nodes = list(graph.objects(subject, curie(property_name(field))))
        if kind(field) == "node":
            nodes.sort(key=lambda node: int(str(graph.value(node, _POSITION) or 0)))
        values = [value for node in nodes if (value := _read_one(graph, field, node)) not in (None, "", {})]
        if not values:
            continue
        many = kind(field) == "node" or field.get("validators") == _LIST
        found[field["field_name"]] = _in_order(field, values) if many else values[0]
        if kind(field) == "checksum":
            _read_algorithm(graph, nodes[0], found)
    return found


def _in_order(field: Field, values: list[Any]) -> list[Any]:
    """RDF has no order: terms take their vocabulary's, other lists the alphabet's; nodes have their own."""
    if kind(field) == "node":
        return values
    if "vocabulary" in field:
        order = {entry.value: place for place, entry in enumerate(load(field["vocabulary"]).entries)}
        return sorted(dict.fromkeys(values), key=lambda value: order.get(value, len(order)))
    return sorted(dict.fromkeys(values))


def _read_one(graph: Graph, field: Field, node: Node) -> Any:
    reader = _READERS.get(kind(field))
    try:
        return reader(graph, field, node) if reader else _plain(graph, node)
    except (errors.InvalidValue, ValueError, TypeError):
        return None


def _plain(graph: Graph, node: Node) -> str:
    """A literal's or URI's text, or the label of a node without a name."""
    if isinstance(node, BNode):
        for label in (RDFS.label, SKOS.notation, SKOS.prefLabel, FOAF.name, DCTERMS.title):
            value = graph.value(node, label)
            if value is not None:
                return str(value)
        return ""
    return str(node)


def _read_concept(graph: Graph, field: Field, node: Node) -> str | None:
    text = _plain(graph, node)
    if field["vocabulary"] == "territorio":
        return resolve(text).value
    entry = load(field["vocabulary"]).find(text)
    if entry is None and field["vocabulary"] == "formatos":
        return text.rpartition("/")[2]
    return entry.value if entry else (None if _foreign(field, text) else text)


def _foreign(field: Field, text: str) -> bool:
    """A URI of another vocabulary on a shared property: not this field's business."""
    return text.startswith(("http://", "https://"))


def _read_law(graph: Graph, field: Field, node: Node) -> str:
    text = _plain(graph, node)
    return unquote(text.removeprefix(LAWS)) if text.startswith(LAWS) else text


def _read_date(graph: Graph, field: Field, node: Node) -> str:
    return checks.date(str(node))


def _read_mail(graph: Graph, field: Field, node: Node) -> str:
    return str(node).removeprefix("mailto:")


def _read_media_type(graph: Graph, field: Field, node: Node) -> str:
    return str(node).rpartition("assignments/media-types/")[2]


def _read_checksum(graph: Graph, field: Field, node: Node) -> str:
    whole = graph.value(node, curie("ga:hash"))
    return str(whole) if whole is not None else str(graph.value(node, curie("spdx:checksumValue")) or "").lower()


def _read_algorithm(graph: Graph, node: Node, found: dict[str, Any]) -> None:
    entry: Entry | None = load("algoritmos").find(str(graph.value(node, curie("spdx:algorithm")) or ""))
    if entry:
        found["hash_algorithm"] = entry.value


def _geometry(node: Node) -> Any:
    text = str(node)
    return json.loads(text) if text.lstrip().startswith("{") else wkt.loads(text)


def _read_geometry(graph: Graph, field: Field, node: Node) -> str:
    return checks.geojson(_geometry(node))


def _read_box(graph: Graph, field: Field, node: Node) -> str:
    return checks.box(_geometry(node))


def _read_node(graph: Graph, field: Field, node: Node) -> dict[str, Any]:
    return read(graph, node, subfields(field))


_READERS: dict[str, Callable[[Graph, Field, Node], Any]] = {
    "concept": _read_concept,
    "date": _read_date,
    "law": _read_law,
    "mail": _read_mail,
    "media_type": _read_media_type,
    "checksum": _read_checksum,
    "geometry": _read_geometry,
    "box": _read_box,
    "node": _read_node,
}
