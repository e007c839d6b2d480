"""Pure: the command `ckan gobierno-abierto check FILE...`, which needs no portal."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..common.cli import gobierno_abierto
from .facts import Limits
from .readable import readable
from .report import check as check_file


@gobierno_abierto.command("check", short_help="Revisa archivos antes de publicarlos.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="El informe como JSON: un objeto por línea y archivo.")
@click.option("--lang", type=click.Choice(["es", "en"]), default="es", help="Idioma del informe.")
@click.option("--seconds", type=float, default=Limits.seconds, help="Tiempo máximo por archivo.")
def check(files: tuple[Path, ...], as_json: bool, lang: str, seconds: float) -> None:
    """Revisa archivos en este equipo, sin portal. Termina con 1 si alguno tiene errores o datos personales."""
    good = True
    for number, path in enumerate(files):
        report = check_file(path, limits=Limits(seconds=seconds))
        good = good and report["summary"]["ok"]
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False))
        else:
            click.echo(("\n" if number else "") + readable(report, lang), nl=False)
    raise SystemExit(0 if good else 1)
