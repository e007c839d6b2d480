"""The check of files against what publishers use today, on one made table, each run a process of its own.

    python benchmarks/quality_check.py                 1,000,000 x 12 CSV and 50,000 x 12 XLSX, three runs each
    python benchmarks/quality_check.py --large         the check alone, also on ten times the rows (1.5 GB): memory
    python benchmarks/quality_check.py --rows 100000 --runs 1

frictionless and openpyxl are no dependencies of the project: they are installed into a temporary environment, or taken
from `--python`, a Python that has them. Prints medians of seconds, peak resident MB and ratios, and whether the report
has the faults that were planted.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

HEADING = "id cuce fecha fecha_publicacion codigo_municipio municipio proveedor monto cantidad estado latitud longitud"
FIRST = "María José Juan Carlos Ana Luis Rosa Jorge Elena Mario Lucía Freddy Nélida Óscar Ximena Wilma".split()
LAST = "Mamani Quispe Flores Condori Choque Vargas Rojas Gutiérrez Apaza López Pérez Suárez Núñez Yujra".split()
STATES = ["Contratado", "Desierto", "Vigente", "Anulado"]
#: Code of the check -> what is put into the record of this number instead.
PLANTED = {
    "impossible_dates": 1_000,
    "formulas": 2_000,
    "ragged_rows": 3_000,
    "duplicate_rows": 4_000,
    "lost_zeros": 5_000,
}
FRICTIONLESS = """
import sys
from frictionless import Checklist, Dialect, Resource, Schema, checks, fields, formats, system
system.trusted = True
typed = {
    "id": fields.IntegerField(name="id"), "fecha": fields.DateField(name="fecha", format="%d/%m/%Y"),
    "fecha_publicacion": fields.DateField(name="fecha_publicacion"), "cantidad": fields.IntegerField(name="cantidad"),
    "monto": fields.NumberField(name="monto", decimal_char=","), "latitud": fields.NumberField(name="latitud"),
    "longitud": fields.NumberField(name="longitud"),
}
schema = Schema(fields=[typed.get(name) or fields.StringField(name=name) for name in HEADING.split()])
dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])
resource = Resource(path=sys.argv[1], dialect=dialect, **({"schema": schema} if TYPED else {}))
report = resource.validate(Checklist(checks=[checks.duplicate_row()]))
assert report.stats["errors"] == 2 + TYPED, report
"""
OPENPYXL = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=READ_ONLY, data_only=True)
print(sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True)))
"""
READING = """
import sys, zipfile, python_calamine
from ckanext.gobierno_abierto.quality.facts import Limits
from ckanext.gobierno_abierto.quality.inputs.workbook import guard
with zipfile.ZipFile(sys.argv[1]) as archive:
    guard(archive, "xlsx", Limits())
sheet = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
print(sum(len(row) for row in sheet.iter_rows()))
"""
DECODE = """
import sys, codecs
decode = codecs.getincrementaldecoder("utf-8")().decode
with open(sys.argv[1], "rb") as stream:
    print(sum(len(decode(chunk)) for chunk in iter(lambda: stream.read(1 << 23), b"")))
"""


def records(rows: int) -> Iterator[list[str]]:
    """The made table, the same for the same number of rows."""
    from ckanext.gobierno_abierto.metadata.interfaces import load

    draw = random.Random(2020)
    units = [(entry.attributes["codes"].get(2024), entry.text()) for entry in load("municipios").entries]
    known = [unit for unit in units if unit[0]]
    for number in range(1, rows + 1):
        code, name = draw.choice(known)
        year, people = draw.randint(2018, 2024), " ".join(draw.choice(LAST) for _ in range(2))
        yield [
            str(number),
            f"{year % 100}-{draw.randint(100, 999):04}-{draw.randint(0, 99):02}-{draw.randint(1, 9_999_999):07}-1-1",
            f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/{year}",
            f"{year}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            str(code),
            name,
            f"{draw.choice(FIRST)} {people} {draw.randint(1, 9_999)} S.R.L.",
            f"{draw.randint(1, 9_999_999)},{draw.randint(0, 99):02}",
            str(draw.randint(1, 5_000)),
            draw.choice(STATES),
            f"{-draw.uniform(9.7, 22.8):.6f}",
            f"{-draw.uniform(57.5, 69.6):.6f}",
        ]


def write_csv(path: Path, rows: int) -> None:
    """The table as CSV in UTF-8, `;` between values, with the planted faults."""
    last: list[str] = []
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";", lineterminator="\n")
        writer.writerow(HEADING.split())
        for number, values in enumerate(records(rows), 1):
            if number == PLANTED["impossible_dates"]:
                values[2] = "31/02/2024"
            elif number == PLANTED["formulas"]:
                values[6] = "=cmd|' /C calc'!A0"
            elif number == PLANTED["ragged_rows"]:
                values.pop()
            elif number == PLANTED["lost_zeros"]:
                values[4] = "20101"
            writer.writerow(last if number == PLANTED["duplicate_rows"] else values)
            last = values


