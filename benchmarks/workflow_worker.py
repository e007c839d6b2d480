"""One configuration of the portal inside a process, for benchmarks/workflow.py.

    python benchmarks/workflow_worker.py INI

Reads a JSON object a line: `{"path", "token"?, "json"?}` is a request through the whole WSGI application (a POST when
there is `json`), answered with `{"ms", "cpu", "status", "body"}`, `cpu` being the milliseconds that this process itself
worked; `{"load": {...}}` fills an empty portal.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import catalogue
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.cli import load_config
from ckan.config.middleware import make_app
from sqlalchemy import text
from werkzeug.test import Client

from ckanext.gobierno_abierto.common.sql import named_statements
from ckanext.gobierno_abierto.workflow import maintenance
from ckanext.gobierno_abierto.workflow.interfaces import installing

STATEMENTS = Path(__file__).with_name("workflow_data.sql")
KINDS = ["dataset", "estadistica", "tramite", "rendicion_cuentas"]
#: What a general dataset needs besides the catalogue's fields before it may be sent.
COMPLETE = {
    "type": "dataset",
    "theme": ["GOVE"],
    "license_id": "CC-BY-4.0",
    "frequency": "ANNUAL",
    "access_rights": "PUBLIC",
    "temporal_coverage": [{"start": "2020", "end": "2024"}],
    "spatial_coverage": [{"territory": "02"}],
    "contact": [{"name": "Unidad de datos", "email": "datos@entidad.gob.bo"}],
}


def run(statement: str, **bound: Any) -> Any:
    return model.Session.execute(text(named_statements(STATEMENTS)[statement]), bound)


def act(action: str, **data: Any) -> Any:
    """An action as the portal itself calls it."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"ignore_auth": True, "user": site_user}, data)


def account(name: str, organization: str, role: str) -> tuple[str, str]:
    """A new account with a role: its id and an API token."""
    user = act("user_create", name=name, email=f"{name}@entidad.gob.bo", password="solo-para-medir-1")
    act("organization_member_create", id=organization, username=name, role=role)
    return user["id"], act("api_token_create", user=name, name="medir")["token"]


def load(organizations: int, published: int, own: int, proposals: int) -> dict[str, Any]:
    """Fill an empty portal; answers tokens by role.

    `published` public datasets dealt over the organizations, `own` more of the first one, and `proposals` open
    proposals, all for one committee.
    """
    committee = act("organization_create", name="comite-sintetico", title="Comité sintético", kind="comite")
    entities = [
        act("organization_create", name=f"entidad-{n:02d}", title=f"Entidad {n}", committees=[committee["name"]])["id"]
        for n in range(organizations)
    ]
    officer, officer_token = account("funcionaria", entities[0], "editor")
    _reviewer, reviewer_token = account("revisor", committee["id"], "editor")
    with installing():
        for number in range(published + own):
            owner = entities[number % organizations if number < published else 0]
            act("package_create", **{**catalogue.dataset(number), **COMPLETE, "owner_org": owner})
    for _count in maintenance.init_existing(50):
        model.Session.expunge_all()
    lent = run("model").scalar_one()
    run("packages", count=proposals, organizations=entities, types=KINDS, author=officer)
    run("publications")
    run("revisions", author=officer, model=lent)
    run("runs", author=officer)
    model.Session.commit()
    run("analyze")
    model.Session.commit()
    return {"officer": officer_token, "reviewer": reviewer_token}


def ask(client: Client, site: str, path: str, token: str = "", json: Any = None) -> dict[str, Any]:
    """One request, from the call into the application to the last byte of its body."""
    headers = {"Authorization": token} if token else {}
    send = client.get if json is None else client.post
    start, worked = time.perf_counter(), time.process_time()
    answer = send(path, base_url=site, headers=headers, **({} if json is None else {"json": json}))
    body = answer.get_data(as_text=True)
    taken = {"ms": (time.perf_counter() - start) * 1000, "cpu": (time.process_time() - worked) * 1000}
    answer.close()
    return {**taken, "status": answer.status_code, "body": body}


def answers(app: Any, site: str) -> Iterator[dict[str, Any]]:
    client = Client(app, use_cookies=False)
    for line in sys.stdin:
        asked = json.loads(line)
        if "load" in asked:
            with app._wsgi_app.test_request_context(base_url=site):
                yield load(**asked["load"])
        else:
            yield ask(client, site, **asked)


def main() -> None:
    # Whatever CKAN prints must not stand between the answers.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    config = load_config(sys.argv[1])
    for answer in answers(make_app(config), config["ckan.site_url"]):
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
