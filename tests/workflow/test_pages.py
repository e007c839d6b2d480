"""smoke"""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.gated, pytest.mark.ckan_config("ckan.locale_default", "es")]


def test_smoke(scene, app):
    from ckan.tests import factories

    made = scene.dataset(title="Hola <b>")
    headers = {
        role: {"Authorization": factories.APIToken(user=person["name"])["token"]} for role, person in scene.people.items()
    }
    r = app.get(f"/dataset/{made['name']}/publicacion", headers=headers["author"])
    assert r.status_code == 200, r.body
    open("/tmp/h3-a.html", "w").write(r.body)
    r = app.post(f"/dataset/{made['name']}/publicacion", headers=headers["author"], data={"do": "submit", "note": "Va <i>"}, follow_redirects=False)
    print(r.status_code, r.headers)
    r = app.get(f"/dataset/{made['name']}/publicacion", headers=headers["reviewer"])
    open("/tmp/h3-b.html", "w").write(r.body)
    for p in ("/revision", "/propuestas", "/auditoria"):
        r = app.get(p, headers=headers["sysadmin"])
        print(p, r.status_code)
        open("/tmp/h3-" + p.strip("/") + ".html", "w").write(r.body)
    r = app.get("/revision", headers=headers["reviewer"])
    open("/tmp/h3-rev.html", "w").write(r.body)
    print(r.status_code)
    r = app.get(f"/dataset/{made['name']}/publicacion/version/1", headers=headers["reviewer"])
    print(r.status_code)
    scene.call("publication_approve", "reviewer", id=made["id"], revision_id=scene.call("publication_show", "author", id=made["id"])["revision_id"])
    scene.call("package_patch", "author", id=made["id"], title="Otro", frequency="MONTHLY", theme=["GOVE", "HEAL"])
    r = app.get(f"/dataset/{made['name']}/publicacion", headers=headers["author"])
    open("/tmp/h3-c.html", "w").write(r.body)
    print(r.status_code)
    scene.publish(made["id"])
    for p in ("historia", "historia/1", "historia/comparar"):
        r = app.get(f"/dataset/{made['name']}/{p}")
        print(p, r.status_code)
        open("/tmp/h3-" + p.replace("/", "-") + ".html", "w").write(r.body)
    scene.call("publication_withdraw", "sysadmin", id=made["id"], reason="Por\nalgo <b>")
    r = app.get(f"/dataset/{made['name']}/historia")
    print(r.status_code)
    r = app.get(f"/dataset/{made['name']}")
    print(r.status_code)
    open("/tmp/h3-tomb.html", "w").write(r.body)
    assert 0
