"""What the publication page says of a case: its stages, what is asked of the reader, the checks, the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common import audit
from . import contents, people, readable, records
from .case import Case
from .interfaces import APPROVAL, SUBMISSION
from .notice_texts import moment
from .transitions import APROBADO, BORRADOR, EN_REVISION, INEDITO, OBSERVADO, PUBLICADO, RETIRADO, RETIRO

DONE, NOW, NEXT = "done", "now", "next"
#: Entries of the audit log whose comment is part of the conversation; the others are kept as comments.
SAID = ("enviar", "proponer_retiro")


@dataclass(frozen=True)
class Stage:
    """One stage of the way to publication; `state` is DONE, NOW or NEXT."""

    title: str
    note: str
    state: str


def lang() -> str:
    """The page's language."""
    return str(tk.h.lang() or "es")


def heading(package: Any, title: str = "") -> dict[str, Any]:
    """What every page of a dataset is headed with: `pkg` for the templates, as little of package_show as they need."""
    organization = model.Group.get(package.owner_org) if package.owner_org else None
    shown = {
        "id": package.id,
        "name": package.name,
        "title": title or package.title or package.name,
        "type": package.type,
        "organization": None,
    }
    if organization is not None:
        shown["organization"] = {
            "name": organization.name,
            "title": organization.title or organization.name,
            "type": organization.type,
        }
    return {"pkg": shown}


def stages(case: Case) -> list[Stage]:
    """The way of the open proposal, or of a dataset that was never published; empty for one that only is public."""
    run = case.run
    if run is None and case.live != INEDITO:
        return []
    reviews = [
        (
            tk._("{step} (paso {number} de {total})").format(
                step=readable.text_in(step.title, lang()), number=number, total=len(case.steps)
            ),
            ", ".join(body["title"] for body in people.bodies_of(step.reviewers, case.package.owner_org)),
        )
        for number, step in enumerate(case.steps, 1)
    ]
    if run is not None and run.kind == RETIRO:
        titles = [(tk._("Propuesta de retiro"), ""), *reviews, (tk._("Retirado"), "")]
    else:
        titles = [_draft(case), *reviews, _approved(run), (tk._("Publicado"), "")]
    now = _place(run, len(case.steps))
    return [
        Stage(title, note, DONE if at < now else NOW if at == now else NEXT) for at, (title, note) in enumerate(titles)
    ]


def _place(run: Any, steps: int) -> int:
    state = run.state if run else BORRADOR
    return 1 + run.step if state == EN_REVISION else 1 + steps if state == APROBADO else 0


def _draft(case: Case) -> tuple[str, str]:
    organization = people.organization_title(case.package.owner_org)
    asked = case.run is not None and case.run.state == OBSERVADO
    return (tk._("Correcciones") if asked else tk._("Borrador")), organization


def _approved(run: Any) -> tuple[str, str]:
    date = moment(run.publish_at) if run is not None and run.publish_at else ""
    return tk._("Aprobado"), tk._("se publica el {date}").format(date=date) if date else ""


def asked(case: Case) -> str:
    """What is asked of the reader now."""
    can = case.can
    if case.run is None:
        return _asked_without_proposal(case.live, can)
    if "publication_submit" in can and case.run.state == OBSERVADO:
        return tk._("Lea lo que se pide, corríjalo y vuelva a enviar la propuesta.")
    if "publication_submit" in can:
        return tk._("Falta enviarla a revisión. Mientras tanto nadie la revisa ni se publica nada.")
    if "publication_approve" in can:
        return tk._("Le toca decidir: lea lo que cambia y apruebe, o pida cambios.")
    if "publication_request_changes" in can:
        return tk._("Usted escribió parte de esta propuesta: la debe aprobar otra persona de quienes revisan.")
    if "publication_publish" in can:
        return tk._("Está aprobada: la puede publicar ahora o cambiar su fecha.")
    if case.run.state == EN_REVISION and "publication_cancel" in can:
        return tk._("Espere la decisión. Si guarda otro cambio, el envío se retira y hay que volver a enviarla.")
    return tk._("Por ahora no tiene que hacer nada.")


def _asked_without_proposal(live: str, can: list[str]) -> str:
    if live == INEDITO and "publication_submit" in can:
        return tk._("Falta enviarlo a revisión. Mientras tanto solo lo ven su entidad y su comité.")
    if live == PUBLICADO and "package_update" in can:
        return tk._("Nada. Si edita el conjunto, lo que guarde queda como propuesta y lo publicado no cambia.")
    if live == RETIRADO and "publication_restore" in can:
        return tk._("Está retirado: solo la coordinación del portal lo puede restaurar.")
    return tk._("Por ahora no tiene que hacer nada.")


