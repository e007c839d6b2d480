"""What every test shares: the whole portal's plugin list and a database that rolls back."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.model as model
import pytest

#: The portal as an operator runs it; the first plugin wins over the later ones for templates.
PORTAL_PLUGINS = " ".join(
    """
    gobierno_abierto_theme gobierno_abierto_files gobierno_abierto_quality gobierno_abierto_committees
    gobierno_abierto_metadata gobierno_abierto_search
    scheming_datasets scheming_groups scheming_organizations
    dcat structured_data activity datastore datatables_view text_view image_view
    resource_proxy geo_view geojson_view
    """.split()
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked `portal` runs on the full plugin list, inside a transaction that is rolled back."""
    for item in items:
        if item.get_closest_marker("portal") and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.ckan_config("ckan.plugins", PORTAL_PLUGINS))
            for fixture in ("with_plugins", "rolled_back_db"):
                if fixture not in item.fixturenames:
                    item.fixturenames.append(fixture)


@pytest.fixture
def rolled_back_db(with_plugins: None) -> Iterator[None]:
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
