"""The example script's own errors, without a portal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "examples" / "publish_dataset.py"


@pytest.mark.parametrize(
    "token,file,code,told",
    [
        ("", "datos.csv", 2, "CKAN_TOKEN"),
        ("x", "no-existe.csv", 2, "There is no file"),
        ("x", "datos.csv", 1, "could not be reached"),
    ],
)
def test_it_says_what_is_missing(tmp_path: Path, token: str, file: str, code: int, told: str) -> None:
    (tmp_path / "datos.csv").write_text("a\n1\n", encoding="utf-8")
    words = [sys.executable, str(PROGRAM), "http://127.0.0.1:1", str(tmp_path / file)]
    words += ["--name", "a", "--title", "A", "--organization", "ine"]
    found = subprocess.run(
        words, env={**os.environ, "CKAN_TOKEN": token}, capture_output=True, text=True, timeout=60, check=False
    )
    assert found.returncode == code
    assert told in found.stderr
    assert "Traceback" not in found.stderr
