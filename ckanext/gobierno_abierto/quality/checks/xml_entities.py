"""Pure: the XML inside of a file declares no DTD and no entities of its own: they are the seed of XML bombs."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts import FileFacts
from ..results import Outcome
from . import _shared

GROUP, SEVERITY, VERSION = "structure", "error", 1
TITLE = {"es": "XML con entidades propias", "en": "XML with entities of its own"}
ADVICE = {
    "es": "Guarde el archivo otra vez con un programa corriente (LibreOffice, QGIS, Google Earth).",
    "en": "Save the file again with an ordinary program (LibreOffice, QGIS, Google Earth).",
}


def check_file(file: FileFacts) -> Iterable[Outcome]:
    """Told by the reader."""
    return _shared.problems(file, "xml_entities")
