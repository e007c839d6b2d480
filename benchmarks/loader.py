"""Loading a table into the DataStore beside `psql \\copy` and beside the steps of xloader 2.6, by turns.

    python benchmarks/loader.py                    1,000,000 x 12 CSV (150 MB), three runs, about 6 minutes
    python benchmarks/loader.py --method gin       with the other index over words
    python benchmarks/loader.py --large            our load alone, also on ten times the rows (1.5 GB): memory
    python benchmarks/loader.py --rows 100000 --runs 1

Starts a PostgreSQL of its own below var/benchmark, with the settings of the portal, and removes it.

- psql: `\\copy` into a typed table without key or index; the amounts, whose decimal mark is a comma, stay text.
- ours: from the file on disk to a table that answers (usable), until it can be searched by words (searchable), until
  its columns of codes and dates have indexes (indexed); and the same of a file whose last row makes a column of numbers
  text (late), without and with the check's report (known), which spares loading such a file twice.
- xloader's steps, in the database alone: COPY into a table of texts with a key, UPDATE of `_full_text` 100,000 rows at
  a time, the index over it, ANALYZE. What xloader does in Python before them (it rewrites the file) is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from _portal import ckan_command  # noqa: E402
from _portal.paths import Paths  # noqa: E402
from _portal.services import WRITE_VARIABLE, Services  # noqa: E402
from _portal.state import locked  # noqa: E402
from quality_check import HEADING, records  # noqa: E402

NAMES = HEADING.split()
TYPES = dict.fromkeys(NAMES, "text") | {
    "id": "int8", "cantidad": "int8", "fecha": "date", "fecha_publicacion": "date", "latitud": "numeric",
    "longitud": "numeric",
}  # fmt: skip
LANGUAGE = "spanish"
#: xloader's `ckanext.xloader.search_update_chunks`.
CHUNK = 100_000
RESOURCE = "00000000-0000-4000-8000-000000000001"
Figures = dict[str, float]


@contextmanager
def datastore(folder: Path) -> Iterator[tuple[str, Services]]:
    """The address of an empty DataStore of our own; nothing is left."""
    services = Services(Paths(ROOT, folder), named={})
    try:
        services.start()
        services.configure("http://localhost:5099", {})
        ckan_command.migrate(ckan_command.CkanCommand(services, services.paths.ini))
        yield services.urls()[WRITE_VARIABLE], services
    finally:
        services.stop()
        services.cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def write_table(path: Path, rows: int) -> None:
    """The table of quality_check.py without its planted faults."""
    with path.open("w", encoding="utf-8", newline="") as target:
        target.write(";".join(NAMES) + "\n")
        for values in records(rows):
            target.write(";".join(values) + "\n")


def psql(address: str, table: Path) -> Figures:
    """What nobody undercuts."""
    columns = ", ".join(f"{name} {TYPES[name]}" for name in NAMES)
    quiet(address, f"DROP TABLE IF EXISTS plain; CREATE TABLE plain ({columns})")
    commands = ["SET datestyle = 'ISO, DMY'", f"\\copy plain FROM '{table}' WITH (FORMAT csv, DELIMITER ';', HEADER)"]
    begin = time.perf_counter()
    subprocess.run(["psql", address, "-qX", *(part for one in commands for part in ("-c", one))], check=True)
    seconds = time.perf_counter() - begin
    quiet(address, "DROP TABLE plain")
    return {"copy": seconds}


def xloader(address: str, table: Path, method: str) -> Figures:
    """The statements that xloader 2.6 sends, in its order and transactions."""
    columns = ", ".join(f"{name} text" for name in NAMES)
    words = " || ' ' || ".join(f"coalesce({name}, '')" for name in NAMES)
    update = sql.SQL("UPDATE theirs SET _full_text = to_tsvector({}) WHERE _id BETWEEN %(first)s AND %(last)s").format(
        sql.SQL(words)
    )
    quiet(address, "DROP TABLE IF EXISTS theirs")
    connection = psycopg2.connect(address)
    begin = time.perf_counter()
    with connection.cursor() as cursor, table.open("rb") as source:
        cursor.execute(f"CREATE TABLE theirs (_id serial PRIMARY KEY, _full_text tsvector, {columns})")
        connection.commit()
        cursor.copy_expert(
            f"COPY theirs ({', '.join(NAMES)}) FROM STDIN WITH (DELIMITER ';', FORMAT csv, HEADER, ENCODING 'UTF8')",
            source,
        )
        connection.commit()
        copied = time.perf_counter() - begin
        cursor.execute("SELECT count(_id) FROM theirs")
        for first in range(0, cursor.fetchone()[0], CHUNK):
            cursor.execute(update, {"first": first, "last": first + CHUNK})
        connection.commit()
        updated = time.perf_counter() - begin
        cursor.execute("ANALYZE theirs")
        connection.commit()
        cursor.execute(f"CREATE INDEX ON theirs USING {method} (_full_text)")
        connection.commit()
    found = {"copy": copied, "words": updated, "searchable": time.perf_counter() - begin}
    connection.close()
    quiet(address, "DROP TABLE theirs")
    return found


def ours(address: str, table: Path, method: str, report: Path | None = None) -> Figures:
    """The load of this project, in a process of its own as a worker's job is."""
    command = [sys.executable, __file__, "--load", str(table), "--address", address, "--method", method]
    told = subprocess.run(
        [*command, *(["--report", str(report)] if report else [])], check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(told.stdout.splitlines()[-1]))


