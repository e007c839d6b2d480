"""Pure: what the search index learns of a description: codes to filter by and words to find it by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .fields import Field, Schema, subfields
from .territory import COUNTRY, ancestors, territories
from .vocabularies import load

#: Index field of each dataset field that is a facet, and the vocabulary of its codes.
FACETS = {
    "theme": ("vocab_tema", "temas"),
    "sector": ("vocab_sector", "sectores"),
    "frequency": ("vocab_frecuencia", "frecuencias"),
    "access_rights": ("vocab_derechos_de_acceso", "derechos_de_acceso"),
    "language": ("vocab_idioma", "idiomas"),
    "topic_category": ("vocab_iso19115", "iso19115"),
    "inspire_theme": ("vocab_inspire", "inspire"),
}
#: Vocabulary whose labels name the codes of an index field.
FACET_VOCABULARIES = {
    **dict(FACETS.values()),
    "vocab_departamento": "departamentos",
    "vocab_provincia": "provincias",
    "vocab_municipio": "municipios",
    "license_id": "licencias",
    "res_format": "formatos",
    "dataset_type": "tipos_de_conjunto",
}
#: Index field of every word of the description that no other field indexes; `extras_*` is searched by CKAN.
TEXT_FIELD = "extras_ga_texto"
#: A period longer than this many years is not listed year by year.
MOST_YEARS = 150
#: Fields that CKAN indexes by itself.
_INDEXED = {"name", "title", "notes", "tag_string", "owner_org", "description", "format"}
#: Fields that say nothing to somebody who searches, or that nobody should be searched by.
_SILENT = {"geom", "bbox", "url", "email", "phone", "hash", "size"}


def facets(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """{index field: codes} of a dataset as package_show returns it."""
    found = {index: _listed(data.get(name)) for name, (index, _) in FACETS.items()}
    places = [item.get("territory") for item in data.get("spatial_coverage") or [] if isinstance(item, Mapping)]
    for resource in data.get("resources") or []:
        places += _listed(resource.get("territory"))
    for place in places:
        for level, code in ancestors(place or COUNTRY).items():
            index = f"vocab_{level}"
            if code in load(FACET_VOCABULARIES[index]) and code not in found.setdefault(index, []):
                found[index].append(code)
    found["vocab_gestion"] = years(data)
    return {index: codes for index, codes in found.items() if codes}


def years(data: Mapping[str, Any]) -> list[str]:
    """The years that a dataset's periods cover, and its fiscal years."""
    covered: set[str] = set(_listed(data.get("fiscal_year")))
    for period in data.get("temporal_coverage") or []:
        start, end = str(period.get("start") or ""), str(period.get("end") or "")
        edges = [int(edge[:4]) for edge in (start or end, end or start) if re.match(r"\d{4}", edge)]
        if len(edges) == 2 and 0 <= edges[1] - edges[0] <= MOST_YEARS:
            covered.update(str(year) for year in range(edges[0], edges[1] + 1))
    return sorted(covered)


def words(schema: Schema, data: Mapping[str, Any]) -> str:
    """Every text of the description, with the labels of its codes in both languages, as one text."""
    found = list(_words(_unindexed(schema["dataset_fields"]), data))
    for resource in data.get("resources") or []:
        found += _words(_unindexed(schema.get("resource_fields", ())), resource)
    return " ".join(dict.fromkeys(found))


def _unindexed(fields: Iterable[Field]) -> list[Field]:
    return [field for field in fields if field["field_name"] not in _INDEXED]


def _words(fields: Iterable[Field], data: Mapping[str, Any]) -> Iterable[str]:
    for field in fields:
        name, value = field["field_name"], data.get(field["field_name"])
        if name in _SILENT or value in (None, "", []):
            continue
        if subfields(field):
            for item in value if isinstance(value, list) else ():
                yield from _words(subfields(field), item)
        elif "vocabulary" in field:
            for code in _listed(value):
                yield from _labels(field["vocabulary"], code)
        else:
            yield from _listed(value)


def _labels(vocabulary: str, code: str) -> list[str]:
    entry = (territories() if vocabulary == "territorio" else load(vocabulary)).get(code)
    return list(dict.fromkeys([*entry.label.values(), *_names(entry)])) if entry else [code]


def _names(entry: Any) -> tuple[str, ...]:
    """Other names of a place; the aliases of other vocabularies are codes."""
    return entry.aliases if "level" in entry.attributes else ()


def _listed(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
