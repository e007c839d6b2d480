"""Commands for the operator: `ckan gobierno-abierto load`; `check` is in check_cli.py."""

from __future__ import annotations

import ckan.model as model
import click

from ..common.cli import gobierno_abierto
from . import (
    check_cli,  # noqa: F401  they add their commands to the group
    cli_checks,  # noqa: F401
    jobs,
    status,
)
from .scores import cli as score_cli  # noqa: F401


@gobierno_abierto.command("load", short_help="Carga tablas en el DataStore.")
@click.argument("resource_ids", nargs=-1)
@click.option("--pending", is_flag=True, help="Las que esperan o quedaron a medias.")
@click.option("--failed", is_flag=True, help="Las que dieron error.")
@click.option("--all", "everything", is_flag=True, help="Todas las tablas subidas al portal.")
@click.option("--queue", is_flag=True, help="Las pone en la cola en vez de cargarlas aquí.")
def load(resource_ids: tuple[str, ...], pending: bool, failed: bool, everything: bool, queue: bool) -> None:
    """Carga en el DataStore las tablas de estos recursos. Termina con 1 si alguna no se pudo."""
    chosen = list(resource_ids)
    unfinished = {row.entity_id for row in status.unfinished()} if pending else set()
    if failed:
        chosen += [row.entity_id for row in status.rows(states=[status.ERROR])]
    if everything:
        query = model.Session.query(model.Resource.id).filter_by(state="active", url_type="upload")
        chosen += [resource_id for (resource_id,) in query]
    # What is half done is finished; what was named is loaded from the beginning.
    forced = set(chosen)
    chosen += sorted(unfinished)
    errors = 0
    for resource_id in dict.fromkeys(chosen):
        if queue:
            errors += not jobs.enqueue(resource_id)
            continue
        jobs.run(resource_id, force=resource_id in forced)
        row = status.row_of(resource_id)
        shown = status.as_dict(row) if row else {"label": "No es una tabla", "detail": "", "status": "none"}
        errors += shown["status"] == status.ERROR
        click.echo(f"{resource_id}: {shown['label']}. {shown['detail']}")
    click.echo(f"{len(dict.fromkeys(chosen))} recursos, {errors} con error")
    raise SystemExit(1 if errors else 0)


def get_commands() -> list[click.Command]:
    """CKAN's IClick: the shared group."""
    return [gobierno_abierto]
