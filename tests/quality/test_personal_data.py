"""Personal data: the held part of the corpus, cases by hand from the identifiers' rules, masking, treatments."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.personal_data import Result, judge
from ckanext.gobierno_abierto.quality import assessment
from ckanext.gobierno_abierto.quality.personal_data import ColumnSample, assess
from ckanext.gobierno_abierto.quality.personal_data.evidence import table
from ckanext.gobierno_abierto.quality.personal_data.features import features
from ckanext.gobierno_abierto.quality.personal_data.figures import passes_luhn, year_of
from ckanext.gobierno_abierto.quality.personal_data.headings import groups
from ckanext.gobierno_abierto.quality.personal_data.mask import mask_value
from ckanext.gobierno_abierto.quality.personal_data.masked_file import DROP, GENERALISE, HASH, Treatment, masked_csv
from ckanext.gobierno_abierto.quality.personal_data.names import kinds_of
from ckanext.gobierno_abierto.quality.personal_data.patterns import matching
from ckanext.gobierno_abierto.quality.personal_data.samples import tidy
from ckanext.gobierno_abierto.quality.personal_data.treatments import (
    NoTreatment,
    WeakSecret,
    age_band,
    generalise,
    hash_value,
    municipality_of,
)

from .personal_data_corpus.corpus import HELD, TUNE, part_of, tables
from .personal_data_corpus.corpus import table as corpus_table

SECRET = b"una clave de prueba, larga"
KINDS = sorted(table().kinds)
NAMES = """Juan Mamani Quispe|María Flores Choque|Carlos Vargas Rojas|Rosa Condori Huanca|Luis Gutiérrez Apaza|
    Ana Ticona Limachi|Pedro Rodríguez Vaca|Sonia Callisaya Nina""".replace("\n    ", "").split("|")
CARDS = "4876512 6123987 3345109 8912734 5567321 7012988 10234517 9456123".split()
MOBILES = "71234567 60123498 76543210 67890123 72345019 69081723 78123450 65432109".split()


def column(name: str, values: Sequence[str]) -> ColumnSample:
    counts = Counter(values)
    nulls = counts.pop("", 0)
    return ColumnSample(name, dict(counts), len(values), nulls, len(counts))


def found(columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Heading -> kind of what is found."""
    return {one.column: one.kind for one in assess({name: column(name, values) for name, values in columns.items()})}


@cache
def judged(part: str) -> Result:
    return judge(part)


# What the corpus says.


@pytest.mark.parametrize("part", [TUNE, HELD])
def test_precision_and_recall(part: str) -> None:
    """Of the kinds, not of detection alone. Nothing was set by looking at the held part."""
    result = judged(part)
    precision, recall = result.rates()
    assert precision >= 0.95 and recall >= 0.95, [(e.table.number, e.column.recipe, e.found) for e in result.errors]


def test_the_corpus_is_large_and_the_same_on_every_run() -> None:
    columns = [one for part in (TUNE, HELD) for one_table in tables(part) for one in one_table.columns]
    assert len(columns) >= 2_000
    assert {one.kind for one in columns} - {""} == set(KINDS)
    assert sum(not one.kind for one in columns) >= 1_000
    assert corpus_table(7) == corpus_table(7)
    assert [part_of(number) for number in (1, 2, 3)] == [part_of(number) for number in (1, 2, 3)]


# Cases by hand.

