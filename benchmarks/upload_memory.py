"""How much memory the web server takes while a large file is uploaded through the form.

    python benchmarks/upload_memory.py http://127.0.0.1:5000 --pid PID --dataset NAME --megabytes 1024

PID is the server's main process (its workers are found below it); the API token stands in CKAN_TOKEN. The file is CSV,
made while it is sent. Prints the resident memory before, at its highest and after, and the seconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

BLOCK = ("codigo,municipio,poblacion\n" + "020101,Nuestra Señora de La Paz,755732\n" * 26_000).encode()[: 1 << 20]
BOUNDARY = "----upload-memory"


def processes(pid: int) -> list[int]:
    """A process and everything below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in processes(int(child)))]


def resident(pid: int) -> int:
    """Resident memory in bytes of the largest process of the tree."""
    sizes = []
    for one in processes(pid):
        try:
            sizes.append(int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
        except OSError:
            continue
    return max(sizes)


def field(name: str, value: str) -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def upload(url: str, dataset: str, token: str, megabytes: int) -> tuple[int, str]:
    """Send the form as a browser does; returns status and where it led."""
    name = f'name="upload"; filename="grande-{megabytes}.csv"'
    head = b"".join(field(*pair) for pair in (("id", ""), ("name", f"grande {megabytes} MB"), ("save", "go-metadata")))
    head += f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\nContent-Type: text/csv\r\n\r\n".encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=900)
    connection.putrequest("POST", f"/dataset/{dataset}/resource/new")
    connection.putheader("Authorization", token)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(head) + len(BLOCK) * megabytes + len(tail)))
    connection.endheaders()
    connection.send(head)
    for _ in range(megabytes):
        connection.send(BLOCK)
    connection.send(tail)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, answer.getheader("Location") or body[:300].decode(errors="replace")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--megabytes", type=int, default=1024)
    options = parser.parse_args()
    before = highest = resident(options.pid)
    running = True

    def watch() -> None:
        nonlocal highest
        while running:
            highest = max(highest, resident(options.pid))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    status, led = upload(options.url, options.dataset, os.environ["CKAN_TOKEN"], options.megabytes)
    seconds = time.perf_counter() - start
    running = False
    watcher.join()
    shown = {
        "megabytes": options.megabytes,
        "status": status,
        "led to": led,
        "seconds": round(seconds, 1),
        "resident MB before": before >> 20,
        "highest": highest >> 20,
        "after": resident(options.pid) >> 20,
    }
    print(json.dumps(shown, ensure_ascii=False))


if __name__ == "__main__":
    main()
