"""Descriptions with every field of a schema filled, made from the schema itself so that no field can be forgotten."""

from __future__ import annotations

import json
from typing import Any

from ckanext.gobierno_abierto.metadata import fields, vocabularies
from ckanext.gobierno_abierto.metadata.rdf import kind

#: Values of fields whose name says more than their kind.
BY_NAME = {
    "title": "Caudal de los ríos «del altiplano» & sus afluentes, 2015-2024",
    "notes": "Mediciones diarias de caudal.\n\n* Una por estación\n* Con tildes: ñandú, pingüino",
    "language": ["es", "ay", "qu"],
    "license_id": "CC-BY-SA-4.0",
    "license": "ODbL-1.0",
    "issued": "2024-02",
    "modified": "2024-03-31",
    "start": "2015",
    "end": "2024-06",
    "phone": "+591 2 2222333",
    "bbox": "-69.6417,-22.898,-57.4571,-9.6785",
    "territory": "2024:020206",
    "ocid_prefix": "ocds-a1b2c3",
    "ocds_version": "1.1",
    "mimetype": "text/csv",
    "format": "CSV",
    "hash": "9e107d9d372bb6826bd81d3542a419d6",
    "hash_algorithm": "md5",
    "url": "https://www.entidad.gob.bo/datos/caudales.csv",
    "temporal_resolution": "P1D",
    "response_rate": "87.50",
    "version": "2.1",
}
GEOMETRY = {"type": "Polygon", "coordinates": [[[-68.15, -16.5], [-68.05, -16.5], [-68.05, -16.4], [-68.15, -16.5]]]}


def value(field: fields.Field, place: int = 0) -> Any:
    """A valid value for one field, as CKAN returns it; `place` makes the second of a list differ from the first."""
    name = field["field_name"]
    if fields.subfields(field):
        return [{f["field_name"]: value(f, n) for f in fields.subfields(field)} for n in (0, 1)]
    if name in BY_NAME and name != "fiscal_year":
        return ["02", BY_NAME[name]] if name == "territory" and field.get("validators") == "ga_list" else BY_NAME[name]
    return _listed(field) if field.get("validators") == "ga_list" else _single(field, place)


def _listed(field: fields.Field) -> list[str]:
    items: dict[str, list[str]] = {
        "url": ["https://a.gob.bo/x?y=1&z=(2)", "https://b.gob.bo/"],
        "pattern": [str(field.get("example"))],
    }
    items["reference"] = ["Ley 341", "https://norma.gob.bo/28168"]
    items["text"] = ["Primera: con «signos» <y> más", "Segunda"]
    if "vocabulary" in field:
        return [entry.value for entry in vocabularies.load(field["vocabulary"]).entries[:3]]
    return items[field.get("item", "text")]


def _single(field: fields.Field, place: int) -> Any:
    if "vocabulary" in field:
        return vocabularies.load(field["vocabulary"]).entries[place].value
    if "pattern" in field:
        return field["example"]
    made = {
        "date": "2024-05-06",
        "uri": f"https://www.entidad.gob.bo/{field['field_name']}/{place}",
        "mail": f"datos{place}@entidad.gob.bo",
        "integer": "1200",
        "decimal": "2.5",
        "duration": "P1M",
        "geometry": json.dumps(GEOMETRY, separators=(",", ":")),
    }
    return made.get(kind(field), f"Texto de {field['field_name']} {place} «ñ» & <b>")


def full(dataset_type: str, **changes: Any) -> dict[str, Any]:
    """Data for package_create with every field of the type's schema filled, and one resource."""
    schema = fields.load(dataset_type)
    data = {field["field_name"]: value(field) for field in schema["dataset_fields"]}
    del data["tag_string"], data["owner_org"]
    resource = {field["field_name"]: value(field) for field in schema["resource_fields"]}
    resource["size"] = 2048
    data.update(
        type=dataset_type,
        name=f"completo-{dataset_type.replace('_', '-')}",
        tags=[{"name": "agua"}, {"name": "río caudal"}],
        resources=[resource],
    )
    return {**data, **changes}