CASES: list[tuple[dict[str, Sequence[str]], dict[str, str]]] = [
    ({"ci": CARDS}, {"ci": "cedula"}),
    ({"C.I.": [f"{one} LP" for one in CARDS]}, {"C.I.": "cedula"}),
    ({"": [f"{one}-1A SC" for one in CARDS]}, {"": "cedula"}),
    ({"codigo": [f"{one} CB" for one in CARDS]}, {"codigo": "cedula"}),
    ({"numero": CARDS, "nombre": NAMES}, {"numero": "cedula", "nombre": "nombre_persona"}),
    ({"columna_1": CARDS, "columna_2": NAMES}, {"columna_1": "cedula", "columna_2": "nombre_persona"}),
    ({"cuce": [f"20-0902-42-107723{n}-1-1" for n in range(8)]}, {}),
    ({"documento": ["22-0006-00-1254579-1-1", "21-2303-00-1165439-1-1", "19-0289-00-912345-1-1"] * 2}, {}),
    ({"monto": ["1234567", "987650", "45000", "2345600", "120000", "5000000"]}, {}),
    ({"poblacion": CARDS, "municipio": ["Sucre", "Montero", "Warnes", "Padilla"] * 2}, {}),
    ({"codigo_ine": ["20101", "20102", "71104", "31304", "10101", "90101"]}, {}),
    ({"codigo": ["020101", "020102", "071104", "031304", "010101", "090101"]}, {}),
    ({"nro": [str(n) for n in range(1_000_000, 1_000_020)]}, {}),
    ({"anio": [str(n) for n in range(1990, 2020)]}, {}),
    ({"fecha": [f"{n:02d}/03/2021" for n in range(1, 20)]}, {}),
    ({"mes": ["Enero", "Abril", "Julio", "Agosto"]}, {}),
    ({"municipio": ["Murillo", "Warnes", "Padilla", "Camargo", "Montero"]}, {}),
    ({"nombre": ["Sucre", "Tarija", "Montero", "Padilla", "Camargo", "San Javier"]}, {}),
    ({"entidad": ["Ministerio de Salud", "Gobierno Autónomo Municipal de Viacha", "Aduana Nacional"]}, {}),
    ({"telefono": ["22123456", "44441234", "33345678", "22440099"], "entidad": ["Aduana Nacional"] * 4}, {}),
    ({"telefono": MOBILES, "nombre": NAMES}, {"telefono": "telefono", "nombre": "nombre_persona"}),
    ({"celular": [f"+591{one}" for one in MOBILES]}, {"celular": "telefono"}),
    ({"correo": ["info@agetic.gob.bo", "mesa@ine.gob.bo", "contacto@minedu.gob.bo"]}, {}),
    ({"correo": ["jmamani@ine.gob.bo", "rflores@ine.gob.bo", "lvargas@aduana.gob.bo"]}, {}),
    ({"correo": ["juan.m@gmail.com", "rflores@hotmail.com", "l_vargas@yahoo.es"]}, {"correo": "correo"}),
    ({"nit": ["1023456027", "1020255020", "300123027", "120329021"],
      "razon_social": ["Andina S.R.L.", "Illimani Ltda.", "Import S.A.", "Comercial Rojas"]}, {}),
    ({"nit": [f"{one}012" for one in CARDS], "contribuyente": NAMES},
     {"nit": "nit_persona", "contribuyente": "nombre_persona"}),
    ({"placa": ["1234ABC", "2345XYZ", "987-KLM", "3456 PLT", "4123BNM"]}, {"placa": "placa"}),
    ({"placa": ["1234ABC", "2345XYZ", "987-KLM", "3456 PLT"], "entidad": ["Ministerio de Salud"] * 4}, {}),
    ({"cuenta": ["1.1.2.3", "1.1.2.4", "2.1.1.1"]}, {}),
    ({"cuenta_bancaria": [f"1000{n}12345" for n in range(10, 30)]}, {"cuenta_bancaria": "cuenta_bancaria"}),
    ({"fecha_nacimiento": ["03/05/1984", "12/11/1990", "30/01/2001", "07/07/1955"]},
     {"fecha_nacimiento": "fecha_nacimiento"}),
    ({"pasaporte": ["AB123456", "1234567", "P7654321", "A998877"]}, {"pasaporte": "pasaporte"}),
    ({"tarjeta": ["4111111111111111", "5500005555555559", "4012888888881881", "4222222222222220"]},
     {"tarjeta": "tarjeta"}),
    ({"folio": [f"12345678901A2345{n:03d}01" for n in range(20)]}, {"folio": "folio_hogar"}),
    ({"persona_contacto": [f"{name} (Telf: 222646{n})" for n, name in enumerate(NAMES)],
      "cuce": [f"20-0902-42-107723{n}-1-1" for n in range(8)]}, {}),
    ({"nombre": NAMES, "cargo": ["Director General", "Jefe de Unidad", "Técnico I", "Secretaria"] * 2}, {}),
    ({"obs": ["Sin observaciones de la unidad técnica"] * 20
      + ["Se presenta el señor Luis con C.I. 4876512 LP a reclamar"]}, {"obs": "texto_con_datos"}),
    ({"obs": ["Sin observaciones de la unidad técnica", "Se adjunta el informe final de obra"] * 9}, {}),
    ({"ci": ["0.95", "0.90", "0.12"]}, {}),
    ({"telefono": ["Sí", "No", "Sí"]}, {}),
    ({"direccion": ["Norte", "Sur", "NE"]}, {}),
    ({"unidad_educativa": ["Simón Bolívar", "Juana Azurduy de Padilla", "Germán Busch", "Franz Tamayo"]}, {}),
    ({"lat": ["-16.50012", "-16.49871", "-16.51044", "-16.52310"],
      "lon": ["-68.13012", "-68.12871", "-68.14044", "-68.15310"], "beneficiario": NAMES[:4]},
     {"lat": "coordenada_vivienda", "lon": "coordenada_vivienda", "beneficiario": "nombre_persona"}),
    ({"lat": ["-16.50012", "-16.49871"] * 3, "lon": ["-68.13012", "-68.12871"] * 3, "colegio": ["Ayacucho"] * 6}, {}),
    ({"domicilio": ["Av. Busch Nº 1234", "Calle Sucre 45, Zona Central", "C/ Junín #77", "Villa Adela mz. B lote 4"]},
     {"domicilio": "direccion"}),
    ({"vacia": ["", "", ""], "": []}, {}),
]  # fmt: skip