def write_xlsx(path: Path, rows: int) -> None:
    """The first rows as a workbook, made by the portal's own writer."""
    from ckanext.gobierno_abierto.files.xlsx import workbook

    kinds = ["numeric", *["text"] * 7, "numeric", "text", "numeric", "numeric"]
    with path.open("wb") as target:
        for part in workbook(HEADING.split(), kinds, records(rows)):
            target.write(part)


def measured(command: list[str]) -> tuple[tuple[float, float, float], str]:
    """(seconds, seconds of processor, peak resident MB, what it printed) of a process of its own."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if process.returncode not in (0, 1):
            raise SystemExit(f"{command[:3]} ended with {process.returncode}")
        return (seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), output.read().decode()


def medians(commands: dict[str, list[str]], runs: int) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Medians of each command, the commands by turns so that a busy moment falls on all; and what each printed last."""
    found: dict[str, list[tuple[tuple[float, float, float], str]]] = {name: [] for name in commands}
    for _run in range(runs):
        for name, command in commands.items():
            found[name].append(measured(command))
    keys = ("seconds", "processor", "MB")
    figures = {
        name: {key: round(statistics.median(one[0][place] for one in many), 2) for place, key in enumerate(keys)}
        for name, many in found.items()
    }
    return figures, {name: many[-1][1] for name, many in found.items()}


def check_command(path: Path) -> list[str]:
    """The check of this project, with profile and personal data."""
    return [sys.executable, "-m", "ckanext.gobierno_abierto.quality.check", "--json", str(path)]


def held(report: dict[str, Any], rows: int) -> str:
    """Whether every planted fault was found at its line (the heading is line 1)."""
    lines = {
        one["check"]: [place["line"] for place in one["places"]] for one in report["results"] if one["result"] == "fail"
    }
    lost = [code for code, number in PLANTED.items() if number <= rows and number + 1 not in lines.get(code, [])]
    return f"missed: {lost}" if lost else "every planted fault at its line"


def foreign_python(folder: Path, given: str) -> str:
    """A Python that has frictionless and openpyxl."""
    if given:
        return given
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "frictionless", "openpyxl"], check=True)
    return python


def show(figures: dict[str, dict[str, float]], base: str) -> None:
    """Each command's figures, and how many times the base is faster."""
    for name, one in figures.items():
        times = (
            "" if name == base else f"  {one['seconds'] / figures[base]['seconds']:.1f} times the seconds of the {base}"
        )
        print(f"{name:34} {one['seconds']:7.2f} s {one['processor']:7.2f} s cpu {one['MB']:6.0f} MB{times}")


def compare_csv(folder: Path, rows: int, runs: int, python: str) -> None:
    """The check beside frictionless, once told the types and once not."""
    table = folder / "tabla.csv"
    write_csv(table, rows)
    frictionless = [f"HEADING = {HEADING!r}; TYPED = {typed}{FRICTIONLESS}" for typed in (0, 1)]
    commands = {
        "check": check_command(table),
        "read and decode": [sys.executable, "-c", DECODE, str(table)],
        "frictionless, types, duplicates": [python, "-c", frictionless[1], str(table)],
        "frictionless, duplicates": [python, "-c", frictionless[0], str(table)],
    }
    figures, printed = medians(commands, runs)
    report = json.loads(printed["check"])
    print(f"CSV of {table.stat().st_size / 1e6:.0f} MB, {report['summary']['rows']} rows; {held(report, rows)}")
    show(figures, "check")


def compare_xlsx(folder: Path, rows: int, runs: int, python: str) -> None:
    """Reading a workbook, guards included, and the whole check, beside openpyxl's reading alone."""
    book = folder / "libro.xlsx"
    write_xlsx(book, rows)
    commands = {
        "reading": [sys.executable, "-c", READING, str(book)],
        "check": check_command(book),
        "openpyxl": [python, "-c", f"READ_ONLY = False{OPENPYXL}", str(book)],
        "openpyxl, read_only": [python, "-c", f"READ_ONLY = True{OPENPYXL}", str(book)],
    }
    print(f"XLSX of {book.stat().st_size / 1e6:.1f} MB, {rows} rows")
    show(medians(commands, runs)[0], "reading")


def check_large(folder: Path, rows: int) -> None:
    """The check of a table and of one of ten times the rows: the memory must not grow."""
    for times in (1, 10):
        table = folder / f"tabla-{times}.csv"
        write_csv(table, rows * times)
        figures, printed = medians({"check": check_command(table)}, 1)
        print(f"CSV of {table.stat().st_size / 1e6:.0f} MB; {held(json.loads(printed['check']), rows)}")
        show(figures, "check")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="the table and one of ten times the rows, the check alone")
    parser.add_argument("--python", default="", help="a Python with frictionless and openpyxl")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, polars {version('polars')}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.large:
            check_large(folder, options.rows)
            return
        python = foreign_python(folder, options.python)
        compare_csv(folder, options.rows, options.runs, python)
        compare_xlsx(folder, min(options.rows, 50_000), options.runs, python)


if __name__ == "__main__":
    main()
