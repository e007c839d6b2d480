"""examples/publish_dataset.py against the live portal, as an officer with a token would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.e2e.approving import call, publish_at_once
from tests.e2e.conftest import ROOT, LivePortal

PROGRAM = ROOT / "examples" / "publish_dataset.py"
OFFICER = "oficial-ine"


def publish(live_portal: LivePortal, token: str, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the example as its own process; the token travels in the environment."""
    words = [sys.executable, str(PROGRAM), live_portal.url, str(path), "--name", "ejemplo-de-publicacion"]
    words += ["--title", "Ejemplo de publicación", "--organization", "ine", *arguments]
    return subprocess.run(
        words, env={**os.environ, "CKAN_TOKEN": token}, capture_output=True, text=True, timeout=120, check=False
    )


def ask(live_portal: LivePortal, action: str) -> Any:
    with urllib.request.urlopen(f"{live_portal.url}/api/3/action/{action}", timeout=30) as answer:
        return json.load(answer)["result"]


def test_the_example_creates_updates_and_repeats(live_portal: LivePortal, tmp_path: Path) -> None:
    token = live_portal.ckan("user", "token", "add", OFFICER, "ejemplo", "-q").split()[-1]
    path = tmp_path / "poblacion.csv"
    path.write_text("codigo;municipio;poblacion\n0201;La Paz;755732\n", encoding="utf-8")
    first = publish(live_portal, token, path)
    assert first.returncode == 0, first.stderr
    assert "dataset created" in first.stdout and "file created" in first.stdout
    again = publish(live_portal, token, path)
    assert "dataset unchanged" in again.stdout and "file unchanged" in again.stdout, again.stdout
    path.write_text("codigo;municipio;poblacion\n0201;La Paz;755732\n0301;Cochabamba;661484\n", encoding="utf-8")
    changed = publish(live_portal, token, path, "--notes", "Con Cochabamba")
    assert "dataset updated" in changed.stdout and "file updated" in changed.stdout, changed.stdout
    assert "not public yet" in changed.stdout
    refused = publish(live_portal, token, path, "--notes", "Con Cochabamba", "--submit")
    assert refused.returncode == 1 and "Falta «Frecuencia" in refused.stderr, refused.stderr
    publish_at_once(live_portal, "ejemplo-de-publicacion")
    (resource,) = ask(live_portal, "package_show?id=ejemplo-de-publicacion")["resources"]
    until = time.monotonic() + 60
    while (state := ask(live_portal, f"quality_load_show?id={resource['id']}"))["status"] != "complete":
        assert time.monotonic() < until and state["status"] != "error", state
        time.sleep(0.5)
    assert state["rows"] == 2 and state["types"]["codigo"] == "text"
    path.write_text("codigo;municipio;poblacion\n0201;La Paz;1\n", encoding="utf-8")
    proposed = publish(live_portal, token, path, "--notes", "Con Cochabamba")
    assert "file updated" in proposed.stdout and "not public yet" in proposed.stdout, proposed.stdout
    (live,) = ask(live_portal, "package_show?id=ejemplo-de-publicacion")["resources"]
    assert live["hash"] == resource["hash"]
    first = call(live_portal, OFFICER, "publication_show", id="ejemplo-de-publicacion")
    publish(live_portal, token, path, "--notes", "Con Cochabamba")
    again = call(live_portal, OFFICER, "publication_show", id="ejemplo-de-publicacion")
    assert first["revision_id"] == again["revision_id"], "the same file was proposed twice"
    path.write_text("", encoding="utf-8")
    empty = publish(live_portal, token, path)
    assert empty.returncode == 1 and "vacío" in empty.stderr
    refused = publish(live_portal, "no-es-un-token", path)
    assert refused.returncode == 1 and "token" in refused.stderr
