"""API actions of the quality gate: reports of files, and the loading of their tables."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from .. import jobs, reading_reports, reports, status

__all__ = ["quality_check_run", "quality_load_run", "quality_load_show", "quality_report_show"]


def _known(data_dict: dict[str, Any]) -> tuple[str, str, list[Any]]:
    """(resource id, dataset id, rows of its contents) of what a caller names. Raises ObjectNotFound."""
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    rows = reports.of_resource(resource_id) if "\x00" not in resource_id else []
    resource = model.Session.get(model.Resource, resource_id) if "\x00" not in resource_id else None
    if resource is not None and resource.state == "active":
        return resource_id, str(resource.package_id), rows
    if rows:
        return resource_id, str(rows[0].package_id), rows
    raise tk.ObjectNotFound(tk._("No existe el recurso «{id}».").format(id=resource_id[:100]))


def _inside(context: Context, package_id: str) -> bool:
    return bool(context.get("ignore_auth")) or reading_reports.insider(context.get("user"), package_id)


@tk.side_effect_free
def quality_report_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What the check of a file found, or how far it is.

    :param id: the resource; one that is only in a proposal too
    :param version: a content that waits beside the live one (``versions`` names them); without it the entity and its
        reviewers get what waits, if anything does, and everybody else what is live
    :param summary: true for ``report`` with its ``file`` and ``summary`` alone
    :returns: ``state`` (``none``, ``waiting``, ``reading``, ``checking``, ``loading``, ``done`` or ``failed``),
        ``label`` and ``detail`` in the reader's language, ``rows_read``, ``updated`` and ``finished`` (ISO 8601, UTC),
        ``proposed``, ``subject``, ``problem`` (``code`` and ``message``), ``load`` (as ``quality_load_show``) and
        ``report`` in the form of report.schema.json; for the entity and its reviewers
        ``versions`` and ``bases`` (what was declared of columns with personal data) too
    """
    resource_id, package_id, rows = _known(data_dict)
    tk.check_access("quality_report_show", context, {**data_dict, "id": resource_id, "package_id": package_id})
    inside = _inside(context, package_id)
    version = str(data_dict["version"]) if data_dict.get("version") else None
    row = reading_reports.choose(rows, resource_id, version, inside)
    if row is None and version:
        raise tk.ObjectNotFound(tk._("El recurso no tiene la versión «{version}».").format(version=version[:100]))
    summary = tk.asbool(data_dict.get("summary") or False)
    return reading_reports.shown(resource_id, package_id, row, rows, inside=inside, summary=summary)


def quality_check_run(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check a file again, in the background.

    :param id: the resource; one that is only in a proposal too
    :param version: a content that waits beside the live one; chosen as in ``quality_report_show``
    :returns: what ``quality_report_show`` answers
    :raises ValidationError: when the resource is neither a file nor a link
    """
    resource_id, package_id, rows = _known(data_dict)
    tk.check_access("quality_check_run", context, {**data_dict, "id": resource_id, "package_id": package_id})
    version = str(data_dict["version"]) if data_dict.get("version") else None
    row = reading_reports.choose(rows, resource_id, version, True)
    if row is None:
        row = jobs.announce_live(resource_id)
    if row is None:
        message = tk._("El recurso «{id}» no es un archivo ni un enlace: no hay nada que revisar.")
        raise tk.ValidationError({"id": [message.format(id=resource_id)]})
    reports.announce(
        row.subject, resource_id, package_id, row.content, row.source, load_state=row.load_state, again=True
    )
    model.Session.commit()
    jobs.enqueue(row.subject)
    return tk.get_action("quality_report_show")(context, {"id": resource_id, "version": row.subject, "summary": True})


@tk.side_effect_free
def quality_load_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How far the loading of a resource's table is.

    :param id: the resource
    :returns: ``status`` (``none`` when the file is no table, else ``pending``, ``running``, ``complete`` or ``error``),
        ``label`` and ``detail`` in the reader's language, ``rows``, ``columns``, ``types`` (column to PostgreSQL type),
        ``full_text`` (false while searching by words is being prepared), ``encoding``, ``delimiter``, ``heading_line``,
        ``short_rows``, ``seconds``, ``finished`` (ISO 8601, UTC) and ``error`` (``code`` and ``message``)
        when there is one
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("quality_load_show", context, data_dict)
    row = status.row_of(resource_id)
    if row is None:
        return {"resource_id": resource_id, "status": "none", "label": "", "detail": "", "error": None}
    return status.as_dict(row)


def quality_load_run(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Load a resource's table again, in the background.

    :param id: the resource
    :returns: what ``quality_load_show`` answers
    :raises ValidationError: when the resource is no table (CSV, TSV, XLSX or ODS that was uploaded)
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("quality_load_run", context, data_dict)
    resource = tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource_id})
    if not jobs.is_table(resource):
        message = tk._(
            "El recurso «{0}» no es una tabla que el portal cargue: debe ser un CSV, TSV, XLSX u ODS subido."
        )
        raise tk.ValidationError({"id": [message.format(resource.get("name") or resource_id)]})
    status.write(resource_id, status.PENDING, key=jobs.content_key(resource), loaded=None, progress=None)
    model.Session.commit()
    jobs.enqueue(resource_id)
    row = status.row_of(resource_id)
    assert row is not None
    return status.as_dict(row)
