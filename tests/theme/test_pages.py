"""Every kind of page renders, for whoever looks, and asks nothing of another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.tests.factories as factories
import pytest

from ckanext.gobierno_abierto.theme import navigation

#: Attributes that make a browser fetch something by itself (a link waits for a click).
FETCHED = re.compile(
    r"<(?:script|img|iframe|source|audio|video|embed|object)\b[^>]*?\b(?:src|data)=[\"']([^\"']+)"
    r"|<link\b(?=[^>]*\brel=[\"'](?:stylesheet|icon|preload|manifest|apple-touch-icon|modulepreload)[\"'])[^>]*?\bhref=[\"']([^\"']+)",
    re.IGNORECASE,
)
#: The stock portal: our search and the theme, none of the other capabilities.
STOCK = "gobierno_abierto_theme gobierno_abierto_search datastore datatables_view text_view image_view"
PASSWORD = "una-clave-larga-1"

pytestmark = pytest.mark.ckan_config("ckan.locale_default", "es")


def other_hosts(page: str) -> set[str]:
    """Hosts that a browser would ask for parts of this page."""
    urls = [unescape(a or b) for a, b in FETCHED.findall(page)]
    return {urlsplit(url).netloc for url in urls} - {"", "test.ckan.net"}


@pytest.fixture
def portal(with_plugins: None, app: Any, rolled_back_db: None) -> Iterator[dict[str, str]]:
    """A small portal: an organization with an officer, a group, a dataset with two files."""
    officer = factories.User(password=PASSWORD, image_url="")
    sysadmin = factories.Sysadmin(password=PASSWORD, image_url="")
    organization = factories.Organization(
        title="Entidad de prueba", image_url="", users=[{"name": officer["name"], "capacity": "editor"}]
    )
    group = factories.Group(title="Mesa de prueba", image_url="", user=sysadmin)
    dataset = factories.Dataset(
        title="Agua y <saneamiento>",
        notes="Cobertura de agua.\n\nPor **municipio**.",
        owner_org=organization["id"],
        private=False,
        license_id="cc-by",
        tags=[{"name": "agua"}],
        resources=[
            {"name": "Tabla", "format": "CSV", "url": "http://datos.example.org/tabla.csv", "size": 1234567},
            {"name": "Informe", "format": "PDF", "url": "http://datos.example.org/informe.pdf"},
        ],
    )
    yield {
        "organization": organization["name"],
        "group": group["name"],
        "dataset": dataset["name"],
        "resource": dataset["resources"][0]["id"],
        "officer": officer["name"],
        "sysadmin": sysadmin["name"],
    }


PUBLIC_PAGES = {
    "/": "¿Qué datos busca?",
    "/en/": "</html>",
    "/dataset/": "Agua y &lt;saneamiento&gt;",
    "/dataset/?q=agua": "Agua y &lt;saneamiento&gt;",
    "/dataset/?q=zzzz": "Nada coincide con",
    "/dataset/?organization={organization}": "Filtros aplicados",
    "/dataset/{dataset}": "Archivos y descargas",
    "/dataset/{dataset}/resource/{resource}": "Usar por la API",
    "/organization/": "Entidad de prueba",
    "/organization/{organization}": "Agua y &lt;saneamiento&gt;",
    "/organization/about/{organization}": "Entidad de prueba",
    "/group/": "Mesa de prueba",
    "/group/{group}": "Mesa de prueba",
    "/temas": "Temas",
    "/desarrolladores": "package_search",
    "/about": "Acerca del portal",
    "/accesibilidad": "WCAG",
    "/user/login": 'name="password"',
    "/user/reset": "</html>",
}
SIGNED_IN_PAGES = ("/", "/dashboard/datasets", "/user/{who}", "/user/edit/{who}", "/dataset/new", "/dataset/{dataset}")


def log_in(app: Any, name: str) -> None:
    """Open a session for the test client."""
    app.post("/user/login", data={"login": name, "password": PASSWORD}, follow_redirects=False)


def look(app: Any, path: str, **names: str) -> str:
    """A page's text; it must answer 200 and stay on this host."""
    answer = app.get(path.format(**names))
    assert answer.status_code == 200, path
    assert not other_hosts(answer.body), path
    return answer.body


@pytest.mark.portal
def test_pages_for_readers(app: Any, portal: dict[str, str]) -> None:
    for path, words in PUBLIC_PAGES.items():
        body = look(app, path, **portal)
        assert words in body, path
        assert body.count("<h1") == 1 or path.startswith(("/organization/", "/group/", "/user/")), path
        assert "jquery" not in body.lower() or "/resource/" in path, path
        assert f'<html lang="{"en" if path.startswith("/en/") else "es"}"' in body, path


