"""A synthetic Spanish catalogue, the same for every portal that is measured.

    python benchmarks/catalogue.py URL --datasets 600        (the API token stands in CKAN_TOKEN)

Pushes organizations and datasets through ckanapi and prints how many a second the portal took. The words are drawn
with a fixed seed, so two portals given the same number hold the same catalogue. A portal with the publication workflow
keeps them as drafts: with a sysadmin's token they are made public afterwards, which is not timed.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from typing import Any

from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError

SUBJECTS = """población vivienda educación matrícula escolar salud nutrición empleo precios comercio exterior minería
hidrocarburos agricultura ganadería turismo transporte energía agua saneamiento residuos bosques incendios biodiversidad
contrataciones presupuesto recaudación migración seguridad ciudadana justicia
discapacidad niñez juventud vejez""".split()
PLACES = (
    """La Paz|Cochabamba|Santa Cruz|Oruro|Potosí|Chuquisaca|Tarija|Beni|Pando|El Alto|Sucre|Trinidad|Cobija""".split(
        "|"
    )
)
FORMS = "Registro Encuesta Censo Informe Estadísticas Inventario Serie Catálogo Indicadores Padrón".split()
ORGANIZATIONS = 12
FORMATS = ["CSV", "XLSX", "JSON", "GeoJSON", "PDF"]


def dataset(number: int) -> dict[str, Any]:
    """The `number`-th dataset of the catalogue, without its organization's id."""
    draw = random.Random(number)
    subjects, place = draw.sample(SUBJECTS, 3), draw.choice(PLACES)
    words = " ".join(draw.choices(SUBJECTS + ["municipio", "gestión", "datos", "según", "por", "de", "la"], k=80))
    return {
        "name": f"conjunto-sintetico-{number:06d}",
        "title": f"{draw.choice(FORMS)} de {subjects[0]} y {subjects[1]} en {place}, {draw.randint(1990, 2025)}",
        "notes": f"Datos sobre {subjects[0]}, {subjects[1]} y {subjects[2]} en {place}. {words}.",
        "tags": [{"name": subject} for subject in subjects],
        "license_id": "cc-by",
        "resources": [
            {"name": f"{subjects[0]} {place}", "url": f"https://datos.example/{number}-{i}.csv", "format": form}
            for i, form in enumerate(draw.sample(FORMATS, 2))
        ],
    }


def organizations(portal: RemoteCKAN) -> Iterator[str]:
    """Names of the catalogue's organizations, made where they are missing."""
    present = set(portal.action.organization_list())
    for number in range(ORGANIZATIONS):
        name = f"entidad-sintetica-{number:02d}"
        if name not in present:
            portal.action.organization_create(name=name, title=f"Entidad sintética {number}")
        yield name


def publish(portal: RemoteCKAN, made: list[dict[str, Any]]) -> None:
    """Make public what the portal kept as drafts."""
    for one in made:
        if "publication" in one:
            portal.action.publication_emergency_publish(id=one["id"], reason="Synthetic catalogue for a measurement")


def push(url: str, token: str, numbers: range) -> float:
    """Create the datasets of these numbers; returns the seconds it took."""
    with RemoteCKAN(url, apikey=token) as portal:
        owners = list(organizations(portal))
        made = []
        start = time.perf_counter()
        for number in numbers:
            try:
                made.append(portal.action.package_create(**dataset(number), owner_org=owners[number % len(owners)]))
            except CKANAPIError as error:
                raise SystemExit(f"Dataset {number} was refused by {url}: {error}") from error
        seconds = time.perf_counter() - start
        publish(portal, made)
        return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--datasets", type=int, default=600)
    parser.add_argument("--start", type=int, default=0, help="number of the first dataset, to add to a catalogue")
    options = parser.parse_args()
    numbers = range(options.start, options.start + options.datasets)
    seconds = push(options.url, os.environ["CKAN_TOKEN"], numbers)
    print(f"{options.datasets} datasets in {seconds:.1f} s, {options.datasets / seconds:.1f} a second: {options.url}")


if __name__ == "__main__":
    main()
