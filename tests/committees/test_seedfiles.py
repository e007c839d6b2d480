"""Seed files: what is read from them, and how each fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.committees.defaults import demo_folder, seed_files
from ckanext.gobierno_abierto.committees.errors import SeedFileProblem
from ckanext.gobierno_abierto.committees.seedfiles import Rules, Wanted, load, yaml_files

ORGANIZATION_FIELDS = "name title description kind sigla sector level committees lead_entity url department".split()
RULES = Rules(
    fields={
        "organization": ORGANIZATION_FIELDS,
        "group": "name title description objective axis lead_entity members".split(),
        "dataset": "name title notes owner_org tag_string cost".split(),
    },
    resource_fields=["name", "format", "description"],
)

GOOD = """
organizations:
- {name: agetic, title: AGETIC, sector: gestion-publica}
- {name: ine, title: INE, committees: [otro-comite]}
committees:
- {name: comite-ine, title: Comité INE, lead_entity: ine, supports: [ine]}
- {name: otro-comite, title: Otro, supports: []}
mesas:
- {name: mesa-uno, title: Mesa uno, lead_entity: agetic}
datasets:
- {name: datos, title: Datos, owner_org: ine, groups: [mesa-uno], files: [{path: datos.csv, name: Datos}]}
"""


def read(folder: Path, text: str, rules: Rules = RULES) -> list[Wanted]:
    path = folder / "semilla.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "datos.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return load([path], rules)


def test_a_good_file(tmp_path: Path) -> None:
    found = {one.name: one for one in read(tmp_path, GOOD)}
    assert [one.kind for one in found.values()] == ["organization"] * 4 + ["group", "dataset"]
    assert found["comite-ine"].fields["kind"] == "comite"
    assert "supports" not in found["comite-ine"].fields
    assert found["ine"].fields["committees"] == ["otro-comite", "comite-ine"]
    assert "committees" not in found["agetic"].fields
    assert found["datos"].files[0]["path"] == tmp_path / "datos.csv"
    assert found["agetic"].place == "semilla.yaml:3 (agetic)"


BAD = [
    ("a: [", "semilla.yaml:1", "no es YAML"),
    ("- a\n- b\n", "semilla.yaml:1", "ninguna lista"),
    ("", "semilla.yaml:1", "ninguna lista"),
    ("organisations: []", "semilla.yaml:1", "¿Quiso decir «organizations»?"),
    ("organizations: {}", "semilla.yaml:1", "no es una lista"),
    ("organizations: [ine]", "semilla.yaml:1", "no es un grupo de campos"),
    ("organizations:\n- {title: Sin nombre}", "semilla.yaml:2", "no sirve como dirección web"),
    ("organizations:\n- {name: Ministerio de X, title: X}", "semilla.yaml:2", "no sirve como dirección web"),
    ("organizations:\n- {name: ../etc, title: X}", "semilla.yaml:2", "no sirve como dirección web"),
    ("organizations:\n- {name: ine}", "semilla.yaml:2 (ine)", "falta el título"),
    ("organizations:\n- {name: ine, title: INE, sectr: x}", "semilla.yaml:2 (ine)", "¿Quiso decir «sector»?"),
    ("organizations:\n- {name: ine, title: INE, title: otra}", "semilla.yaml:2", "repetida"),
    (
        "organizations:\n- {name: ine, title: A}\nmesas:\n- {name: ine, title: B}",
        "semilla.yaml:4 (ine)",
        "semilla.yaml:2",
    ),
    ("committees:\n- {name: comite, title: C, supports: [nadie]}", "semilla.yaml:2 (comite)", "«nadie»"),
    ("mesas:\n- {name: mesa, title: M, lead_entity: nadie}", "semilla.yaml:2 (mesa)", "«nadie»"),
    ("organizations:\n- {name: ine, title: I, committees: [nadie]}", "semilla.yaml:2 (ine)", "«nadie»"),
    ("datasets:\n- {name: d1, title: D}", "semilla.yaml:2 (d1)", "falta owner_org"),
    ("datasets:\n- {name: d1, title: D, owner_org: nadie}", "semilla.yaml:2 (d1)", "«nadie»"),
    ("datasets:\n- {name: d1, title: D, type: datset}", "semilla.yaml:2 (d1)", "¿Quiso decir «dataset»?"),
    ("datasets:\n- {name: d1, title: D, files: [{name: x}]}", "semilla.yaml:2 (d1)", "no dice cuál es"),
    ("datasets:\n- {name: d1, title: D, files: [{path: no.csv}]}", "semilla.yaml:2", "no está el archivo"),
    ("datasets:\n- {name: d1, title: D, files: [{path: ../../etc/passwd}]}", "semilla.yaml:2", "no está el archivo"),
    ("datasets:\n- {name: d1, title: D, files: [{path: datos.csv, fmt: CSV}]}", "semilla.yaml:2", "«fmt»"),
]


@pytest.mark.parametrize("text,place,said", BAD)
def test_a_bad_file_says_where_what_and_how(tmp_path: Path, text: str, place: str, said: str) -> None:
    with pytest.raises(SeedFileProblem) as caught:
        read(tmp_path, text)
    assert caught.value.message.startswith(place)
    assert said in caught.value.message
    assert caught.value.arguments["fix"]


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SeedFileProblem, match="UTF-8"):
        load([path], RULES)


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_without_files(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "nada"
    if make:
        folder.mkdir()
    with pytest.raises(SeedFileProblem, match="no existe o no tiene"):
        yaml_files([folder])


def test_a_merge_may_be_overridden(tmp_path: Path) -> None:
    text = """
about: {base: &base {sector: salud}}
organizations:
- {<<: *base, name: a1, title: A}
- {<<: *base, name: a2, title: B, sector: defensa}
"""
    assert [one.fields["sector"] for one in read(tmp_path, text)] == ["salud", "defensa"]


def test_what_is_already_in_the_portal_may_be_named(tmp_path: Path) -> None:
    rules = Rules(RULES.fields, RULES.resource_fields, {"organization": ["ine"]})
    found = read(tmp_path, "datasets:\n- {name: d1, title: D, owner_org: ine}", rules)
    assert found[0].fields["owner_org"] == "ine"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "x.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass" if "\ud800" in text else "strict")
    try:
        load([path], RULES)
    except SeedFileProblem as problem:
        assert problem.message.startswith("x.yaml")


def test_the_portal_s_own_files_exist() -> None:
    assert all(path.is_file() for path in seed_files())
    assert len(yaml_files([demo_folder()])) >= 6
