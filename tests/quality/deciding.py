"""A checked file with personal data, and people of every role who decide on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.lib import uploader

from ckanext.gobierno_abierto.common import audit
from ckanext.gobierno_abierto.quality import gate, reports
from ckanext.gobierno_abierto.quality.report import check
from tests.files import samples as s
from tests.quality.people import CSV, SECRETS
from tests.workflow.conftest import Scene

TREATED = {"carnet": "hash", "nombre completo": "drop", "fecha de nacimiento": "generalise"}
DEED = {"column": "carnet", "kind": "cedula"}
BASIS = "Ley 1234, artículo 5: manda publicar la lista."


def uploaded(scene: Scene, package_id: str, who: str = "author", body: bytes = CSV, **values: Any) -> dict[str, Any]:
    """A new file of a dataset that was checked; as resource_create answers it."""
    values = {"name": "Padrón", "upload": s.sent("padron.csv", body), **values}
    made = scene.call("resource_create", who, package_id=package_id, **values)
    checked(made["id"])
    return dict(made)


def checked(resource_id: str) -> str:
    """Check the newest content of a resource, as the worker does; its subject."""
    row = next(row for row in reports.of_resource(resource_id))
    reports.announce(row.subject, row.resource_id, row.package_id, row.content, row.source, again=True)
    # In this process: the worker's own is tested with the gate.
    with gate._on_disk(row) as path:
        reports.finish(row.subject, row.content, check(path, row.source["name"]))
    model.Session.commit()
    return str(row.subject)


def said(scene: Scene, resource_id: str, who: str = "author", **given: Any) -> dict[str, Any]:
    """What quality_personal_data_show answers."""
    return dict(scene.call("quality_personal_data_show", who, id=resource_id, **given))


def decisions(answer: dict[str, Any]) -> dict[str, str]:
    """Column -> decision."""
    return {one["column"]: one["decision"] for one in answer["columns"]}


def secret_free(*texts: Any) -> bool:
    """Whether no value of the file is in any of these, JSON or text."""
    whole = " ".join(
        text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, default=str) for text in texts
    )
    return not any(secret in whole for secret in SECRETS)


def declare(scene: Scene, resource_id: str, who: str = "author", **given: Any) -> dict[str, Any]:
    """Declare BASIS for DEED, but for what is given."""
    return dict(
        scene.call("quality_personal_data_declare", who, **{"id": resource_id, "basis": BASIS, **DEED, **given})
    )


def judge(scene: Scene, resource_id: str, who: str = "reviewer", accepted: Any = True, **given: Any) -> dict[str, Any]:
    """Judge the basis of DEED."""
    data = {"id": resource_id, "accepted": accepted, "note": "Revisado.", **DEED, **given}
    return dict(scene.call("quality_personal_data_decide", who, **data))


def mask(scene: Scene, resource_id: str, who: str = "author", **given: Any) -> dict[str, Any]:
    """Mask the file as TREATED says."""
    return dict(scene.call("quality_personal_data_mask", who, **{"id": resource_id, "treatments": TREATED, **given}))


def body_of(resource_id: str) -> bytes:
    """The resource's live file."""
    return Path(uploader.get_resource_uploader({"id": resource_id}).get_path(resource_id)).read_bytes()


def logged(package_id: str) -> list[audit.Entry]:
    """What the audit log has of decisions on personal data, the newest first."""
    return [row for row in audit.rows(package_id=package_id) if "datos" in row.action or "base" in row.action]


def fault(refused: pytest.ExceptionInfo[tk.ValidationError]) -> str:
    """The first message of a refusal."""
    return str(next(iter(refused.value.error_dict.values()))[0])