def checks_of(case: Case, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The checks of the steps with what they found: `{title, findings: [{message, tone, says, url, link}]}`."""
    titles = {
        "completeness": tk._("Descripción completa"),
        "tables": tk._("Tablas de los archivos"),
        "quality": tk._("Calidad de los archivos"),
        "personal_data": tk._("Datos personales"),
    }
    names = dict.fromkeys([*(name for step in case.steps for name in step.checks), *(one["check"] for one in found)])
    return [
        {
            "title": titles.get(name) or name.replace("_", " ").capitalize(),
            "findings": [_finding(case, one) for one in found if one["check"] == name],
        }
        for name in names
    ]


def _finding(case: Case, found: Mapping[str, Any]) -> dict[str, Any]:
    tone, says = {
        SUBMISSION: ("bad", tk._("Impide enviarla")),
        APPROVAL: ("warn", tk._("Impide aprobarla por ahora")),
    }.get(found["blocks"], ("warn", tk._("Para tomar en cuenta")))
    url, link = _mending(case, found)
    return {"message": found["message"], "tone": tone, "says": says, "url": url, "link": link}


def _mending(case: Case, found: Mapping[str, Any]) -> tuple[str | None, str]:
    """(address, its words) of the page where a finding is read in full or mended; no address for who cannot."""
    evidence = {
        "quality": ("ga_quality.report", tk._("Ver el informe")),
        "personal_data": ("ga_personal_data.show", tk._("Ver los datos personales")),
    }
    if found["check"] in evidence and contents.quality() is not None:
        page, words = evidence[found["check"]]
        return str(tk.h.url_for(page, id=case.package.name, resource_id=found["resource_id"])), words
    if "package_update" not in case.can:
        return None, ""
    return form_url(case, found["resource_id"], found["field"]), tk._("Ir al formulario")


def form_url(case: Case, resource_id: str | None, field: str | None) -> str:
    """Address of the form in which a field of the dataset, or of one of its resources, is changed."""
    kind, name = case.package.type, case.package.name
    anchor = f"field-{field}" if field else None
    if resource_id:
        return str(tk.h.url_for(f"{kind}_resource.edit", id=name, resource_id=resource_id, _anchor=anchor))
    pages = tk.h.scheming_get_dataset_form_pages(kind) or []
    for number, page in enumerate(pages, 1):
        if any(one["field_name"] == field for one in page["fields"]):
            return str(tk.h.url_for(f"{kind}.scheming_edit_page", id=name, page=number, _anchor=anchor))
    return str(tk.h.url_for(f"{kind}.edit", id=name))


def conversation(case: Case, revisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said about the open proposal, the oldest first.

    Each `{author, at, text, where, number, resource_id, field}`; `at` is ISO 8601, `number` the revision's.
    """
    if case.run is None:
        return []
    numbers = {one["id"]: one["number"] for one in revisions}
    content = records.revision(case.run.revision_id).content
    said = [_comment(row, content, numbers) for row in records.rows("comments", run_id=case.run.id)]
    for entry in audit.rows(package_id=case.package.id, since=case.run.opened_at, actions=SAID, limit=100):
        if entry.comment:
            said.append(
                {
                    "author": people.display_name(model.User.get(entry.actor_id)) or entry.actor_name,
                    "at": entry.at.isoformat(),
                    "text": entry.comment,
                    "where": tk._("Nota del envío"),
                    "number": numbers.get(entry.revision_id),
                    "resource_id": None,
                    "field": None,
                }
            )
    return sorted(said, key=lambda one: str(one["at"]))


def _comment(row: Any, content: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "author": row.author_fullname or row.author_name or tk._("Cuenta eliminada"),
        "at": row.created.isoformat(),
        "text": row.text,
        "where": where(content, row.resource_id, row.field),
        "number": numbers.get(row.revision_id),
        "resource_id": row.resource_id,
        "field": row.field,
    }


def where(content: Mapping[str, Any], resource_id: str | None, field: str | None) -> str:
    """What a comment is about, in words; empty for the whole proposal."""
    named = {one.get("id"): one.get("name") or one.get("id") for one in content.get("resources") or []}
    parts = [str(named.get(resource_id, resource_id))] if resource_id else []
    if field:
        schema = tk.h.scheming_get_dataset_schema(content.get("type") or "dataset")
        parts.append(field_label(schema, field, resource=bool(resource_id)))
    return " · ".join(parts)


def field_label(schema: Any, name: str, *, resource: bool = False) -> str:
    """A field's name for people: the schema's label, or ours for those of CKAN, or its own name."""
    ours = {
        "name": tk._("Dirección"),
        "owner_org": tk._("Organización"),
        "groups": tk._("Mesas de trabajo"),
        "extras": tk._("Otros campos"),
        "tags": tk._("Palabras clave"),
        "resources": tk._("Archivos"),
        "file": tk._("Archivo"),
    }
    return readable.label_of(readable.field_of(schema, name, resource=resource), lang()) or ours.get(name) or name
