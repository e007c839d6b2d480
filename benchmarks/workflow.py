"""What the publication workflow costs: a citizen's requests, the reviewers' queue, a save.

    python benchmarks/workflow.py                  all of it, about 7 minutes
    python benchmarks/workflow.py --times 60       quick and rough

Starts a PostgreSQL and a Redis of its own below var/benchmark, fills an empty portal (organizations under one
committee, public datasets, open proposals), measures, and removes everything. Two processes answer requests through the
whole WSGI application on the same database, one with the plugin gobierno_abierto_workflow and one without it, in turn,
so that a busy machine is as busy for both. Prints medians, 95th percentiles and ratios of medians (with a bootstrapped
95 % interval; that of the process's own work feels other programs least).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from _portal import ckan_command  # noqa: E402
from _portal.configuration import PLUGINS, render  # noqa: E402
from _portal.paths import Paths, clean_environment  # noqa: E402
from _portal.services import SERVICE_VARIABLES, Services  # noqa: E402
from _portal.state import locked, write_private  # noqa: E402
from catalogue import SUBJECTS  # noqa: E402

SITE = "http://localhost:5099"
ORGANIZATIONS, PUBLISHED, WARM_UP = 50, 400, 20
PLUGIN = "gobierno_abierto_workflow"
COMPARED = ("with ms", "p95", "without ms", "p95", "with / without", "of the process's own work")
FACETS = quote('["organization","tags","res_format"]')
#: What workflow_worker.py is asked, and the times of its answer: `ms` on the clock, `cpu` of its own work.
Request = dict[str, Any]
Taken = dict[str, float]


class Worker:
    """A process that answers requests as one configuration of the portal does (workflow_worker.py)."""

    def __init__(self, ini: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, str(Path(__file__).with_name("workflow_worker.py")), str(ini)]
        log = ini.with_suffix(".log").open("wb")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=ROOT
        )
        self.log = log.name

    def say(self, request: Request) -> dict[str, Any]:
        """The answer to one request."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"A worker ended: {Path(self.log).read_text(encoding='utf-8')[-3000:]}")
        return dict(json.loads(line))

    def time(self, request: Request) -> Taken:
        """How long a request took; one that is refused ends the run."""
        answer = self.say(request)
        if answer["status"] != 200:
            raise SystemExit(f"{request['path']} answered {answer['status']}: {answer['body'][:1500]}")
        return {"ms": answer["ms"], "cpu": answer["cpu"]}

    def result(self, action: str, token: str, **data: Any) -> Any:
        """The result of an API action."""
        return json.loads(self.say(call(action, token, **data))["body"])["result"]

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def call(action: str, token: str, **data: Any) -> Request:
    """An action as a ckanapi script calls it."""
    return {"path": f"/api/3/action/{action}", "token": token, "json": data}


@contextmanager
def portal(folder: Path) -> Iterator[tuple[Worker, Worker]]:
    """Services and databases of our own, and the two configurations on them; nothing is left."""
    # What a run that was killed left behind.
    remove(Services(Paths(ROOT, folder), named={}))
    services = Services(Paths(ROOT, folder), named={})
    workers: list[Worker] = []
    try:
        services.start()
        services.configure(SITE, {})
        ckan_command.migrate(ckan_command.CkanCommand(services, services.paths.ini))
        inis = {"with": PLUGINS, "without": [name for name in PLUGINS if name != PLUGIN]}
        inherited = {key: value for key, value in clean_environment().items() if key not in SERVICE_VARIABLES}
        for name, plugins in inis.items():
            ini = folder / f"{name}.ini"
            options = {"ckan.plugins": " ".join(plugins), "gobierno_abierto.workflow.clock_seconds": "0"}
            write_private(ini, render(ROOT, services.configuration(SITE), options))
            workers.append(Worker(ini, {**inherited, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}))
        yield workers[0], workers[1]
    finally:
        for worker in workers:
            worker.close()
        remove(services)


