"""The checks that a step of workflow.yaml can ask for: the workflow's own, and those of IPublicationCheck plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ..common.errors import Labels
from ..metadata.interfaces import missing_for_publication
from . import contents, evidence, records, versions
from .interfaces import APPROVAL, NEVER, SUBMISSION, CheckedProposal, CheckFinding, IPublicationCheck
from .steps import Step

Check = Callable[[CheckedProposal], list[CheckFinding]]


def completeness(proposal: CheckedProposal) -> list[CheckFinding]:
    """Every field that the dataset's schema asks for before publication has a value."""
    kind = proposal.content.get("type") or "dataset"
    schema = tk.h.scheming_get_dataset_schema(kind) if "scheming_get_dataset_schema" in tk.h else None
    if not schema:
        return []
    named = {one["id"]: one.get("name") or one["id"] for one in proposal.content.get("resources") or [] if "id" in one}
    found = []
    for field in missing_for_publication(schema, proposal.content):
        label = Labels(field.label).translated()
        message = tk._("Falta «{field}».").format(field=label)
        if field.resource:
            where = named.get(str(field.resource), str(field.resource))
            message = tk._("Falta «{field}» en el archivo «{resource}».").format(field=label, resource=where)
        resource_id = str(field.resource) if field.resource else None
        found.append(CheckFinding("completeness", message, SUBMISSION, resource_id, field.name))
    return found


def tables(proposal: CheckedProposal) -> list[CheckFinding]:
    """The tables of the files are loaded; one that cannot be is evidence, one still loading is waited for."""
    found = []
    for resource in proposal.content.get("resources") or []:
        name = resource.get("name") or resource.get("url") or resource["id"]
        status, detail = _table_status(resource, proposal.files.get(resource["id"]))
        if status == "error":
            message = tk._("La tabla de «{name}» no se pudo cargar: {detail}").format(name=name, detail=detail)
            found.append(CheckFinding("tables", message, NEVER, resource["id"]))
        elif status in ("pending", "running"):
            message = tk._("La tabla de «{name}» todavía se está cargando. Espere unos segundos.").format(name=name)
            found.append(CheckFinding("tables", message, APPROVAL, resource["id"]))
    return found


def _table_status(resource: dict[str, Any], file: dict[str, Any] | None) -> tuple[str, str]:
    if file and not file["live"]:
        loaded = file["loaded"] or {}
        return str(loaded.get("status") or "none"), str(loaded.get("detail") or "")
    try:
        shown = tk.get_action("quality_load_show")({"ignore_auth": True}, {"id": resource["id"]})
    except (KeyError, tk.ObjectNotFound):
        return "none", ""
    return str(shown["status"]), str(shown["detail"])


#: The workflow's own checks; the names are those of workflow.yaml.
CHECKS: dict[str, Check] = {
    "completeness": completeness,
    "tables": tables,
    "quality": evidence.quality,
    "personal_data": evidence.personal_data,
}


def known() -> dict[str, Check]:
    """Every check by name; a plugin's check replaces one of the same name."""
    found = dict(CHECKS)
    for plugin in p.PluginImplementations(IPublicationCheck):
        found.update(plugin.get_publication_checks())
    return found


def proposal_of(revision: Any) -> CheckedProposal:
    """What the checks are given for a revision."""
    live = records.live_files(revision.package_id)
    rows = {row.id: row for row in records.rows("files", ids=list(revision.files.values()))}
    files = {
        resource_id: {
            "id": row.id,
            "path": versions.path_of(row),
            "filename": row.filename,
            "format": row.format,
            "size": row.size,
            "sha256": row.sha256,
            "loaded": row.loaded,
            "live": live.get(resource_id) == row.id,
        }
        for resource_id, row in ((r, rows.get(f)) for r, f in revision.files.items())
        if row is not None
    }
    return CheckedProposal(revision.content, files, list(contents.of_revision(revision.package_id, revision)))


def findings(revision: Any, steps: tuple[Step, ...]) -> list[CheckFinding]:
    """What the checks of these steps say of a revision."""
    proposal = proposal_of(revision)
    checks = known()
    names = list(dict.fromkeys(name for step in steps for name in step.checks))
    return [finding for name in names if name in checks for finding in checks[name](proposal)]


def blocking(found: list[CheckFinding], *, approval: bool) -> list[CheckFinding]:
    """Those that stand in the way of a submission, or of an approval."""
    stops = {SUBMISSION, APPROVAL} if approval else {SUBMISSION}
    return [finding for finding in found if finding.blocks in stops]
