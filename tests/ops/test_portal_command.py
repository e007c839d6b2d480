"""bin/portal's words, ports, messages and needs, without starting anything."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from bin._portal import cli, ports, system
from bin._portal.commands import Account, read_accounts
from bin._portal.console import Failure, log_tail, step
from bin._portal.paths import Paths, clean_environment
from bin._portal.services import Services
from bin._portal.system import Need
from bin._portal.venv import Venv
from bin._portal.web import site_url
from ckanext.gobierno_abierto.gunicorn_conf import workers_for


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["up"]),
        (["--port", "8080"], ["up", "--port", "8080"]),
        (["down"], ["down"]),
        (["--help"], ["--help"]),
        (["-h"], ["-h"]),
        (["ckan", "--help"], ["ckan", "--help"]),
    ],
)
def test_without_a_command_it_starts(arguments: list[str], expected: list[str]) -> None:
    assert cli.with_default_command(arguments) == expected


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "", "5000.5"])
def test_a_wrong_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["up", f"--port={text}"])
    assert f"«{text}» no es un puerto" in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["start"])
    assert "start" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["status"], ["ckan", "db", "upgrade"], ["logs", "web"], ["reset"]])
def test_commands_on_a_clone_that_never_ran_explain_or_report(words: list[str], tmp_path: Path) -> None:
    assert cli.run(words, tmp_path) in (1, 3)


def test_down_on_a_clone_that_never_ran_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["down"], tmp_path) == 0
    assert "No había nada en marcha" in capsys.readouterr().out


def test_a_taken_port_names_its_owner() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        assert f"el proceso {os.getpid()} (" in ports.owner(port)
        assert ports.choose(port, port) > port
    assert ports.is_free(port)
    assert ports.choose(port, 1) == port


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://localhost:5000"),
        ("localhost", "http://localhost:5000"),
        ("::1", "http://localhost:5000"),
        ("192.0.2.7", "http://192.0.2.7:5000"),
        ("2001:db8::1", "http://[2001:db8::1]:5000"),
        ("datos.example.bo", "http://datos.example.bo:5000"),
    ],
)
def test_the_address_that_people_type(host: str, expected: str) -> None:
    assert site_url(host, 5000) == expected


def test_the_address_of_a_server_that_listens_everywhere_is_the_machines() -> None:
    assert site_url("0.0.0.0", 80) == f"http://{socket.getfqdn()}:80"


@pytest.mark.parametrize(("cores", "workers"), [(1, 2), (2, 2), (4, 4), (8, 8), (64, 8)])
def test_web_processes_fit_the_machine(cores: int, workers: int) -> None:
    assert workers_for(cores) == workers


def test_a_failure_says_what_where_and_how(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)) + "\n\n")
    text = Failure("se rompió", "repita", log).report()
    assert "ERROR: se rompió" in text and "Para arreglarlo: repita" in text
    assert "| line 99" in text and "| line 10\n" not in text
    assert log_tail(tmp_path / "missing.log") == []
    assert "Últimas líneas" not in Failure("a", "b", tmp_path / "missing.log").report()


def test_a_step_prints_its_result_or_its_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Bien") as current:
        current.result = "al día"
    with pytest.raises(Failure), step("Mal"):
        raise Failure("x", "y")
    bien, mal = capsys.readouterr().out.splitlines()
    assert bien.strip().startswith("Bien ...") and "al día (0.0 s)" in bien
    assert mal.strip().startswith("Mal ...") and "FALLÓ (0.0 s)" in mal


def test_without_root_the_one_line_to_run_is_printed(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = [
        Need("A", lambda: False, ("a", "a-dev")),
        Need("B", lambda: True, ("b",)),
        Need("C", lambda: False, ("c",)),
    ]
    missing = system.missing(iter(needs))
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system, "sudo_without_password", lambda: False)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Failure, match="A, C") as caught:
        system.install(missing, paths)
    assert caught.value.mend.endswith(f"sudo sh {system.INSTALLER} a a-dev c")


def test_the_installer_is_a_plain_shell_script() -> None:
    assert subprocess.run(["sh", "-n", str(system.INSTALLER)], check=False).returncode == 0


@pytest.mark.parametrize("variables", [{"CKAN_DATASTORE_WRITE_URL": "x"}, {"CKAN_DATASTORE_READ_URL": "x"}], ids=str)
def test_half_a_datastore_is_refused(paths: Paths, variables: dict[str, str]) -> None:
    with pytest.raises(Failure, match="CKAN_DATASTORE_WRITE_URL"):
        Services(paths, variables)


NAMED = {
    "CKAN_SQLALCHEMY_URL": "postgresql://other/ckan",
    "CKAN_DATASTORE_WRITE_URL": "postgresql://other/ds",
    "CKAN_DATASTORE_READ_URL": "postgresql://reader@other/ds",
    "CKAN_REDIS_URL": "redis://other",
}


@pytest.mark.parametrize(
    ("named", "postgres", "redis"),
    [
        ([], True, True),
        (["CKAN_REDIS_URL"], True, False),
        (["CKAN_SQLALCHEMY_URL"], True, True),
        (["CKAN_SQLALCHEMY_URL", "CKAN_DATASTORE_WRITE_URL", "CKAN_DATASTORE_READ_URL"], False, True),
        (list(NAMED), False, False),
    ],
)
def test_a_named_service_is_used_and_not_started(paths: Paths, named: list[str], postgres: bool, redis: bool) -> None:
    services = Services(paths, {name: NAMED[name] for name in named})
    assert (services.own_postgres, services.own_redis) == (postgres, redis)
    assert {name: services.urls()[name] for name in named} == services.external()


def test_what_would_lead_children_astray_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPASSWORD", "PGSERVICE", "PYTHONPATH", "CKAN_INI", "GUNICORN_CMD_ARGS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("PG_CONFIG", "kept")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    found = clean_environment()
    assert found["PG_CONFIG"] == found["PIP_INDEX_URL"] == "kept"
    assert not {"PGHOST", "PGPASSWORD", "PGSERVICE", "PYTHONPATH", "CKAN_INI", "GUNICORN_CMD_ARGS"} & set(found)


def test_the_environment_is_installed_again_when_its_sources_change(tmp_path: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "setup.py", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    paths = Paths.of_portal(tmp_path)
    paths.make()
    venv = Venv(paths)
    assert not venv.is_ready(dev=False)
    seen = {venv.stamp(dev=False), venv.stamp(dev=True)}
    (tmp_path / "requirements-dev.txt").write_text("changed")
    assert venv.stamp(dev=False) in seen and venv.stamp(dev=True) not in seen
    (tmp_path / "requirements.txt").write_text("changed")
    assert venv.stamp(dev=False) not in seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("{}", []),
        ("[]", []),
        ('{"accounts": []}', []),
        (
            '{"accounts": [{"role": "Oficial", "name": "ana", "password": "x", "token": null}]}',
            [Account("Oficial", "ana", "x", "")],
        ),
        (
            '{"accounts": [{"role": "Oficial", "name": "ana", "password": "x", "token": "t"}]}',
            [Account("Oficial", "ana", "x", "t")],
        ),
    ],
)
def test_accounts_are_read(tmp_path: Path, text: str, expected: list[Account]) -> None:
    (tmp_path / "accounts.json").write_text(text)
    assert read_accounts(tmp_path / "accounts.json") == expected