def remove(services: Services) -> None:
    """Stop the servers and delete what they kept."""
    services.stop()
    services.cluster.remove()
    shutil.rmtree(services.paths.var, ignore_errors=True)


def duel(pair: tuple[Worker, Worker], requests: Sequence[Request], times: int) -> tuple[list[Taken], list[Taken]]:
    """The same requests to both, in turn; who is asked first changes too, since the second finds warm pages."""
    samples: tuple[list[Taken], list[Taken]] = ([], [])
    for number in range(-WARM_UP, times):
        request = requests[number % len(requests)]
        for side in (0, 1) if number % 2 else (1, 0):
            taken = pair[side].time(request)
            if number >= 0:
                samples[side].append(taken)
    return samples


def milliseconds(sample: Sequence[Taken], what: str = "ms") -> list[float]:
    return [taken[what] for taken in sample]


def p95(sample: Sequence[float]) -> float:
    return statistics.quantiles(sample, n=20)[-1]


def interval(ours: list[float], theirs: list[float]) -> tuple[float, float]:
    """Where the ratio of the medians lies in 95 of 100 resamplings."""
    draw = random.Random(1)
    ratios = sorted(
        statistics.median(draw.choices(ours, k=len(ours))) / statistics.median(draw.choices(theirs, k=len(theirs)))
        for _ in range(400)
    )
    return ratios[10], ratios[-11]


def compared(name: str, samples: tuple[list[Taken], list[Taken]]) -> None:
    """A row of the table of two configurations."""
    ours, theirs = map(milliseconds, samples)
    with_it, without = statistics.median(ours), statistics.median(theirs)
    low, high = interval(ours, theirs)
    worked, worked_without = (statistics.median(milliseconds(sample, "cpu")) for sample in samples)
    print(
        f"| {name} | {with_it:.1f} | {p95(ours):.1f} | {without:.1f} | {p95(theirs):.1f} "
        f"| {with_it / without:.2f} ({low:.2f}-{high:.2f}) | {worked / worked_without:.2f} |",
        flush=True,
    )


def alone(name: str, sample: Sequence[Taken]) -> None:
    """A row of the table of what only the workflow has."""
    taken = milliseconds(sample)
    print(f"| {name} | {statistics.median(taken):.0f} | {p95(taken):.0f} |", flush=True)


def heading(title: str, *columns: str) -> None:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\n{title} (load average {load}, {os.cpu_count()} cores)\n")
    print(f"| what | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}", flush=True)


