"""Pure: a zipped shapefile has .shp, .shx and .dbf with one name (ESRI, 1998), and .prj to say its projection."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "Shapefile incompleto", "en": "Incomplete shapefile"}
ADVICE = {
    "es": "Comprima juntos los archivos .shp, .shx, .dbf y .prj, todos con el mismo nombre.",
    "en": "Compress the .shp, .shx, .dbf and .prj files together, all with one name.",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "incomplete_shapefile")