@pytest.mark.portal
@pytest.mark.parametrize("role", ["officer", "sysadmin"])
def test_pages_for_who_signed_in(app: Any, portal: dict[str, str], role: str) -> None:
    log_in(app, portal[role])
    for path in SIGNED_IN_PAGES:
        body = look(app, path, who=portal[role], **portal)
        assert 'class="js ga-full"' in body, path
        assert "_csrf_token" in body, path
    assert "Cerrar sesión" in look(app, "/")


@pytest.mark.ckan_config("licenses_group_url", "")
@pytest.mark.ckan_config("ckan.plugins", STOCK)
def test_a_stock_ckan_wears_the_theme(app: Any, portal: dict[str, str]) -> None:
    """No schema, no vocabulary, no committee: fewer words, no error."""
    # CKAN reads its licences once per process; another test's plugins may have brought their own.
    if hasattr(model.Package, "_license_register"):
        del model.Package._license_register
    for path in PUBLIC_PAGES:
        look(app, path, **portal)
    body = look(app, "/dataset/{dataset}", **portal)
    licence = re.search(r"<dt>Licencia</dt>(.*?)</dd>", body, flags=re.DOTALL)
    assert licence and "Creative Commons" in licence[1] and "Abierta" in licence[1]


@pytest.mark.portal
@pytest.mark.parametrize(
    "path,status,words",
    [("/no-existe", 404, "No encontramos esta página"), ("/dataset/no-existe", 404, "No encontramos esta página")],
)
def test_errors_speak_spanish(app: Any, path: str, status: int, words: str) -> None:
    answer = app.get(path, expect_errors=True)
    assert answer.status_code == status
    assert words in answer.body and not other_hosts(answer.body)


@pytest.mark.portal
def test_who_may_not_is_told_so(app: Any, portal: dict[str, str]) -> None:
    answer = app.get(f"/dataset/edit/{portal['dataset']}", expect_errors=True)
    assert answer.status_code == 403
    assert "No tiene acceso a esta página" in answer.body and "Ingresar con su cuenta" in answer.body


@pytest.mark.portal
def test_structured_data_cannot_leave_its_script(app: Any, portal: dict[str, str]) -> None:
    """A title that closes the script element stays text."""
    organization = factories.Organization(image_url="")
    dataset = factories.Dataset(title="</script><b id=roto>", owner_org=organization["id"], private=False)
    body = look(app, f"/dataset/{dataset['name']}")
    assert "<b id=roto>" not in body
    graphs = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, flags=re.DOTALL)
    assert graphs and all(json.loads(graph) for graph in graphs)


@pytest.mark.portal
def test_head_says_what_the_page_is(app: Any, portal: dict[str, str]) -> None:
    body = look(app, "/dataset/{dataset}", **portal)
    address = f"http://test.ckan.net/dataset/{portal['dataset']}"
    assert f'<link rel="canonical" href="{address}">' in body
    assert 'rel="alternate" type="text/turtle"' in body
    assert '<meta name="description" content="Cobertura de agua.' in body
    assert 'property="og:title"' in body
    assert '<meta name="robots" content="noindex, follow">' in look(app, "/dataset/?q=agua")


@pytest.mark.portal
def test_downloads_come_before_the_description(app: Any, portal: dict[str, str]) -> None:
    body = look(app, "/dataset/{dataset}", **portal)
    assert body.index("Archivos y descargas") < body.index('id="descripcion"') < body.index('id="citar"')
    assert body.index("Responde por los datos") < body.index("Archivos y descargas")


@pytest.mark.portal
def test_manifest_and_robots(app: Any) -> None:
    manifest = app.get("/manifest.webmanifest")
    assert json.loads(manifest.body)["icons"][0]["src"].startswith("/gobierno_abierto/")
    robots = app.get("/robots.txt").body
    assert "User-agent: *" in robots and "Disallow: /user/" in robots and "Sitemap" not in robots


@pytest.mark.parametrize(
    "endpoint,signed_in,needed",
    [
        ("dataset.read", False, False),
        ("dataset.read", True, True),
        ("user.register", False, True),
        ("user.login", False, False),
        ("dataset.new", True, True),
        ("medio_ambiente_resource.edit", False, True),
        (None, False, False),
    ],
)
def test_scripts_only_where_used(endpoint: str | None, signed_in: bool, needed: bool) -> None:
    assert navigation.needs_scripts(endpoint, signed_in) is needed


@pytest.mark.parametrize(
    "page,hosts",
    [
        ('<img src="https://a.example/x.png">', {"a.example"}),
        ('<link href="//b.example/x.css" rel="stylesheet">', {"b.example"}),
        ('<link rel="canonical" href="https://c.example/">', set()),
        ('<a href="https://d.example/">x</a>', set()),
        ('<script defer src="/x.js"></script>', set()),
    ],
)
def test_the_check_for_hosts_sees_what_it_should(page: str, hosts: set[str]) -> None:
    assert other_hosts(page) == hosts
