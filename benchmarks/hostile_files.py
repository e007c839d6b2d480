"""What hostile files cost: each is checked in the worker's sandbox; time, memory and what is said of it.

    python benchmarks/hostile_files.py             the files of tests/quality/test_checks_hostile.py and large ones
    python benchmarks/hostile_files.py --large     with a CSV of one line of 2 GB and a deep JSON of 200 MB, too

The last line is an ordinary file, checked by the same process afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ckanext.gobierno_abierto.quality import sandbox  # noqa: E402
from ckanext.gobierno_abierto.quality.facts import Limits  # noqa: E402

LIMIT = 1 << 30
GOOD = b"municipio,poblacion\nLa Paz,5\nOruro,6\n"


def cases() -> Iterator[tuple[str, str, bytes]]:
    """(what it is, name, content) of the small ones."""
    from tests.quality.test_checks_hostile import HOSTILE

    for case in HOSTILE:
        yield case[0], case[1], case[2]


def large(folder: Path) -> Iterator[tuple[str, Path]]:
    """(what it is, file) of those that are large on the disk."""
    line = folder / "linea.csv"
    with line.open("wb") as stream:
        block = b"a,b,c," * (1 << 20)
        for _turn in range(342):
            stream.write(block)
    yield "one line of 2 GB", line
    line.unlink()
    deep = folder / "hondo.json"
    with deep.open("wb") as stream:
        for _turn in range(200):
            stream.write(b"[" * (1 << 20))
    yield "200,000,000 nested lists", deep
    deep.unlink()


def judged(path: Path, name: str) -> tuple[float, int, str]:
    """(seconds, most resident MB, what is said)."""
    most = 0

    def resident(pid: int) -> int:
        nonlocal most
        found = original(pid)
        most = max(most, found)
        return found

    original = sandbox._resident
    sandbox._resident = resident
    begin = time.perf_counter()
    try:
        report: dict[str, Any] = sandbox.run(path, name, limits=Limits(seconds=120), memory=LIMIT)
        said = ", ".join(sorted({one["check"] for one in report["results"] if one["result"] == "fail"})) or "nothing"
    except sandbox.Killed as killed:
        said = f"stopped: {killed.reason}"
    finally:
        sandbox._resident = original
    return time.perf_counter() - begin, most >> 20, said


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="large files too (2 GB of disk)")
    options = parser.parse_args()
    sandbox.LOOK = 0.01
    print("| file | KB | seconds | resident MB | said |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        for what, file, body in cases():
            path = folder / "archivo"
            path.write_bytes(body)
            row(what, path, file)
        for what, path in large(folder) if options.large else ():
            row(what, path, path.name)
        path = folder / "bien.csv"
        path.write_bytes(GOOD)
        row("an ordinary file, last", path, path.name)


def row(what: str, path: Path, name: str) -> None:
    """One line of the table."""
    seconds, megabytes, said = judged(path, name)
    print(f"| {what} | {path.stat().st_size >> 10} | {seconds:.1f} | {megabytes} | {said} |", flush=True)


if __name__ == "__main__":
    main()
