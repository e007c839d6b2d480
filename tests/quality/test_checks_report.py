"""The report: its schema, its text, the registry of checks, the command, and the documents that name each check."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from ckanext.gobierno_abierto.quality import assessment, checks
from ckanext.gobierno_abierto.quality.check_cli import check as command
from ckanext.gobierno_abierto.quality.definitions import GROUPS, SEVERITIES, definitions
from ckanext.gobierno_abierto.quality.readable import readable
from ckanext.gobierno_abierto.quality.report import SCHEMA, report
from ckanext.gobierno_abierto.quality.scan import scan
from tests.files.samples import GEOJSON, xlsx
from tests.quality.checking import faults, judged
from tests.test_architecture import ROOT

VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
CHECKS = Path(checks.__file__).parent
BAD = 'id;fecha;monto\n1;31/02/2024;5\n2;01/01/2024\n3;02/01/2024;=cmd|x\n4;"03/01/2024;1\n\n5;04/01/2024;Bs 3\n'

FILES: list[tuple[str, str | bytes]] = [
    ("a.csv", BAD),
    ("a.csv", "id;n\n1;2\n"),
    ("a.csv", b""),
    ("a.csv", bytes(range(256)) * 9),
    ("a.xlsx", xlsx([["a", "b"], ["1", "2.5"]])),
    ("a.xlsx", b"PK\3\4"),
    ("a.geojson", GEOJSON),
    ("a.json", "[1e400, -1e400, 5]"),
    ("a.json", '[{"a": 1e308}, {"a": 1e308}]'),
    ("a.csv", "a,b\n" + "x" * 300 + ",1\n\u202e\x07,2\n"),
]


@pytest.mark.parametrize("name,body", FILES)
def test_every_report_keeps_its_schema(tmp_path: Path, name: str, body: str | bytes) -> None:
    found = json.loads(json.dumps(judged(tmp_path, body, name), allow_nan=False))
    VALIDATOR.validate(found)
    assert {one["check"] for one in found["results"]} == set(definitions())
    for language in ("es", "en"):
        assert readable(found, language).startswith(name)


def test_the_schema_refuses_what_is_no_report(tmp_path: Path) -> None:
    found = judged(tmp_path, BAD)
    changes: list[dict[str, Any]] = [{"version": 2}, {"results": [{}]}, {"extra": 1}]
    for change in changes:
        assert list(VALIDATOR.iter_errors({**found, **change}))


@pytest.mark.parametrize("code", sorted(definitions()))
def test_a_check_is_fully_described(code: str) -> None:
    one = definitions()[code]
    assert one.group in GROUPS and one.severity in SEVERITIES and one.version >= 1
    assert bool(one.file) != bool(one.table)
    assert len(one.rule) > 15
    for text in (one.title, one.advice):
        assert set(text) == {"es", "en"} and all(text.values()) and text["es"] != text["en"]
    assert one.advice["es"].endswith(".") and one.advice["en"].endswith(".")
    assert not one.title["es"].endswith(".")


def test_each_file_is_one_check() -> None:
    files = {path.stem for path in CHECKS.glob("*.py") if not path.stem.startswith("_")}
    assert files == set(definitions()) and len(files) > 45
    for path in CHECKS.glob("[a-z]*.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert docstring.startswith("Pure: "), path.name


def test_each_problem_of_the_readers_has_its_check() -> None:
    """A code that a reader gives and no check knows would be lost."""
    folder = CHECKS.parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*folder.glob("inputs/*.py"), folder / "scan.py"])
    codes = set(re.findall(r'(?:stop|problem)\(\s*"([a-z_]+)"', source))
    assert len(codes) > 10
    assert codes <= set(definitions())


def test_the_documents_name_each_check_with_its_titles() -> None:
    page = (ROOT / "docs" / "officers" / "revision_de_archivos.md").read_text(encoding="utf-8")
    missing = [code for code, one in definitions().items() if f"`{code}`" not in page or one.title["es"] not in page]
    assert missing == []


def test_the_text_says_what_where_and_what_to_do(tmp_path: Path) -> None:
    text = readable(judged(tmp_path, BAD), "es")
    assert "Error [impossible_dates] Fechas imposibles: columna «fecha»" in text
    assert "línea 2 («31/02/2024»)" in text
    assert "Qué hacer:" in text and "Columnas" in text
    assert "What to do:" in readable(judged(tmp_path, BAD), "en")
    assert "No se encontraron faltas." in readable(judged(tmp_path, "id;n\n1;2\n"), "es")


@pytest.mark.parametrize("body,status", [(BAD, 1), ("id;n\n1;2\n", 0)])
def test_the_command(tmp_path: Path, body: str, status: int) -> None:
    path = tmp_path / "datos.csv"
    path.write_text(body, encoding="utf-8")
    told = CliRunner().invoke(command, [str(path)])
    assert told.exit_code == status and told.output.startswith("datos.csv: CSV")
    answer = CliRunner().invoke(command, [str(path), str(path), "--json"])
    reports = [json.loads(line) for line in answer.output.splitlines()]
    assert answer.exit_code == status and len(reports) == 2
    assert [one["summary"]["ok"] for one in reports] == [status == 0] * 2
    assert CliRunner().invoke(command, [str(tmp_path / "no.csv")]).exit_code == 2


def test_it_runs_without_ckan(tmp_path: Path) -> None:
    path = tmp_path / "datos.csv"
    path.write_text("cod_municipio;n\n020101;1\n", encoding="utf-8")
    script = (
        "import sys, runpy\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'ckan', 'flask', 'sqlalchemy'}: raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "sys.argv[1:] = [sys.argv[1], '--lang', 'en']\n"
        "runpy.run_module('ckanext.gobierno_abierto.quality.check', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "No faults were found." in done.stdout


@dataclass
class Found:
    column: str
    confidence: float


def test_what_an_assessor_names_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No value of a column of personal data stands anywhere in the report."""
    given: dict[str, Any] = {}

    def assess(columns: Any) -> list[Found]:
        given.update(columns)
        return [Found("ci", 0.9)]

    monkeypatch.setattr(assessment, "assessors", lambda: [assess])
    path = tmp_path / "a.csv"
    path.write_text("ci;n\n" + "".join(f"{n}\n" if n == 4_000_007 else f"{n};1\n" for n in range(4_000_000, 4_000_020)))
    path.write_text(path.read_text() + "uno4000099 ;1\n4000099x;2\n")
    found = report(scan(path))
    text = json.dumps(found)
    assert "40000" not in text.replace(str(found["file"]["size"]), "")
    assert found["summary"]["personal_data"] == 1 and not found["summary"]["ok"]
    assert found["tables"][0]["personal_data"] == [{"column": "ci", "confidence": 0.9}]
    assert "type_mismatch" in faults(found)
    assert given["ci"].rows == 21 and ("4000000", 1) in given["ci"].values