def reading(pair: tuple[Worker, Worker], tokens: dict[str, str], times: int) -> None:
    """The same pages and actions with and without the plugin."""
    names = [f"conjunto-sintetico-{number:06d}" for number in range(PUBLISHED)]
    show = [f"/api/3/action/package_show?id={name}" for name in names]
    words = [f"/api/3/action/package_search?q={quote(word)}&rows=20&facet.field={FACETS}" for word in SUBJECTS]
    own = [f"/api/3/action/package_show?id={name}" for name in names[::ORGANIZATIONS]]
    pages = [f"/dataset/{name}" for name in names]
    heading("Reading", *COMPARED)
    for what, paths, who, part in (
        ("citizen, package_show", show, "", 1),
        ("citizen, package_search, 20 rows, 3 facets", words, "", 1),
        ("citizen, a dataset's page", pages, "", 3),
        ("officer, package_show of the own organization", own, "officer", 3),
        ("officer, page of an own dataset", [f"/dataset/{name}" for name in names[::ORGANIZATIONS]], "officer", 6),
        ("reviewer, package_show", show, "reviewer", 3),
        ("reviewer, package_search, 20 rows, 3 facets", words, "reviewer", 3),
    ):
        requests = [{"path": path, "token": tokens.get(who, "")} for path in paths]
        compared(what, duel(pair, requests, max(times // part, 20)))


def queue(worker: Worker, token: str, proposals: int, times: int) -> None:
    """The reviewer's queue over all organizations."""
    heading(f"The queue of a reviewer, {proposals} open proposals, {ORGANIZATIONS} organizations", "ms", "p95")
    asked = {
        "publication_queue, first 20": call("publication_queue", token, limit=20),
        "publication_queue, last 20": call("publication_queue", token, offset=proposals - 20, limit=20),
        "page": {"path": "/revision"},
        "page, the last one": {"path": f"/revision?page={proposals // 20}"},
        "page, one organization": {"path": "/revision?organization=entidad-07"},
        "page, one kind of dataset": {"path": "/revision?type=tramite"},
        "page, withdrawals": {"path": "/revision?kind=retiro"},
        "page, waiting 60 days or more": {"path": "/revision?waiting_days=60"},
        "page, all four filters": {"path": "/revision?organization=entidad-20&type=dataset&kind=retiro&waiting_days=5"},
    }
    for name, request in asked.items():
        sample = [worker.time({"token": token, **request}) for _ in range(times + 5)]
        alone(name, sample[5:])
    first = worker.result("publication_queue", token, limit=20)["results"]
    items = [{"id": one["id"], "revision_id": one["revision_id"]} for one in first]
    preview = call("publication_bulk_approve", token, items=items, dry_run=True)
    alone("publication_bulk_approve of 20, dry run", [worker.time(preview) for _ in range(20)])
    pages = [{"path": f"/dataset/{one['name']}/publicacion", "token": token} for one in first]
    alone("a proposal's publication page", [worker.time(page) for page in pages])


def saving(pair: tuple[Worker, Worker], tokens: dict[str, str], own: int) -> None:
    """A script changes public datasets of its organization; with the workflow each change goes to the committee."""
    ours, theirs = pair
    names = [f"conjunto-sintetico-{number:06d}" for number in range(PUBLISHED, PUBLISHED + own)]
    halves = names[: own // 2], names[own // 2 :]
    officer, reviewer = tokens["officer"], tokens["reviewer"]
    heading("Saving", *COMPARED)
    for what, notes in (("package_patch, the first", "Uno"), ("package_patch, building on it", "Dos")):
        samples: tuple[list[Taken], list[Taken]] = ([], [])
        for mine, other in zip(*halves, strict=True):
            samples[0].append(ours.time(call("package_patch", officer, id=mine, notes=f"{notes}.")))
            samples[1].append(theirs.time(call("package_patch", officer, id=other, notes=f"{notes}.")))
        compared(what, samples)
    heading("Review", "ms", "p95")
    sent = [ours.time(call("publication_submit", officer, id=name, note="Se corrigió.")) for name in halves[0]]
    alone("publication_submit", sent)
    shown = [ours.result("publication_show", reviewer, id=name)["revision_id"] for name in halves[0]]
    approve = [
        call("publication_approve", reviewer, id=name, revision_id=revision)
        for name, revision in zip(halves[0], shown, strict=True)
    ]
    alone("publication_approve, which publishes", [ours.time(request) for request in approve])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=600, help="pairs of requests of a citizen (default 600)")
    parser.add_argument("--proposals", type=int, default=10_000, help="open proposals (default 10,000)")
    options = parser.parse_args()
    own = max(2 * (options.times // 6), 20)
    folder = ROOT / "var" / "benchmark"
    with locked(folder.with_suffix(".lock"), wait=False), portal(folder) as pair:
        amounts = {"organizations": ORGANIZATIONS, "published": PUBLISHED, "own": own, "proposals": options.proposals}
        tokens = pair[0].say({"load": amounts})
        reading(pair, tokens, options.times)
        queue(pair[0], tokens["reviewer"], options.proposals, max(options.times // 6, 20))
        saving(pair, tokens, own)


if __name__ == "__main__":
    main()
