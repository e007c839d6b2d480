"""Each plugin is an ordinary CKAN extension: alone in a stock CKAN, with Solr at its side, the pages are served.

The configuration is CKAN's own (`ckan generate config`), the process a new one, so that nothing of another plugin is
loaded. Solr is a stand-in that answers as an empty core does.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from ckan.common import config

PREFIX = "gobierno_abierto_"
PLUGINS = sorted(entry.name for entry in entry_points(group="ckan.plugins") if entry.name.startswith(PREFIX))
#: What a plugin builds upon and an operator must name beside it (docs/operators/ordinary-extension.md).
COMPANIONS: dict[str, str] = {}
PAGES = ["/", "/dataset/", "/organization/", "/group/", "/about", "/user/login", "/api/3/action/status_show"]

PROBE = """
import json, sys
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
app = make_app(CKANConfigLoader(sys.argv[1]).get_config())
client = app._wsgi_app.test_client()
from ckan.common import config
answers = {path: client.get(path) for path in sys.argv[2:]}
texts = {path: answer.get_data(as_text=True) for path, answer in answers.items()}
print(json.dumps({
    "plugins": config["ckan.plugins"],
    "status": {path: answer.status_code for path, answer in answers.items()},
    "search": texts["/dataset/"],
}))
"""


class EmptySolr(BaseHTTPRequestHandler):
    """Solr's answers for a core with CKAN's schema and no document."""

    def answer(self) -> None:
        """Every question finds nothing; every update is well."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = {"numFound": 0, "start": 0, "docs": []}
        answer = {
            "responseHeader": {"status": 0},
            "response": found,
            "facet_counts": {"facet_queries": {}, "facet_fields": {}, "facet_ranges": {}},
        }
        body, kind = json.dumps(answer).encode(), "application/json"
        if "schema" in self.path:  # CKAN asks for the schema of the core at its start
            body, kind = b'<schema name="ckan-2.11" version="1.6"/>', "text/xml"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_arguments: object) -> None:
        """Silence."""


@pytest.fixture(scope="module")
def solr() -> Iterator[str]:
    """The address of the stand-in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptySolr)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/solr/ckan"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory, solr: str) -> Path:
    """CKAN's generated configuration with the addresses of the test services, and not one option of ours."""
    folder = tmp_path_factory.mktemp("stock")
    ini = folder / "ckan.ini"
    ckan = Path(sys.executable).with_name("ckan")
    subprocess.run([sys.executable, ckan, "generate", "config", ini], check=True, capture_output=True)
    options = {
        "ckan.site_url": "http://localhost:5000",
        "solr_url": solr,
        "ckan.storage_path": str(folder / "storage"),
        "ckan.webassets.path": str(folder / "webassets"),
        # As the wheel of 2.12.0 needs it: its midnight-blue has no styles.
        "ckan.base_templates_folder": "templates",
        "ckan.base_public_folder": "public",
        **{key: config[key] for key in ("sqlalchemy.url", "ckan.redis.url")},
        **{f"ckan.datastore.{key}": config[f"ckan.datastore.{key}"] for key in ("write_url", "read_url")},
    }
    set_options(ini, options)
    return ini


def set_options(ini: Path, options: dict[str, str]) -> None:
    """Set options of [app:main], each on one line."""
    text = ini.read_text(encoding="utf-8")
    for key in options:
        text = re.sub(rf"^{re.escape(key)}\s*=.*\n", "", text, flags=re.MULTILINE)
    lines = "".join(f"{key} = {value.replace('%', '%%')}\n" for key, value in options.items())
    ini.write_text(text.replace("[app:main]\n", f"[app:main]\n{lines}", 1), encoding="utf-8")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_stock_ckan_with_one_plugin_serves_its_pages(plugin: str, stock: Path, tmp_path: Path) -> None:
    ini = tmp_path / "ckan.ini"
    ini.write_text(stock.read_text(encoding="utf-8"), encoding="utf-8")
    plugins = f"{plugin} {COMPANIONS.get(plugin, '')}".strip()
    set_options(ini, {"ckan.plugins": plugins})
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, ini, *PAGES], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found["plugins"] == plugins.split()
    assert found["status"] == dict.fromkeys(PAGES, 200), answer.stderr[-3000:]
    assert re.search(r'<input[^>]+name="q"', found["search"]), "the search page has its form"


def test_every_plugin_is_tried() -> None:
    folders = Path(__file__).resolve().parent.parent.glob("ckanext/gobierno_abierto/*/plugin.py")
    assert {f"{PREFIX}{path.parent.name}" for path in folders} <= set(PLUGINS)
