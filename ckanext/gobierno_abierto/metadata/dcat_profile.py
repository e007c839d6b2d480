"""ckanext-dcat's DCAT-AP 3 with every field of the portal's schemas.

ckanext-dcat makes the skeleton (dataset, publisher, distributions, keywords, dates of CKAN); the fields of the
schema, in both directions, are rdf.py's. Each field has one owner, so nothing is written twice.
"""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles.euro_dcat_ap_3 import EuropeanDCATAP3Profile
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS

from . import rdf
from .fields import Field
from .territory import COUNTRY
from .vocabularies import load

#: What ckanext-dcat writes and reads by itself.
SKELETON = {"title", "notes", "tag_string", "owner_org"}
RESOURCE_SKELETON = {"url", "name", "description"}
#: What it writes from CKAN's own dates and id where the field is empty: the field, when there is one, goes to it.
WITH_FALLBACK = {"issued", "modified", "identifier"}
_CORE = {"id", "name", "title", "notes", "tags", "organization", "owner_org", "type", "metadata_created"}
_CORE |= {"metadata_modified", "uri", *WITH_FALLBACK}
_RESOURCE_CORE = {"id", "package_id", "uri", "url", "name", "description", "created", "metadata_modified"}
_RESOURCE_CORE |= {"issued", "modified"}
#: Keys that ckanext-dcat's parsers leave for fields which ours read.
_SUPERSEDED = re.compile(r"(contact|publisher|creator|temporal|spatial)(_|$)|homepage$|dcat_type$|has_version$")
_ORGANIZATION = re.compile(r"/organization/([^/#?]+)$")
#: Formats whose address answers a page or a service, not a file.
_NOT_FILES = {"HTML", "API", "WMS", "WFS"}


