"""Which filters stand beside results."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

from ckanext.gobierno_abierto.theme.facets import ordered


@pytest.mark.portal
def test_the_portal_filters_by_theme_first(app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        fields = list(ordered(OrderedDict(organization="Organizations", own="Propio")))
    assert fields[:3] == ["vocab_tema", "organization", "dataset_type"]
    assert fields[-1] == "own"


@pytest.mark.ckan_config("ckan.plugins", "gobierno_abierto_theme")
@pytest.mark.usefixtures("with_plugins")
def test_without_schemas_only_what_ckan_knows(app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        fields = list(ordered(OrderedDict(tags="Tags"), without="organization"))
    assert fields == ["res_format", "license_id", "groups", "tags"]
