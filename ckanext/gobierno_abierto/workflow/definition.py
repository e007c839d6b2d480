"""The workflow's steps as this installation has them: `schemas/workflow.yaml`, or the file that an option names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ckan.plugins.toolkit as tk
import ckanext.gobierno_abierto.schemas as schemas

from ..metadata.interfaces import DATASET_TYPES
from .checks import known
from .steps import Workflow, load


@cache
def _read(path: Path) -> Workflow:
    return load(path, frozenset(known()), frozenset(DATASET_TYPES))


def workflow() -> Workflow:
    """The steps. Raises WorkflowFileProblem with file, line and fix."""
    named = tk.config["gobierno_abierto.workflow.file"]
    return _read(Path(named) if named else Path(str(schemas.__file__)).with_name("workflow.yaml"))


def governed(package_type: str | None) -> bool:
    """Whether datasets of this kind go through the workflow; harvest sources and the like do not."""
    return (package_type or "dataset") in DATASET_TYPES
