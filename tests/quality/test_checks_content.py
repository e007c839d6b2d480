"""Faults of content, each planted at a known line; types, profiles and the data dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.gobierno_abierto.quality.facts import DictionaryField
from tests.quality.checking import faults, judged, lines


def column(heading: str, values: list[str]) -> str:
    """A table whose second column is the one on trial."""
    return f"fila;{heading}\n" + "".join(f"{n};{value}\n" for n, value in enumerate(values, 2))


TEN = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
DAYS = ["01/02/2024", "15/03/2024", "29/02/2024", "31/12/2023"]
CODES = ["020101", "030101", "070101", "010101", "080901"]

#: (what, heading, values, code, lines)
PLANTED = [
    ("day that does not exist", "fecha", [*DAYS, "31/02/2024", "01/01/2024"], "impossible_dates", [6]),
    ("leap day of a common year", "dia", [*DAYS, "29/02/2023"], "impossible_dates", [6]),
    ("month 13", "x", ["2024-01-31", "2024-02-01", "2024-13-01"], "impossible_dates", [4]),
    ("the only date is impossible", "fecha_inicio", ["31/04/2024"], "impossible_dates", [2]),
    ("moment of an impossible day", "x", ["31/01/2024 10:00", "30/02/2024 10:00"], "impossible_dates", [3]),
    ("word among numbers", "monto", [*TEN, "doce"], "type_mismatch", [12]),
    ("number among dates", "fecha", [*DAYS, "45000"], "type_mismatch", [6]),
    ("word among codes", "codigo", ["001", "002", "003", "004", "cinco"], "type_mismatch", [6]),
    ("word among yes and no", "activo", ["Sí", "No", "no", "SÍ", "quizás"], "type_mismatch", [6]),
    ("two formats of date", "fecha", [*DAYS, "2024-01-31"], "mixed_date_formats", [6]),
    ("month first among day first", "fecha", [*DAYS, "12/31/2024"], "mixed_date_formats", [6]),
    ("short year", "fecha", [*DAYS, "1/2/24"], "mixed_date_formats", [6]),
    ("point among commas", "monto", ["1,5", "2,25", "1.234,5", "7.5"], "mixed_decimal_marks", [5]),
    ("total at the end", "ciudad", ["La Paz", "Oruro", "TOTAL GENERAL"], "total_rows", [4]),
    ("subtotal", "ciudad", ["La Paz", "Sub-total", "Oruro"], "total_rows", [3]),
    ("formula", "nombre", ["Ana", "=cmd|' /C calc'!A0", "Luis"], "formulas", [3]),
    ("formula after a sign", "nombre", ["Ana", "+SUM(A1:A9)", "-cmd|x", "@SUM(1)"], "formulas", [3, 4, 5]),
    ("link formula", "nombre", ['"=HYPERLINK(""x"",""y"")"'], "formulas", [2]),
    ("error of a spreadsheet", "monto", [*TEN, "#REF!", "#¡DIV/0!", "####"], "error_values", [12, 13, 14]),
    ("unit", "monto", ["Bs 1.500,00", "12 %", "3,5 km"], "numbers_with_units", [2, 3, 4]),
    ("mark of a missing value", "monto", [*TEN, "S/D", "-", "n/a"], "missing_marks", [12, 13, 14]),
    ("space at the end", "ciudad", ["La Paz", "La Paz ", "Oruro"], "edge_spaces", [3]),
    ("two spellings", "ciudad", ["La Paz"] * 5 + ["LA PAZ"] + ["Oruro"] * 3, "inconsistent_spellings", [7]),
    ("zero lost", "cod_municipio", [*CODES, "20101"], "lost_zeros", [7]),
    ("zero lost everywhere", "codigo_ine_municipio", ["20101", "30101", "70101"], "lost_zeros", [2, 3, 4]),
    ("zero lost, heading without words", "clave", [*(c[1:] for c in CODES), "10102"], "lost_zeros", list(range(2, 8))),
    ("zero of a province lost", "cod_provincia", ["0101", "0201", "302"], "lost_zeros", [4]),
    ("code that does not exist", "cod_municipio", [*CODES, "999999"], "unknown_codes", [7]),
    ("department that does not exist", "departamento", ["La Paz", "Potosi", "ORURO", "Lima"], "unknown_names", [5]),
]


@pytest.mark.parametrize("heading,values,code,places", [c[1:] for c in PLANTED], ids=[c[0] for c in PLANTED])
def test_a_planted_fault_is_found_at_its_line(
    tmp_path: Path, heading: str, values: list[str], code: str, places: list[int]
) -> None:
    found = faults(judged(tmp_path, column(heading, values)))
    assert code in found, found.keys()
    assert lines(found[code]) == places
    assert {one["column"] for one in found[code]} == {heading}
    assert {place["position"] for one in found[code] for place in one["places"]} == {2}


#: What must not be blamed: (what, heading, values, code)
INNOCENT = [
    ("a code that looks like a date", "cuce", ["45-99-2020", "12-77-2021"], "impossible_dates"),
    ("street numbers in text", "direccion", ["Calle 5", "12", "Av. Arce", "Plaza 1"], "type_mismatch"),
    ("one decimal among whole numbers", "monto", [*TEN, "2.5"], "type_mismatch"),
    ("a firm called Total", "empresa", ["Total Gas SRL", "TOTAL E&P", "Totora"], "total_rows"),
    ("a dash before a word", "detalle", ["-Agua (litros)", "- texto", "+591 70012345", "@usuario"], "formulas"),
    ("negative numbers", "saldo", ["-5", "+3", "-1,5"], "formulas"),
    ("numbers of rows in a code column", "id_municipio", ["1", "2", "3", "4"], "unknown_codes"),
    ("departments by number", "cod_departamento", ["1", "2", "9"], "lost_zeros"),
    ("other codes of six digits", "cuenta", ["123456", "234567", "345678", "456789", "567890"], "unknown_codes"),
    ("P-codes", "adm3_pcode", ["BO020101", "BO030101"], "unknown_codes"),
    ("both classifiers", "cod_municipio", ["050405", "031304", "051204", "080901", "020203"], "unknown_codes"),
    ("names that differ by ñ", "apellido", ["Nino"] * 4 + ["Niño"] * 4, "inconsistent_spellings"),
    ("a length in km", "longitud_km", ["120.5", "340.1"], "coordinates_outside"),
    ("free text", "nombre", ["Ana", "ANA", "Luis"], "inconsistent_spellings"),
]


@pytest.mark.parametrize("heading,values,code", [c[1:] for c in INNOCENT], ids=[c[0] for c in INNOCENT])
def test_what_is_right_is_not_blamed(tmp_path: Path, heading: str, values: list[str], code: str) -> None:
    assert code not in faults(judged(tmp_path, column(heading, values)))


@pytest.mark.parametrize(
    "rows,places,told",
    [
        (["-16.5;-68.1", "-17.4;-66.2"], [], ""),
        (["-16.5;-68.1", "16.5;-68.1"], [3], ""),
        (["-16.5;-68.1", "-68.1;-16.5"], [3, 3], "cambiadas"),
        (["0;0"], [2, 2], ""),
        (["-16,5;-68,1", "-1,5;-68,1"], [3], ""),
        (["8174147.2;589300.5"], [], ""),
    ],
)
def test_coordinates(tmp_path: Path, rows: list[str], places: list[int], told: str) -> None:
    found = faults(judged(tmp_path, "Latitud;Longitud\n" + "\n".join(rows) + "\n"))
    many = found.get("coordinates_outside", [])
    assert lines(many) == places
    assert all(told in (one["detail"] or {"es": ""})["es"] for one in many)


def test_repeated_rows_name_the_first(tmp_path: Path) -> None:
    body = "a;b\n1;x\n2;y\n1;x\n2;Y\n1;x\n" + '"1";"x"\n'
    (one,) = faults(judged(tmp_path, body))["duplicate_rows"]
    assert one["count"] == 3
    assert [(place["line"], place["value"]) for place in one["places"]] == [(4, "= 2"), (6, "= 2"), (7, "= 2")]


def test_a_mended_code_is_shown(tmp_path: Path) -> None:
    (one,) = faults(judged(tmp_path, column("cod_municipio", [*CODES, "20101"])))["lost_zeros"]
    assert one["detail"] == {"es": "20101 es 020101.", "en": "20101 is 020101."}


TYPES = [
    (["1", "2"], "integer"),
    (["1.5", "2"], "decimal"),
    (["1.234", "2.500"], "decimal"),
    (["1.234.567", "2"], "integer"),
    (["01", "02"], "code"),
    (["1234567890123456"], "code"),
    (["2024-01-31"], "date"),
    (["31/01/2024"], "date"),
    (["2024-01-31 10:30", "2024-01-31"], "datetime"),
    (["10:30", "23:59:59"], "time"),
    (["sí", "No"], "boolean"),
    (["S/D", "-"], "empty"),
    (["", ""], "empty"),
    (["La Paz", "2"], "text"),
    (["20-0417-00-1015231-1-1"], "text"),
    (["10:30", "25:00"], "text"),
]


@pytest.mark.parametrize("values,kind", TYPES, ids=[t[0][0] or "nothing" for t in TYPES])
def test_types(tmp_path: Path, values: list[str], kind: str) -> None:
    report = judged(tmp_path, column("x", values))
    assert report["tables"][0]["columns"][1]["type"] == kind


def profiled(folder: Path, values: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = judged(folder, column("x", values))["tables"][0]["columns"][1]
    return found


def test_the_profile_of_numbers(tmp_path: Path) -> None:
    found = profiled(tmp_path, [*(f"{n},5" for n in range(101)), "", "S/D"])
    assert (found["rows"], found["empty"], found["missing_marks"]) == (103, 1, 1)
    assert (found["min"], found["max"], found["mean"]) == (0.5, 100.5, 50.5)
    assert found["quantiles"]["0.5"] == 50.5
    assert sum(found["histogram"]["counts"]) == 101 and found["histogram"]["exact"]
    assert found["distinct"] == {"count": 101, "exact": True}


def test_the_profile_of_dates(tmp_path: Path) -> None:
    found = profiled(tmp_path, ["31/12/2020", "01/01/2019", "15/06/2019"])
    assert (found["min"], found["max"]) == ("2019-01-01", "2020-12-31")
    assert found["quantiles"]["0.5"] == "2019-06-15"


def test_the_profile_of_words(tmp_path: Path) -> None:
    found = profiled(tmp_path, ["b", "a", "b", "a", "b"])
    assert found["top"] == {"values": [{"value": "b", "count": 3}, {"value": "a", "count": 2}], "exact": True}
    assert found["length"] == {"min": 1, "max": 1}


def test_many_rows_are_estimated_within_bounds(tmp_path: Path) -> None:
    """60,000 rows over several batches: distinct within 5 %, quantiles within 2 % of the range."""
    rows = "".join(f"{n};{n * 7919 % 60_000};{'SI' if n % 3 else 'NO'}\n" for n in range(60_000))
    report = judged(tmp_path, "id;valor;cual\n" + rows)
    whole, value, word = report["tables"][0]["columns"]
    assert not value["distinct"]["exact"] and abs(value["distinct"]["count"] - 60_000) < 3_000
    assert abs(value["quantiles"]["0.5"] - 30_000) < 1_200 and not value["histogram"]["exact"]
    assert (value["min"], value["max"], value["mean"]) == (0, 59_999, 29_999.5)
    assert {one["value"]: one["count"] for one in word["top"]["values"]} == {"SI": 40_000, "NO": 20_000}
    assert whole["distinct"]["count"] <= 60_000 + 3_000


DICTIONARY = [
    DictionaryField("id", "Número", type="entero"),
    DictionaryField("Monto", description="En bolivianos", type="moneda"),
    DictionaryField("ausente", "Nada"),
    DictionaryField("sola"),
]


def test_the_dictionary(tmp_path: Path) -> None:
    body = "id;monto;sola;otra\n1;2,5;x;y\nx;dos;x;y\n"
    found = faults(judged(tmp_path, body, dictionary=DICTIONARY))
    assert [place["column"] for place in found["undocumented_columns"][0]["places"]] == ["sola", "otra"]
    assert [place["value"] for place in found["missing_columns"][0]["places"]] == ["ausente"]
    assert [(one["column"], lines([one])) for one in found["dictionary_types"]] == [("id", [3]), ("monto", [3])]


def test_without_a_dictionary_its_checks_do_not_apply(tmp_path: Path) -> None:
    report = judged(tmp_path, "a;b\n1;2\n")
    given = [one for one in report["results"] if one["group"] == "dictionary"]
    assert given and all(one["result"] == "not_applicable" and one["reason"]["es"] for one in given)
