"""What a start remembers for the next one: ports, finished work, secrets; and the lock between two commands."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .console import Failure, say

SECRET_NAMES = (
    "session",
    "csrf",
    "api_token",
    "database_admin",
    "database_ckan",
    "database_datastore_read",
    "redis",
)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once (never half written), readable by its owner alone."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)


class State:
    """A small JSON file: `port` of each piece, `done` work as name -> hash of what it was done for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data: dict[str, Any] = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def reload(self) -> None:
        """Read the file again: another command may have written it."""
        self.data = self._read()

    def get(self, key: str, default: Any = None) -> Any:
        """A remembered value."""
        return self.data.get(key, default)

    def put(self, key: str, value: Any) -> None:
        """Remember a value now, so that an interrupted command loses nothing."""
        if self.data.get(key) != value:
            self.data[key] = value
            write_private(self.path, json.dumps(self.data, indent=1, sort_keys=True) + "\n")

    def is_done(self, work: str, stamp: str) -> bool:
        """True when `work` was finished for exactly this `stamp`."""
        return self.get("done", {}).get(work) == stamp

    def mark_done(self, work: str, stamp: str) -> None:
        """Remember that `work` is finished for `stamp`."""
        self.put("done", {**self.get("done", {}), work: stamp})


def load_secrets(path: Path) -> dict[str, str]:
    """The portal's secrets: hexadecimal, so that they stand in a URL and in an ini without quoting. Made once."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    missing = [name for name in SECRET_NAMES if not isinstance(known.get(name), str)]
    if missing:
        known.update({name: secrets.token_hex(24) for name in missing})
        write_private(path, json.dumps(known, indent=1, sort_keys=True) + "\n")
    return known


def stamp_of(*parts: str, files: Iterable[Path] = ()) -> str:
    """One hash over words and over the names and contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


@contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[None]:
    """Hold the clone's lock: two commands that change it never run at once. The lock ends with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text(encoding="utf-8").strip() or "?"
            if not wait:
                raise Failure(
                    f"otro comando del portal está en curso (proceso {holder})", "espere a que termine y repita"
                ) from None
            say(f"  Otro comando del portal está en curso (proceso {holder}): se espera a que termine...")
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
        stream.truncate(0)
