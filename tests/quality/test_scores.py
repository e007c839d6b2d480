"""The score: each indicator with a yes and a no, the sums, the stars and what to do next."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.metadata.fields import by_name, load
from ckanext.gobierno_abierto.metadata.interfaces import DATASET_TYPES
from ckanext.gobierno_abierto.metadata.interfaces import load as vocabulary
from ckanext.gobierno_abierto.quality.scores import rules, stars
from ckanext.gobierno_abierto.quality.scores.conformance import violations
from ckanext.gobierno_abierto.quality.scores.method import FILE, NO, UNKNOWN, YES, method, scaled
from ckanext.gobierno_abierto.quality.scores.mqa import score

FILE_ID = "f1"
#: A dataset that has everything.
FULL: dict[str, Any] = {
    "id": "d1",
    "title": "Caudales",
    "notes": "Mediciones diarias.",
    "tags": [{"name": "ríos"}],
    "theme": ["ENVI"],
    "spatial_coverage": [{"territory": "02"}],
    "temporal_coverage": [{"start": "2020", "end": "2024"}],
    "access_rights": "PUBLIC",
    "language": ["es"],
    "frequency": "ANNUAL",
    "contact": [{"name": "Unidad", "email": "datos@entidad.gob.bo"}],
    "organization": {"id": "o1", "name": "entidad"},
    "license_id": "CC-BY-4.0",
    "issued": "2024-01",
    "modified": "2024-03-31",
    "resources": [
        {
            "id": FILE_ID,
            "name": "Tabla",
            "url": "https://entidad.gob.bo/datos.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": 1000,
            "rights": "Cite la fuente.",
        }
    ],
}
REACHED = {FILE_ID: True}


def without(*names: str, **changed: Any) -> dict[str, Any]:
    """The full dataset without these fields and with these values; `file__x` is a field of its file."""
    data = copy.deepcopy(FULL)
    for name in names:
        target = data["resources"][0] if name.startswith("file__") else data
        target.pop(name.removeprefix("file__"))
    for name, value in changed.items():
        target = data["resources"][0] if name.startswith("file__") else data
        target[name.removeprefix("file__")] = value
    return data


def results(package: dict[str, Any], reached: rules.Reached) -> dict[str, str]:
    return {outcome.indicator.code: outcome.result for outcome in score(package, reached).outcomes}


def test_a_full_dataset_has_405_points_and_an_empty_one_none() -> None:
    full, empty = score(FULL, REACHED), score({}, {})
    assert (full.points, full.measurable, full.scaled, full.percentage, full.rating.code) == (
        405, 405, 405, 100.0, "excellent",
    )  # fmt: skip
    assert full.steps == () and set(full.marks) == {"y"} and full.stars == 3
    assert (empty.points, empty.measurable, empty.scaled, empty.rating.code, empty.stars) == (0, 405, 0, "bad", 0)
    assert set(empty.marks) == {"n"} and empty.best is None


#: (indicator, a dataset that has everything but it, what is lost with it by its nature)
LACKS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("keywords", without("tags"), set()),
    ("theme", without(theme=[]), set()),
    ("spatial", without(spatial_coverage=[{"territory": "", "text": " "}]), set()),
    ("temporal", without("temporal_coverage"), set()),
    ("download_url", without(file__format="HTML", file__mimetype="text/html"), {
        "download_url_reachable", "machine_readable",
    }),
    ("format", without(file__format=""), {"format_vocabulary", "non_proprietary", "machine_readable"}),
    ("media_type", without("file__mimetype"), {"format_vocabulary"}),
    ("format_vocabulary", without(file__format="Parquet", file__mimetype="application/vnd.apache.parquet"), set()),
    ("format_vocabulary", without(file__mimetype="application/x-csv"), set()),
    ("non_proprietary", without(file__format="XLSX"), set()),
    ("machine_readable", without(file__format="ZIP"), set()),
    ("dcat_ap", without("notes"), set()),
    ("licence", without("license_id"), {"licence_vocabulary"}),
    ("licence", without(license_id="notspecified"), {"licence_vocabulary"}),
    ("licence_vocabulary", without(license_id="DA-BO"), set()),
    ("licence_vocabulary", without(license_id="una inventada"), set()),
    ("access_rights", without(access_rights=""), {"access_rights_vocabulary"}),
    ("access_rights_vocabulary", without(access_rights="abierto a todos"), set()),
    ("contact_point", without(contact=[{"name": "", "email": None}]), set()),
    ("publisher", without(organization=None), set()),
    ("rights", without(file__rights="  "), set()),
    ("byte_size", without(file__size=None), set()),
    ("issued", without("issued"), set()),
    ("modified", without("modified"), set()),
]  # fmt: skip


@pytest.mark.parametrize("code,package,besides", LACKS, ids=[f"{case[0]}-{n}" for n, case in enumerate(LACKS)])
def test_an_indicator_is_lost_alone(code: str, package: dict[str, Any], besides: set[str]) -> None:
    lost = {name for name, result in results(package, REACHED).items() if result == NO}
    assert lost == {code, *besides}
    found = score(package, REACHED)
    assert found.points == 405 - sum(one.points for one in method().indicators if one.code in lost)


def test_every_indicator_has_a_case() -> None:
    network = {one.code for one in method().indicators if one.network}
    assert {case[0] for case in LACKS} | network == {one.code for one in method().indicators}


@pytest.mark.parametrize(
    "reached,result,points,measurable",
    [({FILE_ID: True}, YES, 405, 405), ({FILE_ID: False}, NO, 325, 405), ({FILE_ID: None}, UNKNOWN, 325, 325),
     ({}, UNKNOWN, 325, 325)],
)  # fmt: skip
def test_what_nobody_asked_is_not_measured(
    reached: dict[str, bool | None], result: str, points: int, measurable: int
) -> None:
    found = score(FULL, reached)
    said = results(FULL, reached)
    assert said["access_url_reachable"] == said["download_url_reachable"] == result
    assert (found.points, found.measurable) == (points, measurable)
    assert found.scaled == (405 if measurable == 325 else points)
    assert found.of_dimension("accessibility") == (points - 305, measurable - 305)


def test_the_portals_own_dates_count() -> None:
    """ckanext-dcat writes them where the fields are empty, so another catalogue sees them."""
    recorded = {"metadata_created": "2024-01-01T00:00:00", "metadata_modified": "2024-01-01T00:00:00"}
    assert score(without("issued", "modified", **recorded), REACHED).points == 405


@pytest.mark.parametrize(
    "points,code",
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"),
     (120, "bad"), (0, "bad")],
)  # fmt: skip
def test_ratings(points: int, code: str) -> None:
    assert method().rating(points).code == code


def test_the_best_file_counts_as_a_whole() -> None:
    """A PDF beside the CSV takes nothing away, and halves of two files are not put together."""
    handbook = {"id": "f2", "url": "https://e.gob.bo/x.pdf", "format": "PDF", "mimetype": "application/pdf", "size": 1}
    two = without(resources=[handbook, FULL["resources"][0]])
    found = score(two, {FILE_ID: True, "f2": False})
    assert found.points == 405 and found.best is not None and found.best.id == FILE_ID
    named = {outcome.indicator.code: outcome for outcome in found.outcomes}
    assert named["machine_readable"].files == (NO, YES) and named["access_url_reachable"].files == (NO, YES)
    halves = [{**handbook, "format": "XLSX", "id": "a"}, {**handbook, "format": "ODT", "id": "b"}]
    said = results(without(resources=halves), {})
    assert (said["non_proprietary"], said["machine_readable"]) in {(YES, NO), (NO, YES)}


def test_the_steps_give_the_most_for_the_least_work_first() -> None:
    lacking = without("tags", file__format="XLSX", file__rights="")
    steps = score(lacking, REACHED).steps
    assert [step.code for step in steps] == ["keywords", "non_proprietary", "rights"]
    assert [step.resource_id for step in steps] == [None, FILE_ID, FILE_ID]
    assert sum(step.gain for step in steps) == 405 - score(lacking, REACHED).points


def test_nobody_is_told_to_leave_the_national_licence() -> None:
    assert score(without(license_id="DA-BO"), REACHED).steps == ()
    assert [step.code for step in score(without(license_id="CC-BY-NC-4.0x"), REACHED).steps] == ["licence_vocabulary"]


def test_a_dataset_without_files_has_one_step_for_them() -> None:
    steps = {step.code: step for step in score(without(resources=[]), {}).steps}
    assert set(steps) == {"resources"} and steps["resources"].gain == 220
    assert steps["resources"].gain == sum(one.points for one in method().indicators if one.of == FILE)


def test_the_faults_of_dcat_name_their_fields() -> None:
    broken = without("title", theme=["NADA"], file__url="ftp:nada", file__status="roto", file__issued="ayer")
    assert violations(broken) == [
        ("title", None), ("theme", None), ("url", FILE_ID), ("status", FILE_ID), ("issued", FILE_ID),
    ]  # fmt: skip
    (step,) = [step for step in score(broken, REACHED).steps if step.code == "dcat_ap"]
    assert step.fields == ("title", "theme", "url", "status", "issued")


@pytest.mark.parametrize(
    "changed,count",
    [
        ({}, 3),
        ({"license_id": "DA-BO"}, 3),
        ({"license_id": "CC-BY-NC-4.0"}, 0),
        ({"license_id": ""}, 0),
        ({"file__url": ""}, 0),
        ({"file__format": "PDF"}, 1),
        ({"file__format": "desconocido"}, 1),
        ({"file__format": ""}, 1),
        ({"file__format": "ZIP"}, 1),
        ({"file__format": "XLSX"}, 2),
        ({"file__format": "SAV"}, 2),
        ({"file__format": "GeoJSON"}, 3),
        ({"file__format": "GML"}, 3),
        ({"file__format": "TTL"}, 4),
        ({"file__format": "json-ld"}, 4),
        ({"license_id": "", "file__license": "CC0-1.0"}, 3),
        ({"file__license": "other-closed"}, 0),
        ({"resources": []}, 0),
    ],
)
def test_stars(changed: dict[str, Any], count: int) -> None:
    assert stars.of_dataset(without(**changed)) == count


def test_the_stars_are_those_of_the_best_file() -> None:
    files = [{"url": "https://a.bo/x.pdf", "format": "PDF"}, {"url": "https://a.bo/x.csv", "format": "CSV"}]
    assert stars.of_dataset({"license_id": "CC0-1.0", "resources": files}) == 3


#: data.europa.eu's lists of formats: neither, non-proprietary only, machine-readable only, both.
FORMATS = {
    (True, True): "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDF_N_TRIPLES RDF_TURTLE RDF_XML RSS XML",
    (True, False): "BMP DBF GPKG GZIP HTML PNG RTF TAR TIFF TSV TXT WMS_SRVC ZIP",
    (False, True): "SHP XLS XLSX",
}


@pytest.mark.parametrize("expected,codes", FORMATS.items(), ids=["both", "free", "machine"])
def test_the_vocabulary_says_of_formats_what_data_europa_says(expected: tuple[bool, bool], codes: str) -> None:
    by_uri = {entry.uri.rpartition("/")[2]: entry for entry in vocabulary("formatos").entries}
    for code in codes.split():
        attributes = by_uri[code].attributes
        assert (attributes["non_proprietary"], attributes["machine_readable"]) == expected, code


def test_the_method_is_whole() -> None:
    used = method()
    assert used.total == 405 and len(used.indicators) == 23
    assert {one.code: one.points for one in used.dimensions} == {
        "findability": 100, "accessibility": 100, "interoperability": 110, "reusability": 75, "contextuality": 20,
    }  # fmt: skip
    assert {*rules.OF_DATASET, *rules.OF_FILE, *rules.NETWORK} == {one.code for one in used.indicators}
    texts = [text for one in used.indicators for text in (one.title, one.asks, one.advice)]
    assert all(set(text) == {"es", "en"} and all(text.values()) for text in texts)


@pytest.mark.parametrize("dataset_type", DATASET_TYPES)
def test_each_indicator_is_mended_in_a_field_of_the_schema(dataset_type: str) -> None:
    schema = load(dataset_type)
    own, of_file = by_name(list(schema["dataset_fields"])), by_name(list(schema["resource_fields"]))
    for one in method().indicators:
        assert one.field in (of_file if one.of == FILE and one.field != "license_id" else own), one.code


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(sorted({*FULL, *(f"file__{name}" for name in FULL["resources"][0])} - {"resources", "file__id"})),
)
def test_no_value_breaks_it_and_the_sums_hold(value: Any, name: str) -> None:
    """Old datasets hold anything; the score is of what they say."""
    found = score(without(**{name: value}), REACHED)
    assert 0 <= found.points <= found.measurable <= 405
    assert method().points(found.marks) == (found.points, found.measurable)
    assert sum(found.of_dimension(one.code)[0] for one in method().dimensions) == found.points


@given(st.integers(0, 405), st.integers(1, 405))
def test_scaling_keeps_the_share(points: int, measurable: int) -> None:
    points = min(points, measurable)
    assert abs(scaled(points, measurable, 405) - points * 405 / measurable) <= 0.5
    assert scaled(points, 405, 405) == points
