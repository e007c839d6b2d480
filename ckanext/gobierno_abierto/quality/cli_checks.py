"""Commands for the operator: `ckan gobierno-abierto check-resources`."""

from __future__ import annotations

import ckan.model as model
import click

from ..common.cli import gobierno_abierto
from . import gate, jobs, reading_reports, reports


@gobierno_abierto.command("check-resources", short_help="Revisa los archivos que ya están en el portal.")
@click.argument("resource_ids", nargs=-1)
@click.option("--missing", is_flag=True, help="Los que nunca se revisaron: tras instalar la extensión.")
@click.option("--pending", is_flag=True, help="Los que esperan o quedaron a medias.")
@click.option("--failed", is_flag=True, help="Los que no se pudieron revisar.")
@click.option("--all", "everything", is_flag=True, help="Todos los archivos y enlaces.")
@click.option("--queue", is_flag=True, help="Los pone en la cola en vez de revisarlos aquí.")
def check_resources(
    resource_ids: tuple[str, ...], missing: bool, pending: bool, failed: bool, everything: bool, queue: bool
) -> None:
    """Revisa archivos y enlaces publicados o propuestos. Termina con 1 si alguno no se pudo revisar."""
    chosen = list(resource_ids)
    if missing:
        chosen += [row.id for row in reports.rows("unknown")]
    if pending:
        chosen += [row.subject for row in reports.rows("stale", states=sorted(reports.OPEN))]
    if failed:
        chosen += [row.subject for row in reports.rows("stale", states=[reports.FAILED])]
    if everything:
        query = model.Session.query(model.Resource.id).filter_by(state="active")
        chosen += [resource_id for (resource_id,) in query]
    errors = 0
    for subject in dict.fromkeys(chosen):
        errors += _again(subject, queue)
    click.echo(f"{len(dict.fromkeys(chosen))} archivos, {errors} sin revisar")
    raise SystemExit(1 if errors else 0)


def _again(subject: str, queue: bool) -> bool:
    """Whether it could not be checked (or queued)."""
    row = reports.report_of(subject) or jobs.announce_live(subject)
    if row is None:
        click.echo(f"{subject}: no es un archivo ni un enlace")
        return False
    reports.announce(
        row.subject, row.resource_id, row.package_id, row.content, row.source, load_state=row.load_state, again=True
    )
    model.Session.commit()
    if queue:
        return not jobs.enqueue(subject)
    gate.check(subject)
    row = reports.report_of(subject)
    answer = reading_reports.shown(row.resource_id, row.package_id, row, [row], inside=True, summary=True)
    click.echo(f"{subject}: {answer['label']}. {answer['detail']}")
    return row.state != reports.DONE