class GobiernoAbiertoDCATAP3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP 3 of a dataset of any of the portal's types, without losing a field."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Add the dataset's statements to the graph."""
        schema = self._schema_of(dataset_dict.get("type"))
        if schema is None:
            super().graph_from_dataset(dataset_dict, dataset_ref)
            return
        self._dataset_schema = schema
        super().graph_from_dataset(_skeleton(dataset_dict), dataset_ref)
        rdf.bind(self.g)
        kind = {"field_name": "type", "vocabulary": "tipos_de_conjunto", "rdf": {"property": "dct:type"}}
        rdf.write(self.g, dataset_ref, [kind], dataset_dict)
        rdf.write(self.g, dataset_ref, _own(schema["dataset_fields"], SKELETON | WITH_FALLBACK), dataset_dict)
        self._name_places(dataset_ref)
        licence = dataset_dict.get("license_id")
        for resource in dataset_dict.get("resources") or []:
            data = {**resource, "license": resource.get("license") or licence}
            skip = RESOURCE_SKELETON | {"issued", "modified"}
            for node in self._distribution(dataset_ref, resource):
                rdf.write(self.g, node, _own(schema["resource_fields"], skip), data)

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        """Add the catalogue's statements: ckanext-dcat's, and what DCAT-AP 3 asks for beyond them."""
        super().graph_from_catalog(catalog_dict, catalog_ref)
        rdf.bind(self.g)
        language, publisher = rdf.curie("dct:language"), URIRef(f"{catalog_ref}#publisher")
        self.g.remove((catalog_ref, language, None))
        for code in load("idiomas").entries[:2]:
            self.g.add((catalog_ref, language, rdf.write_concept(self.g, "idiomas", code.value)))
        self.g.add((catalog_ref, rdf.curie("dct:publisher"), publisher))
        self.g.add((publisher, RDF.type, rdf.curie("foaf:Agent")))
        self.g.add((publisher, rdf.curie("foaf:name"), Literal(tk.config.get("ckan.site_title"))))
        self.g.add((catalog_ref, rdf.curie("dct:spatial"), rdf.write_concept(self.g, "territorio", COUNTRY)))
        self.g.add((catalog_ref, rdf.curie("dcat:themeTaxonomy"), URIRef(load("temas").uri)))

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> dict[str, Any]:
        """Fill `dataset_dict` with what the graph says of the dataset, in the fields of its type's schema."""
        kind = self._kind(dataset_ref)
        self._dataset_schema = self._schema_of(kind) or self._dataset_schema
        super().parse_dataset(dataset_dict, dataset_ref)
        if self._dataset_schema is None:
            return dataset_dict
        dataset_dict["type"] = self._dataset_schema["dataset_type"]
        fields = list(self._dataset_schema["dataset_fields"])
        names = {field["field_name"] for field in fields}
        for name in names - SKELETON:
            dataset_dict.pop(name, None)
        dataset_dict["extras"] = [
            extra
            for extra in dataset_dict.get("extras", [])
            if extra["key"] not in names and not _SUPERSEDED.match(extra["key"])
        ]
        for key in [key for key in dataset_dict if _SUPERSEDED.match(key) and key not in names]:
            del dataset_dict[key]
        dataset_dict.update(rdf.read(self.g, dataset_ref, _own(fields, SKELETON)))
        self._parse_organization(dataset_dict, dataset_ref)
        for resource in dataset_dict.get("resources", []):
            self._parse_resource(resource, dataset_dict.get("license_id"))
        return dataset_dict

    def _parse_resource(self, resource: dict[str, Any], licence: str | None) -> None:
        reference = resource.pop("distribution_ref", "")
        node = next((n for n in self.g.subjects(RDF.type, rdf.curie("dcat:Distribution")) if str(n) == reference), None)
        fields = _own(self._dataset_schema["resource_fields"], RESOURCE_SKELETON)
        names = {field["field_name"] for field in fields} | {"access_url", "download_url", "hash_algorithm"}
        for name in names:
            resource.pop(name, None)
        found = rdf.read(self.g, node, fields) if node is not None else {}
        if found.get("license") == licence:
            found.pop("license", None)
        if "size" in found:
            found["size"] = int(found["size"])
        resource.update(found)

    def _parse_organization(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        publisher = self.g.value(dataset_ref, rdf.curie("dct:publisher"))
        match = _ORGANIZATION.search(str(publisher or ""))
        if match:
            dataset_dict["owner_org"] = match.group(1)

    def _kind(self, dataset_ref: URIRef) -> str | None:
        vocabulary = load("tipos_de_conjunto")
        found = (vocabulary.find(str(node)) for node in self.g.objects(dataset_ref, rdf.curie("dct:type")))
        return next((entry.value for entry in found if entry), None)

    def _name_places(self, dataset_ref: URIRef) -> None:
        """Each place's territory as a label of the place, so that who does not know our vocabulary reads a name."""
        for place in self.g.objects(dataset_ref, rdf.curie("dct:spatial")):
            if (place, SKOS.prefLabel, None) not in self.g:
                entry = load("territorio").find(str(self.g.value(place, rdf.curie("ga:territory")) or ""))
                if entry:
                    self.g.add((place, rdf.curie("rdfs:label"), Literal(entry.text("es"), lang="es")))

    def _distribution(self, dataset_ref: URIRef, resource: dict[str, Any]) -> list[Any]:
        from ckanext.dcat.utils import resource_uri

        wanted = resource_uri(resource)
        return [n for n in self.g.objects(dataset_ref, rdf.curie("dcat:distribution")) if str(n) == wanted]

    def _schema_of(self, dataset_type: str | None) -> dict[str, Any] | None:
        try:
            return tk.get_action("scheming_dataset_schema_show")({}, {"type": dataset_type or "dataset"})
        except (KeyError, tk.ObjectNotFound):
            return None


def _own(fields: list[Field], theirs: set[str]) -> list[Field]:
    return [field for field in fields if field["field_name"] not in theirs]


def _skeleton(dataset: dict[str, Any]) -> dict[str, Any]:
    """The part of a dataset that ckanext-dcat writes."""
    resources = []
    for resource in dataset.get("resources") or []:
        part = {key: value for key, value in resource.items() if key in _RESOURCE_CORE}
        url = resource.get("url")
        is_file = resource.get("url_type") == "upload" or resource.get("format") not in _NOT_FILES
        part.update({"access_url": url, **({"download_url": url} if is_file else {})})
        resources.append(part)
    return {**{key: value for key, value in dataset.items() if key in _CORE}, "resources": resources}
