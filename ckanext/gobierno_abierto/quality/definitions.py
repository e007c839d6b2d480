"""Pure: the registry of checks, made from the modules of `checks/`: what documents, reports and tests read."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from . import checks
from .facts import FileFacts, TableFacts
from .results import Outcome, Text

GROUPS: Mapping[str, Text] = {
    "structure": {"es": "Estructura", "en": "Structure"},
    "content": {"es": "Contenido", "en": "Content"},
    "openness": {"es": "Apertura", "en": "Openness"},
    "dictionary": {"es": "Diccionario de datos", "en": "Data dictionary"},
}
SEVERITIES: Mapping[str, Text] = {
    "error": {"es": "Error", "en": "Error"},
    "warning": {"es": "Advertencia", "en": "Warning"},
    "info": {"es": "Sugerencia", "en": "Suggestion"},
}
FileCheck = Callable[[FileFacts], Iterable[Outcome]]
TableCheck = Callable[[TableFacts], Iterable[Outcome]]


@dataclass(frozen=True)
class Definition:
    """One check: exactly one of `file` and `table` is set."""

    code: str
    group: str
    severity: str
    version: int
    title: Text
    advice: Text
    rule: str
    file: FileCheck | None
    table: TableCheck | None


@cache
def definitions() -> dict[str, Definition]:
    """Every check by its code, in the order of groups and codes."""
    names = [one.name for one in pkgutil.iter_modules(checks.__path__) if not one.name.startswith("_")]
    found = [_definition(name) for name in names]
    order = list(GROUPS)
    return {one.code: one for one in sorted(found, key=lambda one: (order.index(one.group), one.code))}


def _definition(code: str) -> Definition:
    module = importlib.import_module(f"{checks.__name__}.{code}")
    return Definition(
        code=code,
        group=module.GROUP,
        severity=module.SEVERITY,
        version=module.VERSION,
        title=module.TITLE,
        advice=module.ADVICE,
        rule=(inspect.getdoc(module) or "").removeprefix("Pure: "),
        file=getattr(module, "check_file", None),
        table=getattr(module, "check_table", None),
    )
