"""The portal's previews, each a plugin: table, chart, map, document, text."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ..formats import registry
from . import chart, geo, table, text
from .base import Preview, has_table


class TablePreview(Preview):
    """The DataStore's table: pages, order and search as plain links and a form."""

    view_name = "gobierno_abierto_table"
    needs_table = True

    def title(self) -> str:
        return tk._("Tabla")

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return has_table(data_dict)

    def setup_template_variables(self, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
        return table.variables(data_dict["resource"]["id"], tk.request.args.to_dict())


class ChartPreview(Preview):
    """Bars or lines of a table's columns, drawn by the server as SVG with its data beside it."""

    view_name = "gobierno_abierto_chart"
    needs_table = True
    icon = "bar-chart"
    form = "previews/chart_form.html"

    def title(self) -> str:
        return tk._("Gráfico")

    def schema(self) -> dict[str, Any]:
        return chart.schema()

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return has_table(data_dict) and chart.suits(data_dict["resource"]["id"])

    def setup_template_variables(self, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
        return chart.variables(data_dict["resource"]["id"], data_dict["resource_view"] or {})


class MapPreview(Preview):
    """A GeoJSON file, or a table with coordinates, on outlines that come with the portal."""

    view_name = "gobierno_abierto_map"
    icon = "globe"

    def title(self) -> str:
        return tk._("Mapa")

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return geo.can_view(data_dict["resource"])

    def setup_template_variables(self, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
        return geo.variables(data_dict["resource"], data_dict["package"])


class PdfPreview(Preview):
    """A PDF in the browser's own reader."""

    view_name = "gobierno_abierto_pdf"
    icon = "file-pdf"

    def title(self) -> str:
        return tk._("Documento")

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return text.is_pdf(data_dict["resource"])


class TextPreview(Preview):
    """The beginning of a text, JSON or XML file."""

    view_name = "gobierno_abierto_text"
    icon = "file-text"

    def title(self) -> str:
        return tk._("Contenido")

    def can_view(self, data_dict: dict[str, Any]) -> bool:
        return text.can_view(data_dict["resource"], registry())

    def setup_template_variables(self, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
        return text.variables(data_dict["resource"])
