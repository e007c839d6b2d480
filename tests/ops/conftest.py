"""Folders for the tests of bin/: a made-up clone below tmp_path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bin._portal.paths import Paths, clone_root


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A clone without an environment, with its folders made."""
    made = Paths.of_portal(tmp_path)
    made.make()
    return made


@pytest.fixture
def root() -> Path:
    """The real clone."""
    return clone_root()
