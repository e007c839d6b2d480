"""The check of a file that nobody trusts: bounded, and the caller lives."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ckanext.gobierno_abierto.quality import sandbox
from ckanext.gobierno_abierto.quality.facts import DictionaryField, Limits
from ckanext.gobierno_abierto.quality.report import check

TABLE = "municipio,poblacion\nLa Paz,5\nOruro,x\n"


def test_the_report_is_the_engines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    dictionary = [DictionaryField("municipio", "Municipio", "", "text")]
    found = sandbox.run(path, "mi tabla.csv", dictionary)
    assert {**found, "seconds": 0} == {**check(path, "mi tabla.csv", dictionary), "seconds": 0}


def test_progress_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2\n" * 2_000_000, encoding="utf-8")
    seen: list[int] = []
    report = sandbox.run(path, "t.csv", progress=seen.append)
    assert seen and seen == sorted(seen) and seen[-1] <= report["summary"]["rows"] == 2_000_000


def test_a_process_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2\n" * 500_000, encoding="utf-8")
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run(path, "t.csv", memory=30 << 20)
    assert killed.value.reason == sandbox.MEMORY


def test_a_process_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "_MODULE", "sleeper")
    monkeypatch.setattr(sandbox, "GRACE", 0.2)
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run(tmp_path / "sleeper.py", "t.csv", limits=Limits(seconds=0.3))
    assert killed.value.reason == sandbox.TIME


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run(tmp_path / "no.csv", "no.csv")
    assert killed.value.reason == sandbox.UNREADABLE


def test_a_process_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(sandbox, "_MODULE", "ckanext.gobierno_abierto.quality.no_such_module")
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run(path, "t.csv")
    assert killed.value.reason == sandbox.CRASH


def test_it_knows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CKAN_SQLALCHEMY_URL", "postgresql://u:secreto@h/d")
    assert "secreto" not in str(sandbox._environment("/tmp"))


def test_a_bomb_is_a_finding(tmp_path: Path) -> None:
    """Nothing of it is written beyond the temporary folder, which goes."""
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", ("0" * 100 + "\n") * (1 << 19))
    report = sandbox.run(path, "t.zip", limits=Limits(unpacked=1 << 20))
    assert "unsafe_archive" in {one["check"] for one in report["results"] if one["result"] == "fail"}
