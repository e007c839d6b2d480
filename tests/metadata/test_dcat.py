"""Every field of every schema goes to RDF and comes back, and the RDF is DCAT-AP 3."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckanext.dcat.processors import RDFParser, RDFSerializer

from ckanext.gobierno_abierto.metadata import fields
from ckanext.gobierno_abierto.metadata.rdf import curie, property_name
from tests.metadata.api import act, organization
from tests.metadata.samples import full

ROOT = Path(__file__).resolve().parents[2]
#: SHACL shapes of DCAT-AP 3.0.1, where somebody has put them (they are not ours to ship).
SHAPES = Path(os.environ.get("DCAT_AP_SHAPES") or ROOT.parent / "shared/data/standards/dcat/shacl-3.0.1")


def stored(dataset_type: str) -> dict[str, Any]:
    """A dataset with every field filled, as package_show returns it."""
    created = act("package_create", **full(dataset_type, owner_org=organization()))
    return act("package_show", id=created["id"])


def parsed(text: str, rdf_format: str) -> dict[str, Any]:
    parser = RDFParser()
    parser.parse(text, rdf_format)
    (found,) = list(parser.datasets())
    return found


def comparable(value: Any) -> Any:
    """Lists of plain values have no order in RDF."""
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        return sorted(map(str, value))
    return value


@pytest.mark.portal
@pytest.mark.parametrize("dataset_type", fields.DATASET_TYPES)
def test_no_field_is_lost(dataset_type: str) -> None:
    dataset = stored(dataset_type)
    for rdf_format in ("ttl", "xml", "jsonld"):
        assert lost_fields(dataset, rdf_format) == {}, rdf_format
    assert len(fields.load(dataset_type)["dataset_fields"]) >= 30


def lost_fields(dataset: dict[str, Any], rdf_format: str) -> dict[str, tuple[Any, Any]]:
    """{field: (as stored, as read back)} of what a serialisation changes."""
    schema = fields.load(dataset["type"])
    back = parsed(RDFSerializer().serialize_dataset(dataset, rdf_format), rdf_format)
    lost = {}
    for field in schema["dataset_fields"]:
        name = field["field_name"]
        key = "tags" if name == "tag_string" else name
        was, now = dataset[key], back.get(key)
        if key == "tags":
            was, now = sorted(t["name"] for t in was), sorted(t["name"] for t in now or [])
        if comparable(was) != comparable(now):
            lost[name] = (was, now)
    for field in schema["resource_fields"]:
        was, now = dataset["resources"][0][field["field_name"]], back["resources"][0].get(field["field_name"])
        if comparable(was) != comparable(now):
            lost["resource." + field["field_name"]] = (was, now)
    if back["type"] != dataset["type"]:
        lost["type"] = (dataset["type"], back["type"])
    return lost


@pytest.mark.portal
def test_what_comes_back_can_be_stored_again() -> None:
    dataset = stored("medio_ambiente")
    back = parsed(RDFSerializer().serialize_dataset(dataset, "ttl"), "ttl")
    back["name"] = "otra-vez"
    for resource in back["resources"]:
        resource.pop("id", None)
    again = act("package_create", **back)
    names = [field["field_name"] for field in fields.load("medio_ambiente")["dataset_fields"]]
    names = [name for name in names if name not in {"name", "tag_string"}]
    assert {name: comparable(again[name]) for name in names} == {name: comparable(dataset[name]) for name in names}


@pytest.mark.portal
def test_a_sparse_draft_goes_out_and_comes_back() -> None:
    owner = organization()
    created = act("package_create", title="Borrador", name="borrador", owner_org=owner)
    back = parsed(RDFSerializer().serialize_dataset(created, "ttl"), "ttl")
    assert (back["title"], back["type"], back["owner_org"]) == ("Borrador", "dataset", owner)
    assert "contact" not in back and "theme" not in back


@pytest.mark.portal
def test_codes_become_the_uris_of_the_european_vocabularies() -> None:
    text = RDFSerializer().serialize_dataset(stored("estadistica"), "nt")
    eu = "http://publications.europa.eu/resource/authority/"
    for part in ("data-theme/AGRI", "frequency/UPDATE_CONT", "access-right/PUBLIC", "language/SPA", "file-type/CSV"):
        assert f"<{eu}{part}>" in text, part
    for part in ("licence/CC_BYSA_4_0", "distribution-status/COMPLETED", "planned-availability/STABLE"):
        assert f"<{eu}{part}>" in text or "licence" in part, part
    assert "<http://www.iana.org/assignments/media-types/text/csv>" in text


@pytest.mark.portal
def test_a_resource_without_licence_carries_the_datasets() -> None:
    data = full("dataset", owner_org=organization())
    del data["resources"][0]["license"]
    created = act("package_create", **data)
    serializer = RDFSerializer()
    serializer.graph_from_dataset(created)
    (distribution,) = serializer.g.subjects(predicate=None, object=curie("dcat:Distribution"))
    assert str(serializer.g.value(distribution, curie("dct:license"))).endswith("CC_BYSA_4_0")
    back = parsed(serializer.g.serialize(format="turtle"), "ttl")
    assert "license" not in back["resources"][0]


@pytest.mark.portal
@pytest.mark.skipif(
    not (SHAPES / "shapes.ttl").is_file(), reason="no DCAT-AP shapes: DCAT_AP_SHAPES may name their folder"
)
@pytest.mark.parametrize("dataset_type", fields.DATASET_TYPES)
def test_the_rdf_conforms_to_dcat_ap_3(dataset_type: str) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    serializer = RDFSerializer()
    serializer.graph_from_catalog({"title": "Datos", "description": "Catálogo", "homepage": "https://datos.gob.bo"})
    serializer.graph_from_dataset(stored(dataset_type))
    conforms, _, report = pyshacl.validate(serializer.g, shacl_graph=str(SHAPES / "shapes.ttl"), advanced=False)
    faults = [part for part in report.split("Constraint Violation") if "Severity: sh:Violation" in part]
    assert not faults, "\n".join(faults)
    assert conforms, report


@pytest.mark.parametrize("dataset_type", fields.DATASET_TYPES)
def test_each_field_has_a_property_of_a_known_namespace(dataset_type: str) -> None:
    schema = fields.load(dataset_type)
    for field in [*schema["dataset_fields"], *schema["resource_fields"]]:
        assert str(curie(property_name(field))).startswith("http")
        for inner in fields.subfields(field):
            assert str(curie(property_name(inner))).startswith("http")


@pytest.mark.portal
def test_the_profile_is_the_default() -> None:
    assert tk.config["ckanext.dcat.rdf.profiles"] == "gobierno_abierto_dcat_ap_3"