@pytest.mark.parametrize("columns,expected", CASES, ids=[", ".join(case[0]) or "none" for case in CASES])
def test_cases_by_hand(columns: dict[str, Sequence[str]], expected: dict[str, str]) -> None:
    assert found(columns) == expected


#: identificadores/casos_de_prueba.json of the facts: values that have the form and values that have not.
FORMS = [
    ("card", ["1234567", "1234567-1A LP", "1234567 SC"], ["ABC", "12"]),
    ("share.tax_number", ["123456789", "1234567010", "1234567"], ["12-3"]),
    ("share.contract", ["22-0006-00-1254579-1-1", "21-2303-00-1165439-1-1", "19-0289-00-912345-1-1"],
     ["2022-0006-00-1"]),
    ("share.mobile", ["71234567", "+59171234567", "591 71234567"], ["22123456"]),
    ("share.landline", ["22123456", "44441234"], ["71234567"]),
    ("share.plate", ["1234ABC", "123ABC", "1234-ABC"], ["ABC123"]),
]  # fmt: skip


@pytest.mark.parametrize("form,right,wrong", FORMS, ids=[form[0] for form in FORMS])
def test_forms_of_the_identifiers(form: str, right: list[str], wrong: list[str]) -> None:
    def has(value: str) -> bool:
        numbers = features(column("", [value])).numbers
        card = ("figures.card", "share.card_marked", "share.card_complement")
        return any(numbers.get(name) for name in (card if form == "card" else (form,)))

    assert [value for value in right if not has(value)] == []
    assert [value for value in wrong if has(value)] == []


#: identificadores/columnas_sospechosas_es.csv of the facts.
HEADINGS = [
    ("card", "ci|C.I.|Cédula|CARNET|documento_identidad|CI del tutor|nro. de carnet"),
    ("document", "nro_doc|nro_documento|num_doc|NroDoc"),
    ("tax_number", "nit|N.I.T.|NIT_proveedor"),
    ("name_any", "nombre|Nombres|nombre_completo"),
    ("name_surname", "ap_paterno|apellido_materno|Apellidos|ApPaterno|paterno"),
    ("phone", "teléfono|Telf.|TELEFONO_CONTACTO"),
    ("phone_mobile", "celular|móvil|WhatsApp|Nº de celular"),
    ("mail", "correo|e-mail|Email|correo_electronico"),
    ("address", "dirección|DIR."),
    ("home", "domicilio|zona_domicilio"),
    ("birth", "fecha_nac|fecha_nacimiento|FechaNac|f_nac|Fecha de nacimiento"),
    ("account", "cuenta|cuenta_bancaria|nro_cuenta"),
    ("plate", "placa|Nº Placa"),
    ("plate_long", "matrícula_vehic"),
    ("passport", "pasaporte|Nº pasaporte"),
    ("household", "folio"),
    ("none", "|columna_3|Unnamed: 4|field7"),
]


