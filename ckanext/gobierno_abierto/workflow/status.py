"""Where a dataset is, for the person who asks: what `publication_show` answers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from . import people, records
from .case import Case
from .transitions import INEDITO, PUBLICADO, RETIRADO

#: What `status` may be: a live state, or the state of the open proposal.
STATUSES = ("inedito", "borrador", "en_revision", "observado", "aprobado", "publicado", "retirado")


def label(live: str, run: Any) -> str:
    """The derived status that people read; it is stored nowhere."""
    if run is None:
        return {
            INEDITO: tk._("Borrador sin publicar"),
            PUBLICADO: tk._("Publicado"),
            RETIRADO: tk._("Retirado"),
        }[live]
    if run.kind == "retiro":
        return tk._("Publicado, con un retiro propuesto")
    if live == PUBLICADO:
        return {
            "borrador": tk._("Publicado, con cambios en preparación"),
            "en_revision": tk._("Publicado, con cambios en revisión"),
            "observado": tk._("Publicado, con cambios observados"),
            "aprobado": tk._("Publicado, con cambios aprobados que esperan su fecha"),
        }[run.state]
    return {
        "borrador": tk._("Borrador"),
        "en_revision": tk._("En revisión"),
        "observado": tk._("Observado: se piden cambios"),
        "aprobado": tk._("Aprobado, espera su fecha"),
    }[run.state]


def _waiting_for(case: Case) -> dict[str, Any]:
    """Who has it: `{role, organizations: [{name, title}], text}`."""
    run = case.run
    if run is None:
        return {"role": None, "organizations": [], "text": ""}
    if run.state == "en_revision":
        bodies = people.waiting_bodies(case)
        names = ", ".join(body["title"] for body in bodies)
        return {"role": "reviewer", "organizations": bodies, "text": tk._("Lo tiene {bodies}").format(bodies=names)}
    if run.state == "aprobado":
        role = "clock" if run.publish_at else "coordinator"
        text = tk._("Espera su fecha de publicación") if run.publish_at else tk._("Espera a la coordinación del portal")
        return {"role": role, "organizations": [], "text": text}
    organization = people.organization_title(case.package.owner_org)
    return {"role": "writer", "organizations": [], "text": tk._("Lo tiene {bodies}").format(bodies=organization)}


def status_of(case: Case) -> dict[str, Any]:
    """The answer of publication_show for who may see proposals: dates are ISO 8601 with their zone."""
    run, publication = case.run, case.publication
    revision_id = run.revision_id if run else (publication.live_revision_id if publication else None)
    revision = records.row("revision_number", id=revision_id) if revision_id else None
    step = case.step
    live_revision = publication.live_revision_id if publication else None
    return {
        "status": run.state if run else ("borrador" if case.live == INEDITO else case.live),
        "label": label(case.live, run),
        "live": case.live,
        "kind": run.kind if run else None,
        "revision_id": revision_id,
        "revision_number": revision.number if revision else None,
        "live_revision_id": live_revision,
        "step": step.name if step else None,
        "step_title": dict(step.title) if step else None,
        "step_number": (run.step + 1) if step else None,
        "steps": len(case.steps),
        "waiting_for": _waiting_for(case),
        "since": _iso(run.since if run else (publication.published_at if publication else None)),
        "note": run.note if run else "",
        "conflict": bool(run and run.kind == "cambio" and run.base_revision_id != live_revision),
        "can": case.can,
        "publish_at": _iso(run.publish_at if run else None),
        "withdraw_at": _iso(publication.withdraw_at if publication else None),
    }


def public_status(case: Case) -> dict[str, Any]:
    """The answer for everybody else: nothing but what the public history says."""
    publication = case.publication
    return {
        "status": case.live,
        "label": label(case.live, None),
        "live": case.live,
        "revision_id": publication.live_revision_id if publication else None,
        "step": None,
        "waiting_for": None,
        "since": _iso(publication.published_at if publication else None),
        "can": [],
        "publish_at": None,
        "withdraw_at": None,
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
