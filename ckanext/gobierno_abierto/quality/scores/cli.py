"""Commands of the scores: `ckan gobierno-abierto score`, `links` and `overdue`."""

from __future__ import annotations

import ckan.model as model
import click

from ...common.cli import gobierno_abierto
from ...common.clock import now, today
from . import links, reminders, scoring, store


@gobierno_abierto.command("score", short_help="Calcula los puntajes de calidad.")
@click.argument("references", nargs=-1, metavar="[IDS]...")
@click.option("--all", "everything", is_flag=True, help="Todos los conjuntos públicos.")
def score(references: tuple[str, ...], everything: bool) -> None:
    """Calcula y guarda el puntaje de estos conjuntos (nombre o id), o de todos con --all.

    Sin nombres ni --all, de los que faltan o cambiaron.
    """
    wanted = list(references) or (store.public_ids() if everything else store.scores_due(now() - scoring.OLD, 10**6))
    missing = 0
    for reference in wanted:
        known = store.public_dataset(reference)
        found = scoring.refresh(known.id) if known else None
        if found is None:
            missing += 1
            click.echo(f"{reference}: no existe o no es público", err=True)
        else:
            click.echo(f"{known.name}\t{found.points} de {found.measurable}\t{found.rating.code}\t{found.stars}")
    click.echo(f"{len(wanted) - missing} puntajes calculados.")
    if missing:
        raise SystemExit(1)


@gobierno_abierto.command("links", short_help="Revisa si los enlaces responden.")
@click.option("--due", is_flag=True, help="Los que toca revisar (lo mismo que sin opciones).")
@click.option("--all", "everything", is_flag=True, help="Todos, aunque no les toque.")
@click.option("--minutes", type=click.FloatRange(0.01), default=60, show_default=True, help="Tiempo máximo.")
def links_command(due: bool, everything: bool, minutes: float) -> None:
    """Pregunta a los enlaces de los conjuntos públicos si responden, y recalcula los puntajes que cambian."""
    if due and everything:
        raise click.UsageError("Elija --due o --all.")
    store.sync_links()
    if everything:
        store.all_links_due()
    model.Session.commit()
    start, asked = now(), 0
    while (left := minutes * 60 - (now() - start).total_seconds()) > 0:
        answered = links.check(seconds=min(left, links.SECONDS))
        if not answered:
            break
        asked += answered
    waiting = store.rows("links_waiting", at=now())[0]
    down = store.rows("link_counts", organization=None)[0].down
    click.echo(f"{asked} enlaces revisados; {waiting.due} de {waiting.total} esperan; {down} caídos.")


@gobierno_abierto.command("overdue", short_help="Recuerda los datos vencidos a sus responsables.")
@click.option("--dry-run", is_flag=True, help="Muestra a quién se recordaría, sin enviar nada.")
def overdue(dry_run: bool) -> None:
    """Envía los recordatorios que tocan de los datos más viejos que la frecuencia prometida."""
    scoring.refresh_due(10**6)
    store.age_scores(today())
    model.Session.commit()
    found = reminders.waiting() if dry_run else reminders.send(10**6)
    for one in found:
        click.echo(f"{one.name}\tdebía actualizarse hasta {one.due}\t{one.days} días\trecordatorio {one.number + 1}")
    click.echo(f"{len(found)} recordatorios {'por enviar' if dry_run else 'enviados'}.")