@pytest.mark.parametrize("group,headings", HEADINGS, ids=[one[0] for one in HEADINGS])
def test_words_of_headings(group: str, headings: str) -> None:
    assert [heading for heading in headings.split("|") if group not in groups(heading)] == []


@pytest.mark.parametrize(
    "heading", ["ciudad", "circuito", "nitrogeno", "nombramientos", "celulosa", "patente", "maternidad", ""]
)
def test_words_within_words_count_for_nothing(heading: str) -> None:
    assert not groups(heading) & {"card", "tax_number", "phone_mobile", "account_bank", "name_surname"}


@pytest.mark.parametrize(
    "text,kinds",
    [
        ("Juan Mamani Quispe", {"full"}),
        ("QUISPE MAMANI JUAN", {"full"}),
        ("Wara Ticona Vda. de Choque", {"full"}),
        ("Sucre", {"place"}),
        ("Abril", {"calendar"}),
        ("Wara", {"given"}),
        ("Ticona Limachi", {"surname"}),
        ("Ferretería Condori", {"organisation"}),
        ("Jefe de Unidad", {"position", "organisation"}),
        ("Av. Germán Busch", {"organisation"}),
        ("1234", set()),
        ("de la", set()),
    ],
)
def test_names(text: str, kinds: set[str]) -> None:
    assert {kind for kind, score in kinds_of(tidy(text)).items() if score == 1} >= kinds
    assert ("full" in kinds_of(tidy(text))) == ("full" in kinds)


@pytest.mark.parametrize(
    "text,year",
    [("03/05/1984", 1984), ("1984-05-03", 1984), ("3-5-84", 1984), ("19840503", 1984), ("1984-05-03 00:00:00", 1984),
     ("03/05/12", 2012), ("31/13/1984", None), ("12345678", None), ("", None)],
)  # fmt: skip
def test_years(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize("text,right", [("4111 1111 1111 1111", True), ("4111111111111112", False), ("12", False)])
def test_luhn(text: str, right: bool) -> None:
    assert passes_luhn(text) is right


# What an answer says.


def test_a_finding_explains_itself_and_shows_no_value() -> None:
    given_columns = {"ci": column("ci", [f"{one} LP" for one in CARDS]), "nombre": column("nombre", NAMES)}
    answer = assess(given_columns)
    assert [one.column for one in answer] == ["ci", "nombre"]
    text = json.dumps([asdict(one) for one in answer], ensure_ascii=False)
    for value in (*CARDS, *NAMES, *(word for name in NAMES for word in name.split())):
        assert value.casefold() not in text.casefold()
    card = answer[0]
    assert 0.5 <= card.confidence <= 1 and card.share == 1.0 and len(card.masked_samples) == 3
    assert card.evidence[0].weight >= card.evidence[-1].weight
    assert all(one.text["es"].endswith(".") and one.text["en"].endswith(".") for one in card.evidence)
    assert re.fullmatch(r"\d\d\*{4}\d LP", card.masked_samples[0])


def test_the_engine_gives_its_own_samples() -> None:
    """Pairs instead of a mapping, and the heading as the file has it beside a made-up name."""
    sample = assessment.ColumnSample("columna_2", "Cédula", tuple((one, 1) for one in CARDS), 8, 0, 8, True)
    assert [(one.column, one.kind) for one in assess({"columna_2": sample})] == [("columna_2", "cedula")]


def test_every_rule_names_features_that_exist() -> None:
    """A misspelt feature would weigh nothing, silently."""
    patterns = {f"share.{name}" for name in matching([""])} | {"share.luhn"}
    from ckanext.gobierno_abierto.quality.personal_data.headings import _groups
    from ckanext.gobierno_abierto.quality.personal_data.patterns import patterns as every

    known = {f"head.{name}" for name in [*_groups(), "unknown"]} | patterns | {f"share.{one.name}" for one in every()}
    known |= {f"name.{kind}" for kind in ("full", "given", "surname", "place", "organisation", "calendar", "position")}
    said = "card seven sequential round crowded date lifetimes long_ago degrees metres few_tails"
    known |= {f"figures.{name}" for name in said.split()}
    known |= {f"kind.{name}" for name in KINDS} | {"unique", "few", *table().contexts}
    used = {name for kind in table().kinds.values() for rule in kind.rules for name in rule.when}
    used |= {name for kind in table().kinds.values() for name in kind.measure}
    used |= {name for names in table().contexts.values() for name in names}
    assert {name.removeprefix("not ").removeprefix("near.") for name in used} - known == set()


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=20),
        st.dictionaries(st.text(max_size=40), st.integers(1, 10**6), max_size=12),
        max_size=4,
    )
)
def test_any_text_is_assessed(columns: dict[str, dict[str, int]]) -> None:
    samples = {name: ColumnSample(name, values, 100, 0, len(values)) for name, values in columns.items()}
    for finding in assess(samples):
        assert finding.kind in KINDS and finding.column in columns and 0.5 <= finding.confidence <= 1