def load(address: str, table: Path, method: str, report: Path | None) -> None:
    """What the child does: load, look, complete, look; prints the figures."""
    from ckan.common import config

    config["ckan.datastore.write_url"] = address
    from ckanext.gobierno_abierto.quality import loader, loading_source, loading_text

    tables = loader.Tables(RESOURCE, LANGUAGE, method)
    begin = time.perf_counter()
    known = loader.known_kinds(json.loads(report.read_text())["tables"][0]) if report else None
    with loading_source.open_table(table, "csv", 1 << 20) as source:
        loaded = loader.load(source, tables, known=known)
    found: Figures = {"usable": time.perf_counter() - begin}
    found["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tables.connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM {} ORDER BY _id LIMIT 100").format(sql.Identifier(RESOURCE)))
        assert len(cursor.fetchall()) == min(loaded.rows, 100)
        tables.commit()
    again = time.perf_counter()

    def searchable() -> None:
        found["searchable"] = found["usable"] + time.perf_counter() - again

    assert loading_text.complete(tables, searchable)
    found["indexed"] = found["usable"] + time.perf_counter() - again
    with tables.connection.cursor() as cursor:
        found_rows = sql.SQL("SELECT count(*) FROM {} WHERE _full_text @@ plainto_tsquery('quispe tarija')")
        cursor.execute(found_rows.format(sql.Identifier(RESOURCE)))
        assert cursor.fetchone()[0]
    tables.drop()
    tables.commit()
    tables.close()
    print(json.dumps(found))


def quiet(address: str, statements: str) -> None:
    """Statements outside of what is measured."""
    connection = psycopg2.connect(address)
    connection.autocommit = True
    connection.cursor().execute(statements)
    connection.close()


def compare(address: str, services: Services, folder: Path, options: argparse.Namespace) -> None:
    table, late, report = folder / "tabla.csv", folder / "tardia.csv", folder / "informe.json"
    write_table(table, options.rows)
    shutil.copy(table, late)
    with late.open("a", encoding="utf-8") as target:
        target.write("TOTAL" + ";" * (len(NAMES) - 1) + "\n")
    check = [sys.executable, "-m", "ckanext.gobierno_abierto.quality.check", "--json", str(late)]
    report.write_bytes(subprocess.run(check, stdout=subprocess.PIPE, check=False).stdout)
    print(f"CSV of {table.stat().st_size / 1e6:.0f} MB, {options.rows} rows, index {options.method}", flush=True)
    contestants = {
        "psql": lambda: psql(address, table),
        "ours": lambda: ours(address, table, options.method),
        "xloader": lambda: xloader(address, table, options.method),
    }
    if options.late:
        contestants |= {
            "ours, late": lambda: ours(address, late, options.method),
            "ours, late, known": lambda: ours(address, late, options.method, report),
        }
    found: dict[str, list[Figures]] = {name: [] for name in contestants}
    script = sql_file(folder)
    for _run in range(options.runs):
        for name, run in contestants.items():
            # What one left to be written to the disk must not slow the next one down.
            services.cluster.run_sql(script)
            found[name].append(run())
            told = {key: round(value, 2) for key, value in found[name][-1].items()}
            print(f"  {name:18} {json.dumps(told)}  load {os.getloadavg()[0]:.1f}", flush=True)
    show({name: {key: statistics.median(one[key] for one in many) for key in many[0]} for name, many in found.items()})


def sql_file(folder: Path) -> Path:
    script = folder / "checkpoint.sql"
    script.write_text("CHECKPOINT;\n", encoding="utf-8")
    script.chmod(0o644)
    return script


def show(medians: dict[str, Figures]) -> None:
    for name, figures in medians.items():
        print(f"{name:18} " + "  ".join(f"{key} {value:7.2f}" for key, value in figures.items()))
    plain, theirs = medians["psql"]["copy"], medians["xloader"]["searchable"]
    for name, figures in medians.items():
        if not name.startswith("ours"):
            continue
        print(
            f"{name}: usable in {figures['usable'] / plain:.2f} times psql's seconds; "
            f"searchable {theirs / figures['searchable']:.2f} times as fast as xloader's steps"
        )


def large(address: str, folder: Path, options: argparse.Namespace) -> None:
    """Our load of a table and of one of ten times the rows: the memory must not grow."""
    for times in (1, 10):
        table = folder / f"tabla-{times}.csv"
        write_table(table, options.rows * times)
        figures = ours(address, table, options.method)
        print(f"CSV of {table.stat().st_size / 1e6:.0f} MB: {json.dumps({k: round(v, 1) for k, v in figures.items()})}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--method", choices=["gist", "gin"], default="gist", help="CKAN's own default is gist")
    parser.add_argument("--late", action="store_true", help="also a file whose last row changes a column's type")
    parser.add_argument("--large", action="store_true", help="our load alone, of the table and of ten times the rows")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load(options.address, options.load, options.method, options.report)
        return
    folder = ROOT / "var" / "benchmark"
    with locked(folder.with_suffix(".lock"), wait=False), datastore(folder) as (address, services):
        server = psycopg2.connect(address).server_version // 10_000
        averages = " ".join(f"{one:.1f}" for one in os.getloadavg())
        print(
            f"Python {platform.python_version()}, PostgreSQL {server}, polars {version('polars')}, "
            f"{os.cpu_count()} processors, load average {averages}"
        )
        with tempfile.TemporaryDirectory() as name:
            # The server's user reads the script of the checkpoints.
            Path(name).chmod(0o755)
            if options.large:
                large(address, Path(name), options)
            else:
                compare(address, services, Path(name), options)


if __name__ == "__main__":
    main()
