"""The data dictionary that a report suggests: what people wrote stays, what is missing comes, what is gone is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.metadata.interfaces import load
from ckanext.gobierno_abierto.quality.dictionary import KEYS, TYPES, entries_of, proposed, split_heading
from tests.quality.checking import judged

TABLE = (
    "cod_municipio,Municipio,fecha,monto_bs,Cobertura (%),latitud,activo,hora,nada\n"
    "020101,La Paz,2024-01-31,10.5,80,-16.5,sí,10:30,\n"
    "040101,Oruro,2024-02-28,11.25,70,-17.9,no,11:00,\n"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return judged(tmp_path_factory.mktemp("d"), TABLE)


def test_every_column_has_an_entry_of_the_schema(report: dict[str, Any]) -> None:
    found = proposed(report, [])
    assert [entry["name"] for entry in found.entries] == TABLE.splitlines()[0].split(",")
    assert found.added == tuple(entry["name"] for entry in found.entries) and found.absent == ()
    assert {tuple(entry) for entry in found.entries} == {KEYS}
    shown = {entry["name"]: (entry["title"], entry["type"], entry["unit"]) for entry in found.entries}
    assert shown == {
        "cod_municipio": ("Cod municipio", "codigo", ""),
        "Municipio": ("Municipio", "texto", ""),
        "fecha": ("Fecha", "fecha", ""),
        "monto_bs": ("Monto", "moneda", "Bs"),
        "Cobertura (%)": ("Cobertura", "entero", "%"),
        "latitud": ("Latitud", "coordenada", ""),
        "activo": ("Activo", "logico", ""),
        "hora": ("Hora", "hora", ""),
        "nada": ("Nada", "", ""),
    }


def test_types_are_of_the_vocabulary() -> None:
    known = {entry.value for entry in load("tipos_de_columna").entries}
    assert set(TYPES.values()) | {"moneda", "coordenada"} <= known


def test_what_was_written_stays(report: dict[str, Any]) -> None:
    present: list[dict[str, Any]] = [
        {"name": "MUNICIPIO ", "title": "Dónde", "type": "codigo", "description": "El lugar", "unit": "", "extra": 1},
        {"name": "poblacion", "title": "Población"},
        {"name": "", "title": ""},
    ]
    found = proposed(report, present)
    assert found.entries[1] == present[0]
    assert found.entries[-1] == present[1] and found.absent == ("poblacion",)
    assert "Municipio" not in found.added and len(found.added) == 8


def test_gaps_of_a_written_entry_are_filled(report: dict[str, Any]) -> None:
    found = proposed(report, [{"name": "monto_bs", "description": "Lo pagado"}])
    assert found.entries[3] == {
        "name": "monto_bs", "description": "Lo pagado", "title": "Monto", "type": "moneda", "unit": "Bs"
    }  # fmt: skip


def test_a_second_time_nothing_changes(report: dict[str, Any]) -> None:
    once = proposed(report, [{"name": "fecha", "title": "Día"}, {"name": "vieja", "title": "x"}])
    again = proposed(report, once.entries)
    assert (again.entries, again.added, again.absent) == (once.entries, (), ("vieja",))


def test_headings_twice_are_two_entries(tmp_path: Path) -> None:
    found = proposed(judged(tmp_path, "valor,valor\n1,2\n3,4\n"), [{"name": "valor", "title": "Uno"}])
    assert [entry["name"] for entry in found.entries] == ["valor", "valor_2"]
    assert [entry["title"] for entry in found.entries] == ["Uno", "Valor"]


def test_a_file_without_tables_changes_nothing() -> None:
    present = [{"name": "a", "title": "A"}]
    found = proposed({"tables": []}, present)
    assert (list(found.entries), found.added, found.absent) == (present, (), ("a",))


@pytest.mark.parametrize(
    "heading,label,unit",
    [
        ("Monto (Bs)", "Monto", "Bs"),
        ("Monto (Bs.)", "Monto", "Bs"),
        ("monto total (en bolivianos)", "Monto total", "Bs"),
        ("Precio [$us]", "Precio", "USD"),
        ("Cobertura %", "Cobertura", "%"),
        ("% de cobertura", "Cobertura", "%"),
        ("superficie_km2", "Superficie", "km²"),
        ("Área (m²)", "Área", "m²"),
        ("PM10 (µg/m3)", "PM10", "µg/m³"),
        ("Edad (años)", "Edad", "años"),
        ("Nombre (completo)", "Nombre (completo)", ""),
        ("NOMBRE DEL ESTABLECIMIENTO", "Nombre del establecimiento", ""),
        ("NIT", "NIT", ""),
        ("Ha", "Ha", ""),
        ("(Bs)", "(Bs)", "Bs"),
    ],
)
def test_headings_and_units(heading: str, label: str, unit: str) -> None:
    assert split_heading(heading) == (label, unit)


@given(st.text(max_size=80))
def test_any_heading_has_a_label(heading: str) -> None:
    label, _unit = split_heading(heading)
    assert bool(label) == bool(heading.replace("_", " ").split())


@pytest.mark.parametrize(
    "columns,found",
    [
        (None, []), ("", []), ("[]", []), ("nada", []), ('{"a": 1}', []), ([1, {"name": "a"}], [{"name": "a"}]),
        ('[{"name": "a"}, 3]', [{"name": "a"}]),
    ],
)  # fmt: skip
def test_entries_of_whatever_is_stored(columns: Any, found: list[dict[str, Any]]) -> None:
    assert entries_of(columns) == found
