"""What CKAN's groups are called here: mesas. One text per place where CKAN names a group."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def group_label(purpose: str) -> str | None:
    """The portal's words for one of CKAN's purposes (see `humanize_entity_type` in ckan/lib/helpers.py)."""
    _ = tk._
    texts: dict[str, Any] = {
        "add link": _("Crear una mesa"),
        "add association link": _("Agregar a la mesa"),
        "breadcrumb": _("Mesas"),
        "content tab": _("Mesas"),
        "create label": _("Crear mesa"),
        "create title": _("Crear una mesa"),
        "delete confirmation": _("¿Borrar esta mesa?"),
        "description placeholder": _("Qué hace la mesa"),
        "edit label": _("Editar la mesa"),
        "facet label": _("Mesas"),
        "form label": _("Formulario de la mesa"),
        "main nav": _("Mesas"),
        "my label": _("Mis mesas"),
        "name placeholder": _("nombre-de-la-mesa"),
        "no any objects": _("Aún no hay mesas en este portal."),
        "no associated label": _("Este conjunto no está en ninguna mesa."),
        "no description": _("Esta mesa aún no tiene descripción."),
        "page title": _("Mesas"),
        "save label": _("Guardar la mesa"),
        "search placeholder": _("Buscar mesas"),
        "update label": _("Actualizar la mesa"),
        "you not member": _("Usted no está en ninguna mesa."),
    }
    return texts.get(purpose)
