"""Commands for the operator: `ckan gobierno-abierto files ...`."""

from __future__ import annotations

import time
from pathlib import Path

import ckan.plugins.toolkit as tk
import click

from ..common.cli import gobierno_abierto
from ..common.errors import InvalidInput
from .intake import inspect, readable
from .placing import leftovers
from .uploads import day_ago


@gobierno_abierto.group("files", short_help="Archivos que entran al portal.")
def files_group() -> None:
    """Archivos que entran al portal."""


@files_group.command("check", short_help="Dice si el portal aceptaría un archivo.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Dice si el portal aceptaría cada archivo, y por qué no. Termina con 1 si rechaza alguno."""
    refused = 0
    for path in paths:
        start = time.perf_counter()
        try:
            with path.open("rb") as stream:
                facts = inspect(stream, path.name)
        except InvalidInput as problem:
            refused += 1
            click.secho(f"{path}: {problem.message}", fg="red")
            continue
        seconds = time.perf_counter() - start
        click.echo(f"{path}: {facts.format}, {readable(facts.size)}, sha256 {facts.sha256}, {seconds:.2f} s")
    raise SystemExit(1 if refused else 0)


@files_group.command("sweep", short_help="Quita copias que dejó un servidor interrumpido.")
@click.option("--dry-run", is_flag=True, help="Solo las muestra.")
def sweep(dry_run: bool) -> None:
    """Quita las copias a medio guardar, de más de un día, que dejó un servidor interrumpido."""
    root = Path(tk.config["ckan.storage_path"] or ".") / "resources"
    found = leftovers(root, day_ago())
    for path in found:
        click.echo(f"{path} ({readable(path.stat().st_size)})")
        if not dry_run:
            path.unlink(missing_ok=True)
    click.echo(f"{len(found)} copias" + (" (no se quitó ninguna)" if dry_run else " quitadas"))


def get_commands() -> list[click.Command]:
    """CKAN's IClick: the shared group."""
    return [gobierno_abierto]
