"""What stands in the way of a publication, the dictionary of a masked file, and the examples of the page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckanext.gobierno_abierto.quality.decisions import dictionary
from ckanext.gobierno_abierto.quality.decisions.gate import ACCEPTED, DECLARED, REFUSED, UNDECIDED, open_findings
from ckanext.gobierno_abierto.quality.decisions.masking import Treated
from ckanext.gobierno_abierto.quality.personal_data.evidence import table as evidence
from ckanext.gobierno_abierto.quality.personal_data.masked_file import DROP, GENERALISE, HASH
from ckanext.gobierno_abierto.quality.personal_data.treatments import can_generalise, example
from tests.quality.people import KINDS

COLUMNS = [
    {"name": "carnet", "type": "entero", "description": "Documento"},
    {"name": "Nombre  Completo", "type": "texto"},
    {"name": "fecha de nacimiento", "type": "fecha", "description": ""},
    {"name": "monto", "type": "moneda", "unit": "Bs"},
]
TREATED = [
    Treated(column, KINDS[column], treatment) for column, treatment in zip(KINDS, (HASH, DROP, GENERALISE), strict=True)
]


def test_the_dictionary_says_what_the_file_holds_now() -> None:
    found = dictionary.masked(COLUMNS, TREATED)
    assert [(one["name"], one["type"]) for one in found] == [
        ("carnet", "texto"),
        ("fecha de nacimiento", "entero"),
        ("monto", "moneda"),
    ]
    assert found[0]["description"].startswith("Documento Huella con clave") and found[2] == COLUMNS[3]
    assert dictionary.masked(found, TREATED) == found
    assert COLUMNS[0]["type"] == "entero"


@pytest.mark.parametrize(
    "stored,result", [("[]", None), ("no", None), (None, None), ('[{"name": "a"}, 1]', [{"name": "a"}])]
)
def test_the_dictionary_as_it_is_kept(stored: Any, result: Any) -> None:
    assert dictionary.columns_in(stored) == result


class Row:
    """A row of quality_basis, as far as the gate looks."""

    def __init__(self, column: str, kind: str, accepted: bool | None) -> None:
        self.column_name, self.kind, self.accepted = column, kind, accepted


@pytest.mark.parametrize(
    "bases,states",
    [
        ([], [UNDECIDED, UNDECIDED]),
        ([Row("carnet", "cedula", None)], [DECLARED, UNDECIDED]),
        ([Row("carnet", "cedula", False)], [REFUSED, UNDECIDED]),
        ([Row("carnet", "cedula", True)], [UNDECIDED]),
        ([Row("carnet", "telefono", True), Row("otra", "cedula", True)], [UNDECIDED, UNDECIDED]),
        ([Row("carnet", "cedula", True), Row("nombre", "nombre_persona", True)], []),
    ],
)
def test_what_stands_in_the_way(bases: list[Row], states: list[str]) -> None:
    label = {"es": "x", "en": "x"}
    found = [{"column": "carnet", "kind": "cedula", "label": label}]
    other = [{"column": "nombre", "kind": "nombre_persona", "label": label}]
    report = {"tables": [{"name": "a", "personal_data": found}, {"name": "b", "personal_data": other}]}
    still = open_findings(report, bases)
    assert [one.state for one in still] == states
    assert all(one.blocks_submission == (one.state in (UNDECIDED, REFUSED)) for one in still)
    assert ACCEPTED not in states
    assert open_findings(None, bases) == []


@pytest.mark.parametrize("kind", sorted(evidence().kinds))
def test_examples_show_a_masked_value_and_a_coarser_one(kind: str) -> None:
    shown = example(kind)
    assert (shown is not None) == can_generalise(kind)
    if shown:
        assert "**" in shown[0] and shown[1] and not re.search(r"\d{5}", shown[1])