# Masks.

VALUES = st.one_of(
    st.text(min_size=1, max_size=60),
    st.from_regex(r"[0-9]{3,20}( ?-?[0-9A-Z]{0,3} (LP|SC|CB))?", fullmatch=True),
    st.from_regex(r"[a-z]{1,12}\.?[a-z]{0,8}@[a-z]{1,10}\.(com|bo)", fullmatch=True),
    st.from_regex(r"[0-3][0-9]/[01][0-9]/(19|20)[0-9]{2}", fullmatch=True),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([*KINDS, "otra"]), VALUES)
def test_a_masked_sample_never_tells_the_value(kind: str, value: str) -> None:
    assume(value.strip().strip("*"))
    masked = mask_value(kind, value)
    shared = len(_common_start(value.strip(), masked))
    assert value.strip() not in masked
    assert shared <= 2
    assert "**" in masked


def _common_start(one: str, other: str) -> str:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return one[:length]


@pytest.mark.parametrize(
    "kind,value,masked",
    [
        ("cedula", "1234565 LP", "12****5 LP"),
        ("cedula", "1234565-1A LP", "12****5 LP"),
        ("cedula", "12345", "1****"),
        ("cedula", "123", "****"),
        ("nombre_persona", "Juan Mamani Quispe", "J**** M**** Q****"),
        ("nombre_persona", "Ana", "****"),
        ("correo", "juan.mamani@gmail.com", "ju****@****.com"),
        ("telefono", "71234567", "71****7"),
        ("fecha_nacimiento", "03/05/1984", "**/**/19**"),
        ("direccion", "Av. Busch Nº 1234", "Av****"),
        ("texto_con_datos", "Juan con C.I. 123", "****"),
        ("tarjeta", "4111111111111111", "41****1"),
    ],
)
def test_masks(kind: str, value: str, masked: str) -> None:
    assert mask_value(kind, value) == masked


# Treatments.


@given(st.text(max_size=40))
def test_a_hash_is_stable_and_of_its_secret(value: str) -> None:
    one = hash_value(value, SECRET)
    assert one == hash_value(value, SECRET)
    if one:
        assert re.fullmatch(r"[0-9a-f]{16}", one)
        assert one != hash_value(value, SECRET + b"!")


def test_one_person_has_one_hash() -> None:
    assert len({hash_value(one, SECRET) for one in ("1234567 LP", " 1234567  lp ", "1234567 Lp")}) == 1
    assert hash_value("1234567.0", SECRET) == hash_value("1234567", SECRET)
    assert hash_value("1234567", SECRET) != hash_value("1234568", SECRET)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(WeakSecret, match="al menos 16"):
        hash_value("1234567", b"corta")


