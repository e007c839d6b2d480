"""Commands: `ckan gobierno-abierto publication ...`."""

from __future__ import annotations

import sys
from pathlib import Path

import ckan.model as model
import click

from ..common import audit
from ..common.cli import gobierno_abierto
from ..common.errors import PortalError
from . import maintenance, reading
from .parameters import date_of


@gobierno_abierto.group("publication", short_help="El flujo de publicación.")
def publication() -> None:
    """El flujo de publicación: fechas, cola, auditoría."""


@publication.command("run-scheduled", short_help="Publica y retira lo que tiene fecha; avisa de lo que espera.")
@click.option("--dry-run", is_flag=True, help="Dice lo que haría y no cambia nada.")
def run_scheduled(dry_run: bool) -> None:
    """Se ejecuta cada pocos minutos; repetirlo no hace daño, y lo que venció mientras estaba apagado se hace ahora."""
    failed = 0
    for outcome in maintenance.run_scheduled(dry_run=dry_run):
        failed += not outcome.ok
        click.echo(outcome.text)
    sys.exit(1 if failed else 0)


@publication.command("queue", short_help="Lo que espera revisión.")
@click.option("--user", "name", default=None, help="Lo que espera a esta persona; sin él, todo.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def queue(name: str | None, limit: int) -> None:
    """Una línea por propuesta, la que más espera primero."""
    person = model.User.get(name) if name else maintenance.anybody()
    if person is None:
        raise click.ClickException(f"No existe la cuenta «{name}».")
    found = reading.queue(person, {}, limit, 0)
    for row in found["results"]:
        click.echo(
            f"{row['waiting_days']:>4} d  {row['organization']['name'] or '-':<24} {row['name']}  «{row['title']}»"
        )
    click.echo(f"{found['count']} en espera")


@publication.command("init-existing", short_help="Da una primera versión a lo que ya estaba publicado.")
@click.option(
    "--batch", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Cuántos por transacción."
)
def init_existing(batch: int) -> None:
    """Nada visible cambia. Si se interrumpe, al repetirlo sigue donde quedó."""
    done = 0
    for count in maintenance.init_existing(batch):
        done += count
        click.echo(f"{done} conjuntos")
    click.echo(f"Listo: {done} conjuntos con su primera versión.")


@publication.command("sweep", short_help="Borra archivos y tablas de propuestas que terminaron.")
def sweep() -> None:
    """Lo que dejó un corte de luz entre un archivo y su registro, y las tablas de propuestas descartadas."""
    files, tables = maintenance.sweep()
    click.echo(f"{files} archivos y {tables} tablas borrados")


@publication.group("audit", short_help="El registro de auditoría.")
def audit_group() -> None:
    """El registro de auditoría."""


@audit_group.command("verify", short_help="Comprueba que nadie cambió el registro.")
@click.option("--head", default=None, help="«número:huella» anotados antes: detecta también un final cortado.")
def verify(head: str | None) -> None:
    """Termina con 1 si la cadena no es válida. Escribe la cabeza, para anotarla en otro lugar."""
    expected = None
    if head:
        number, _colon, digest = head.partition(":")
        if not number.isdecimal() or not digest:
            raise click.ClickException("La cabeza se escribe «número:huella», como la imprime este comando.")
        expected = (int(number), digest)
    result = audit.verify(expected)
    if not result.ok:
        click.echo(f"El registro no es válido desde la fila {result.first_bad_seq}: {result.problem}", err=True)
        sys.exit(1)
    seq, digest = audit.head()
    click.echo(f"{result.rows} filas, todas en orden. Cabeza: {seq}:{digest}")


@audit_group.command("export", short_help="Escribe el registro como CSV o JSON.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--since", default=None, help="Desde este día u hora (ISO 8601).")
@click.option("--dataset", default=None, help="Solo este conjunto de datos (id o nombre).")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Archivo; sin él, la pantalla."
)
def export(kind: str, since: str | None, dataset: str | None, output: Path | None) -> None:
    """El registro entero, o una parte."""
    package = model.Package.get(dataset) if dataset else None
    if dataset and package is None:
        raise click.ClickException(f"No existe el conjunto de datos «{dataset}».")
    try:
        moment = date_of({"since": since}, "since")
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    stream = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    with stream:
        audit.export("json" if kind == "json" else "csv", stream.write, package.id if package else None, moment)


def get_commands() -> list[click.Command]:
    """CKAN's IClick: the shared group."""
    return [gobierno_abierto]
