"""The whole life of a dataset through the actions."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest

from tests.workflow.conftest import Scene

pytestmark = pytest.mark.gated


def test_a_new_dataset_is_not_public(scene: Scene) -> None:
    made = scene.dataset(private=False, state="active")
    assert made["private"] is True
    assert made["publication"]["status"] == "borrador"
    assert made["publication"]["can"] == ["package_update", "publication_submit"]
    with pytest.raises(tk.NotAuthorized):
        scene.call("package_show", None, id=made["id"])


def test_submit_and_approve_make_it_public(scene: Scene) -> None:
    made = scene.dataset()
    sent = scene.call("publication_submit", "author", id=made["id"], note="Listo")
    assert sent["status"] == "en_revision"
    moved = scene.call("publication_approve", "reviewer", id=made["id"], revision_id=sent["revision_id"])
    assert moved["status"] == "publicado"
    public = scene.call("package_show", None, id=made["id"])
    assert public["private"] is False and "publication" not in public


def test_an_edit_of_a_published_dataset_is_a_proposal(scene: Scene) -> None:
    public = scene.published()
    changed = scene.call("package_patch", "author", id=public["id"], title="Otro título")
    assert changed["title"] == "Otro título"
    assert changed["publication"]["status"] == "borrador" and changed["publication"]["live"] == "publicado"
    assert scene.call("package_show", None, id=public["id"])["title"] == "Registro de prueba"
    again = scene.call("package_patch", "author", id=public["id"], notes="Y otra descripción")
    assert (again["title"], again["notes"]) == ("Otro título", "Y otra descripción")
    scene.publish(public["id"])
    live = scene.call("package_show", None, id=public["id"])
    assert (live["title"], live["notes"]) == ("Otro título", "Y otra descripción")