@pytest.mark.parametrize(
    "kind,value,coarse",
    [
        ("cedula", "1234567 LP", "******* LP"),
        ("cedula", "1234567", "*******"),
        ("nombre_persona", "Juan Mamani Quispe", "J.M.Q."),
        ("telefono", "+591 71234567", "móvil"),
        ("telefono", "22123456", "fijo"),
        ("correo", "Juan@Gmail.com", "gmail.com"),
        ("correo", "no tiene", ""),
        ("direccion", "Calle Sucre Nº 12, Tarija", "Tarija"),
        ("direccion", "Calle Sucre Nº 12", ""),
        ("fecha_nacimiento", "03/05/1984", "1984"),
        ("fecha_nacimiento", "S/D", ""),
        ("coordenada_vivienda", "-16.50012", "-16.5"),
        ("coordenada_vivienda", "589300.575", "590000"),
        ("coordenada_vivienda", "x", ""),
        ("cedula", "", ""),
    ],
)
def test_coarser_values(kind: str, value: str, coarse: str) -> None:
    assert generalise(kind, value) == coarse


@pytest.mark.parametrize("kind", ["tarjeta", "placa", "otra"])
def test_what_cannot_be_made_coarser_says_so(kind: str) -> None:
    with pytest.raises(NoTreatment, match=kind):
        generalise(kind, "1")


@pytest.mark.parametrize(
    "value,band", [("03/05/1984", "40-44"), ("2024-01-01", "0-4"), ("1930-01-01", "85+"), ("2030-01-01", ""), ("x", "")]
)
def test_age_bands(value: str, band: str) -> None:
    assert age_band(value, dt.date(2024, 6, 1)) == band
    assert generalise("fecha_nacimiento", value, dt.date(2024, 6, 1)) == band


def test_treatments_of_the_kinds_exist() -> None:
    for kind in table().kinds.values():
        for action in kind.treatments:
            assert "".join(masked_csv(["a\n", "\n"], {1: Treatment(action, kind.name)}, secret=SECRET)) is not None


def test_municipality_of_an_address() -> None:
    assert municipality_of("Av. Potosí 100, zona Central, El Alto") == "El Alto"


# The masked file.

ROWS = 'ci;nombre;nac;monto\r\n"1234567";"Juan; Mamani";"03/05/1984";"1,5"\r\n7654321;Ana;;2\r\n1\r\n'


def test_the_masked_file_keeps_the_dialect() -> None:
    plan = {1: Treatment(HASH, "cedula"), 2: Treatment(DROP), 3: Treatment(GENERALISE, "fecha_nacimiento")}
    lines = list(masked_csv(io.StringIO(ROWS, newline=""), plan, delimiter=";", secret=SECRET))
    assert lines == [
        "ci;nac;monto\r\n",
        f"{hash_value('1234567', SECRET)};1984;1,5\r\n",
        f"{hash_value('7654321', SECRET)};;2\r\n",
        f"{hash_value('1', SECRET)}\r\n",
    ]


def test_quotes_and_the_mark_of_utf8_stay() -> None:
    text = '\ufeff"ci","b"\n"1","x\ny"\n'
    assert "".join(masked_csv(io.StringIO(text, newline=""), {1: Treatment(DROP)})) == '\ufeff"b"\n"x\ny"\n'


def test_nothing_comes_of_nothing() -> None:
    assert list(masked_csv([], {1: Treatment(DROP)})) == []


@pytest.mark.parametrize(
    "treatment,error",
    [(Treatment(HASH), WeakSecret), (Treatment(GENERALISE, "tarjeta"), NoTreatment), (Treatment("x"), NoTreatment)],
)
def test_a_wrong_plan_is_refused_before_a_row_is_written(treatment: Treatment, error: type[Exception]) -> None:
    with pytest.raises(error):
        next(masked_csv(["a,b\n"], {1: treatment}))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=12),
                      min_size=3, max_size=3), min_size=1, max_size=6)
)  # fmt: skip
def test_other_columns_are_untouched(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    text.seek(0)
    masked = masked_csv(text, {2: Treatment(HASH, "cedula")}, secret=SECRET)
    written = list(csv.reader(io.StringIO("".join(masked), newline="")))
    assert [[row[0], row[2]] for row in written[1:]] == [[row[0], row[2]] for row in rows]
    assert [row[1] for row in written[1:]] == [hash_value(row[1], SECRET) for row in rows]
