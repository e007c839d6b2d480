"""The officers' page is the schemas' own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ckanext.gobierno_abierto.metadata import cli, defaults, fields, reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "officers" / "metadatos.md"


def test_the_page_on_disk_is_what_the_schemas_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run: ckan gobierno-abierto metadata-docs docs/officers"
    )


@pytest.mark.parametrize("name", fields.DATASET_TYPES)
def test_each_field_is_on_the_page(name: str) -> None:
    page = reference.page()
    schema = fields.load(name)
    for field in [*schema["dataset_fields"], *schema["resource_fields"]]:
        assert f"`{field['field_name']}`" in page, field["field_name"]


def test_the_command_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "LICENCES_FILE", tmp_path / "licencias.json")
    answer = CliRunner().invoke(cli.metadata_docs, [str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "metadatos.md").read_text(encoding="utf-8") == reference.page()
    assert (tmp_path / "licencias.json").read_text(encoding="ascii") == defaults.licence_register_json()
