"""The command group `ckan gobierno-abierto`; each capability adds its own commands to it."""

from __future__ import annotations

import click


@click.group("gobierno-abierto", short_help="Comandos del portal de datos abiertos.")
def gobierno_abierto() -> None:
    """Comandos del portal de datos abiertos."""
