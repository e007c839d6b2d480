"""Commands for the operator: `ckan gobierno-abierto seed` and `demo-users`."""

from __future__ import annotations

from pathlib import Path

import click

from ..common.cli import gobierno_abierto
from ..common.errors import ConfigurationError
from ..workflow.interfaces import installing
from . import accounts, seeding
from .defaults import demo_folder, seed_files

KINDS = {"organization": "organizaciones", "group": "mesas", "dataset": "conjuntos de datos"}
OUTCOMES = {
    seeding.CREATED: "creados",
    seeding.UPDATED: "actualizados",
    seeding.UNCHANGED: "sin cambios",
    "kept": "con valores del portal conservados",
    seeding.DELETED: "borrados en el portal (no se rehacen)",
}
_PATH = click.Path(path_type=Path)


@gobierno_abierto.command("seed", short_help="Crea y actualiza organizaciones, comités y mesas desde YAML.")
@click.option("--dry-run", is_flag=True, help="Dice lo que haría y no escribe nada.")
@click.option("--demo", is_flag=True, help="Además, los conjuntos de datos de demostración.")
@click.option("--file", "files", multiple=True, type=_PATH, help="Un archivo YAML en vez de los del portal; repetible.")
@click.option("--dir", "folders", multiple=True, type=_PATH, help="Una carpeta de archivos YAML; repetible.")
def seed(dry_run: bool, demo: bool, files: tuple[Path, ...], folders: tuple[Path, ...]) -> None:
    """Crea lo que falta, actualiza lo que nadie tocó y conserva lo que una persona cambió en el portal.

    Se puede repetir cuantas veces se quiera. Un archivo equivocado se rechaza entero, antes de escribir.
    """
    paths = [*files, *folders] or seed_files()
    if demo:
        paths.append(demo_folder())
    try:
        with installing():
            changes = seeding.seed(paths, dry_run=dry_run)
    except ConfigurationError as error:
        raise click.ClickException(error.message) from error
    _report(changes, dry_run)


@gobierno_abierto.command("demo-users", short_help="Crea una cuenta de demostración por rol.")
@click.option(
    "--output-file", required=True, type=_PATH, help="Archivo JSON donde quedan nombres, contraseñas y la clave de API."
)
def demo_users(output_file: Path) -> None:
    """Crea las cuentas que falten y escribe el archivo, legible solo por su dueño.

    Las contraseñas se generan al azar y no se muestran; las que el archivo ya tiene y aún abren la cuenta se conservan.
    """
    try:
        outcome = accounts.ensure(output_file.resolve())
    except ConfigurationError as error:
        raise click.ClickException(error.message) from error
    except OSError as error:
        raise click.ClickException(
            f"No se puede escribir {output_file}: {error.strerror}. Elija otra carpeta."
        ) from error
    for label, names in (
        ("creadas", outcome.created),
        ("con contraseña nueva", outcome.renewed),
        ("sin cambios", outcome.kept),
        ("borradas en el portal (no se rehacen)", outcome.deleted),
    ):
        if names:
            click.echo(f"Cuentas {label}: {', '.join(names)}")
    click.echo(f"Contraseñas en {output_file}")


def _report(changes: list[seeding.Change], dry_run: bool) -> None:
    for change in changes:
        if change.written:
            click.echo(f"  {change.name}: {'cambiaría' if dry_run else 'cambió'} {', '.join(change.written)}")
        if change.kept:
            click.echo(f"  {change.name}: se conserva lo que se cambió en el portal en {', '.join(change.kept)}")
        if change.outcome == seeding.DELETED:
            click.echo(f"  {change.name}: una persona lo borró; no se rehace")
    for kind, row in seeding.counts(changes).items():
        said = ", ".join(f"{row[outcome]} {label}" for outcome, label in OUTCOMES.items() if row[outcome])
        click.echo(f"{KINDS[kind].capitalize()}: {said}.")
    if dry_run:
        click.echo("Ensayo: no se escribió nada.")


def get_commands() -> list[click.Command]:
    """CKAN's IClick: the shared group."""
    return [gobierno_abierto]
