"""Weight and speed of the public pages, ours beside another CKAN that holds the same catalogue.

    python benchmarks/pages.py --ours http://127.0.0.1:5000 --stock http://127.0.0.1:5001

Each page is loaded once in a fresh Chromium (bytes over the wire, requests, other hosts), and its HTML is asked for
`--times` times over HTTP, the two portals in turn. Prints medians and ratios.
"""

from __future__ import annotations

import argparse
import statistics
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

PAGES = {
    "front page": "/",
    "datasets": "/dataset/",
    "search for a word": "/dataset/?q=poblaci%C3%B3n",
    "a dataset": "/dataset/conjunto-sintetico-000007",
    "package_search, 3 facets": "/api/3/action/package_search?q=agua&rows=20"
    '&facet.field=["organization","tags","res_format"]',
}
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] + [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def weigh(browser: Browser, url: str) -> dict[str, Any]:
    """Bytes on the wire, requests and foreign hosts of one cold visit, and milliseconds to the load event."""
    page = browser.new_context(locale="es-BO").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    totals = {"bytes": 0, "requests": 0}
    hosts: set[str] = set()
    session.on("Network.loadingFinished", lambda e: totals.update(bytes=totals["bytes"] + e["encodedDataLength"]))
    page.on("request", lambda r: hosts.add(urlsplit(r.url).hostname or ""))
    page.on("request", lambda r: totals.update(requests=totals["requests"] + 1))
    start = time.perf_counter()
    page.goto(url, wait_until="load")
    loaded = (time.perf_counter() - start) * 1000
    page.wait_for_timeout(500)
    page.context.close()
    return {**totals, "load_ms": loaded, "foreign": sorted(hosts - {urlsplit(url).hostname, ""})}


def seconds(url: str) -> float:
    """How long the server takes to answer the whole document."""
    start = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        answer.read()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--stock", required=True)
    parser.add_argument("--times", type=int, default=31)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    print("| page | ours kB | stock kB | requests | ours ms | stock ms | stock / ours | other hosts |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=CHROMIUM)
        for name, path in PAGES.items():
            samples: dict[str, list[float]] = {"ours": [], "stock": []}
            for _ in range(options.times):
                for side in samples:
                    samples[side].append(seconds(getattr(options, side) + path) * 1000)
            ours, stock = (weigh(browser, getattr(options, side) + path) for side in ("ours", "stock"))
            fast, slow = (statistics.median(samples[side]) for side in ("ours", "stock"))
            print(
                f"| {name} | {ours['bytes'] / 1000:.0f} | {stock['bytes'] / 1000:.0f} "
                f"| {ours['requests']} / {stock['requests']} | {fast:.0f} | {slow:.0f} | {slow / fast:.2f} "
                f"| {', '.join(ours['foreign']) or 'none'} |"
            )
        browser.close()


if __name__ == "__main__":
    main()
