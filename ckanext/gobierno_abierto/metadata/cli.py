"""Commands of the metadata capability."""

from __future__ import annotations

from pathlib import Path

import click

from ckanext.gobierno_abierto.common.cli import gobierno_abierto

from . import defaults, reference


@gobierno_abierto.command("metadata-docs")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def metadata_docs(folder: Path) -> None:
    """Escribe FOLDER/metadatos.md, campo por campo, y el registro de licencias, a partir de los esquemas."""
    page = folder / "metadatos.md"
    page.write_text(reference.page(), encoding="utf-8")
    defaults.LICENCES_FILE.write_text(defaults.licence_register_json(), encoding="utf-8")
    click.echo(f"{page}\n{defaults.LICENCES_FILE}")
