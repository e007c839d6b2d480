"""Pure: `python -m ckanext.gobierno_abierto.quality.check FILE...`: the check on a machine without CKAN."""

from __future__ import annotations

from .check_cli import check

if __name__ == "__main__":
    check(prog_name="revision")
