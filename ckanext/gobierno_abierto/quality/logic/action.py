"""API actions of the table loader."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from .. import jobs, status

__all__ = ["quality_load_run", "quality_load_show"]


@tk.side_effect_free
def quality_load_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How far the loading of a resource's table is.

    :param id: the resource
    :returns: ``status`` (``none`` when the file is no table, else ``pending``, ``running``, ``complete`` or ``error``),
        ``label`` and ``detail`` in the reader's language, ``rows``, ``columns``, ``types`` (column to PostgreSQL type),
        ``encoding``, ``delimiter``, ``heading_line``, ``short_rows``, ``seconds``, ``finished`` (ISO 8601, UTC) and
        ``error`` (``code`` and ``message``) when there is one
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
