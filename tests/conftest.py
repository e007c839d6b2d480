"""What every test shares: the whole portal's plugin list and a database that rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins as plugins
import pytest
from ckan.tests.helpers import CKANTestApp

#: The portal as an operator runs it; the first plugin wins over the later ones for templates.
PORTAL_PLUGINS = " ".join(
    """
    gobierno_abierto_theme gobierno_abierto_workflow gobierno_abierto_files gobierno_abierto_quality
    gobierno_abierto_committees
    gobierno_abierto_metadata gobierno_abierto_search
    scheming_datasets scheming_groups scheming_organizations
    gobierno_abierto_table gobierno_abierto_chart gobierno_abierto_map gobierno_abierto_pdf gobierno_abierto_text
    dcat structured_data activity datastore image_view resource_proxy
    """.split()
)


#: The portal without the publication workflow: what is saved is public at once, so most tests need no committee.
UNGATED_PLUGINS = PORTAL_PLUGINS.replace("gobierno_abierto_workflow ", "")

#: Fixtures of a `portal` test, in the order in which they are set up, before any that the test asks for.
PORTAL_FIXTURES = ("portal_plugins", "rolled_back_db")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked `portal` or `gated` runs inside a transaction that is rolled back.

    `gated` is the portal as it runs; `portal` leaves the publication workflow out.
    """
    for item in items:
        gated = item.get_closest_marker("gated")
        if (gated or item.get_closest_marker("portal")) and isinstance(item, pytest.Function):
            plugins_of_test = PORTAL_PLUGINS if gated else UNGATED_PLUGINS
            item.add_marker(pytest.mark.ckan_config("ckan.plugins", plugins_of_test))
            item.fixturenames[:0] = [name for name in PORTAL_FIXTURES if name not in item.fixturenames]


class LoadedPortal:
    """The portal's plugins kept from one test to the next: loading them costs more than most tests.

    They are loaded anew when a test asks for other options (its `ckan_config` marks), since plugins may read them
    while loading, and unloaded before a test that is not the portal's.
    """

    options: ClassVar[frozenset[tuple[str, str]] | None] = None
    config: ClassVar[dict[str, Any]] = {}
    app: ClassVar[Any] = None

    @classmethod
    def load(cls, options: frozenset[tuple[str, str]], config: Any) -> None:
        """Have the plugins loaded with these options, and `config` as they left it."""
        # A test that asks for CKAN's own `with_plugins` besides unloads everything when it ends.
        if cls.options == options and plugins.plugin_loaded("gobierno_abierto_search"):
            config.update(cls.config)
            return
        cls.unload()
        plugins.load_all()
        cls.options, cls.config = options, dict(config)

    @classmethod
    def unload(cls) -> None:
        """Back to no plugin at all, as CKAN's own tests expect."""
        if cls.options is not None:
            plugins.unload_all()
        cls.options, cls.config, cls.app = None, {}, None


def _needs_portal(item: Any) -> bool:
    return bool(item.get_closest_marker("portal") or item.get_closest_marker("gated"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Another kind of test starts without the portal's plugins."""
    if not _needs_portal(item):
        LoadedPortal.unload()


@pytest.fixture
def portal_plugins(ckan_config: Any, request: pytest.FixtureRequest) -> None:
    """Every plugin of the portal is loaded."""
    marks = request.node.iter_markers("ckan_config")
    LoadedPortal.load(frozenset((mark.args[0], str(mark.args[1])) for mark in marks), ckan_config)


@pytest.fixture
def app(make_app: Any, request: pytest.FixtureRequest) -> Any:
    """CKAN's test client; the portal's application behind it is built once for as long as its plugins stay."""
    if not _needs_portal(request.node):
        return make_app()
    if LoadedPortal.app is None:
        # Building it binds CKAN's session to the engine: the test's own transaction would be left, and its data stay.
        bound = dict(model.Session.session_factory.kw)
        LoadedPortal.app = make_app().app
        model.Session.remove()
        model.Session.configure(**bound)
    return CKANTestApp(LoadedPortal.app)


@pytest.fixture
def rolled_back_db() -> Iterator[None]:
    """CKAN's session inside one outer transaction: a commit only ends a savepoint, and nothing stays.

    Rebuilding the database costs 0.3-1 s a test; this costs about 1 ms.
    """
    model.Session.remove()
    connection = model.meta.engine.connect()  # type: ignore[union-attr]
    transaction = connection.begin()
    model.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
    try:
        yield
    finally:
        model.Session.remove()
        transaction.rollback()
        connection.close()
        model.Session.configure(bind=model.meta.engine, join_transaction_mode="conditional_savepoint")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright, one for the whole run.

    Absent, the test is skipped with one line; in CI it fails.
    """
    from bin._portal.system import chromium_program
    from bin._portal.testing import in_ci
    from tests.e2e.conftest import BROWSER_ARGUMENTS

    program = chromium_program()
    if program is None:
        line = "no Chromium on this machine: `apt-get install chromium` to run the browser tests"
        pytest.fail(line, pytrace=False) if in_ci() else pytest.skip(line)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield running
        running.close()
