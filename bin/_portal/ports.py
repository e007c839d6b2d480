"""Free ports, and who holds one that is not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .console import Failure
from .processes import command_line

LISTENING = "0A"


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(remembered: int | None, first: int, tries: int = 200) -> int:
    """The remembered port while it is free, else the first free one from `first` on."""
    candidates = [remembered] if remembered else []
    for port in [*candidates, *range(first, first + tries)]:
        if is_free(port):
            return port
    raise Failure(
        f"no hay un puerto libre entre {first} y {first + tries - 1}", "cierre programas que escuchen en esos puertos"
    )


def owner(port: int) -> str:
    """Who listens on a TCP port: `pid 12 (nginx: master)`, or an honest 'unknown'."""
    inodes = listening_inodes(port)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and inodes & set(open_files(entry)):
            return f"el proceso {entry.name} ({' '.join(command_line(int(entry.name)))[:80] or '?'})"
    return "un programa de otro usuario"


def open_files(process: Path) -> Iterator[str]:
    """What the descriptors of a process lead to, as far as we may see and they still exist."""
    with suppress(OSError):
        for link in (process / "fd").iterdir():
            with suppress(OSError):
                yield os.readlink(link)


def listening_inodes(port: int) -> set[str]:
    """`socket:[N]` of each socket that listens on `port` (IPv4 and IPv6)."""
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = Path("/proc/net", table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in (line.split() for line in lines):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
