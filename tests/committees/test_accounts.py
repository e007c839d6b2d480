"""Demonstration accounts: one per role, passwords only in a file that only its owner reads."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import ckan.model as model
import pytest
from ckan.lib import api_token
from ckan.tests import factories
from click.testing import CliRunner

from ckanext.gobierno_abierto.committees import accounts
from ckanext.gobierno_abierto.committees.cli import demo_users
from ckanext.gobierno_abierto.committees.errors import AccountsNeedSeed, AccountTaken
from ckanext.gobierno_abierto.common import roles
from tests.metadata.api import act

from .conftest import Sow

pytestmark = pytest.mark.portal

NEEDED = """
organizations:
- {name: ine, title: INE}
- {name: sernap, title: SERNAP}
committees:
- {name: comite-ine, title: Comité INE, supports: [ine]}
- {name: comite-medio-ambiente, title: Comité Medio Ambiente, supports: [sernap]}
"""


@pytest.fixture
def seeded(sow: Sow, tmp_path: Path) -> None:
    sow(NEEDED)
    (tmp_path / "semilla.yaml").unlink()


@pytest.mark.usefixtures("seeded")
def test_one_account_per_role(tmp_path: Path) -> None:
    path = tmp_path / "cuentas.json"
    outcome = accounts.ensure(path)
    rows = {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))["accounts"]}
    assert list(rows) == outcome.created == [one.name for one in accounts.specification()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for name, row in rows.items():
        user = model.User.get(name)
        assert user is not None and user.validate_password(row["password"])
        assert user.sysadmin == (name == "administradora")
    assert len({row["password"] for row in rows.values()}) == len(rows)
    assert roles.standing_of("oficial-ine", "ine").writes
    assert roles.standing_of("responsable-ine", "ine").administers
    assert roles.standing_of("revisora-ine", "ine").reviews and not roles.standing_of("revisora-ine", "ine").writes
    assert roles.standing_of("revisor-ambiental", "sernap").reviews
    assert roles.standing_of("consulta-ine", "ine").role == "member"
    assert roles.standing_of("ciudadana", "ine") == roles.Standing()
    owner = api_token.get_user_from_token(rows["oficial-ine"]["token"])
    assert owner is not None and owner.name == "oficial-ine"


@pytest.mark.usefixtures("seeded")
def test_again(tmp_path: Path) -> None:
    path = tmp_path / "cuentas.json"
    accounts.ensure(path)
    before = path.read_text(encoding="utf-8")
    assert accounts.ensure(path).kept == [one.name for one in accounts.specification()]
    assert path.read_text(encoding="utf-8") == before, "passwords that still open their account stay"
    act("user_delete", id="ciudadana")
    path.write_text("{", encoding="utf-8")
    outcome = accounts.ensure(path)
    assert outcome.deleted == ["ciudadana"] and "ciudadana" not in path.read_text(encoding="utf-8")
    assert len(outcome.renewed) == len(accounts.specification()) - 1 and not outcome.created


@pytest.mark.usefixtures("seeded")
def test_somebody_s_account_is_not_taken(tmp_path: Path) -> None:
    factories.User(name="ciudadana")
    with pytest.raises(AccountTaken, match="ciudadana"):
        accounts.ensure(tmp_path / "cuentas.json")
    assert model.User.get("administradora") is None and not list(tmp_path.iterdir())


def test_without_the_seed_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(AccountsNeedSeed, match="ckan gobierno-abierto seed"):
        accounts.ensure(tmp_path / "cuentas.json")
    assert model.User.get("administradora") is None


@pytest.mark.usefixtures("seeded")
def test_the_command_prints_no_password(tmp_path: Path) -> None:
    path = tmp_path / "cuentas.json"
    result = CliRunner().invoke(demo_users, ["--output-file", str(path)])
    assert result.exit_code == 0, result.output
    rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    assert "oficial-ine" in result.output
    assert not any(secret in result.output for row in rows for secret in (row["password"], row["token"]) if secret)


@pytest.mark.usefixtures("seeded")
def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(demo_users, ["--output-file", str(tmp_path / "no" / "cuentas.json")])
    assert result.exit_code == 1 and "Elija otra carpeta" in result.output
