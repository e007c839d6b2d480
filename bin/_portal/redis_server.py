"""A Redis of the clone's own: loopback, password, saved to var/redis."""

from __future__ import annotations

import re
import signal
import socket
import time

from . import ports, system
from .console import Failure
from .paths import Paths, clean_environment
from .processes import Daemons, Identity
from .state import State, write_private

FIRST_PORT = 63850
READY_SECONDS = 20.0
STOP_SIGNALS = ((signal.SIGTERM, 20.0),)


class RedisServer:
    """Started with a configuration file of its own, so that its password is on no command line."""

    def __init__(self, paths: Paths, state: State, daemons: Daemons, password: str) -> None:
        self.paths = paths
        self.state = state
        self.daemons = daemons
        self.password = password
        self.folder = paths.var / "redis"
        self.config = paths.var / "redis.conf"

    @property
    def port(self) -> int:
        """The port of the running server."""
        return int(self.state.get("redis_port") or 0)

    @property
    def url(self) -> str:
        """What CKAN connects to."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def running(self) -> Identity | None:
        """The server's process, if it is up; one whose record was lost is known by answering to our password."""
        known = self.daemons.running("redis")
        if known is None and self.port:
            match = re.search(r"process_id:(\d+)", self._ask("INFO server"))
            known = self.daemons.adopt("redis", int(match.group(1))) if match else None
        return known

    def start(self) -> str:
        """Start it and wait for its PONG; returns a word for the step.

        :raises Failure: with the server's log when it does not answer.
        """
        if self.running() and self._answers():
            return f"ya estaba en marcha, puerto {self.port}"
        program = system.redis_program()
        if program is None:
            raise Failure("no se encuentra redis-server", "instale el paquete redis-server")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.state.put("redis_port", ports.choose(self.port or None, FIRST_PORT))
        write_private(self.config, self._configuration())
        process = self.daemons.start("redis", [program, self.config], clean_environment(), cwd=self.folder)
        until = time.monotonic() + READY_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > until:
                raise Failure(
                    "Redis no arrancó",
                    "lea el registro; si otro programa ocupó el puerto, repita: se elegirá otro",
                    self.daemons.log("redis"),
                )
            time.sleep(0.05)
        return f"puerto {self.port}"

    def _configuration(self) -> str:
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                f'dir "{self.folder}"',
                "daemonize no",
                # The tests' live portal uses a second database, far from the first one.
                "databases 64",
                "appendonly no",
                "save 300 1 60 1000",
                "",
            ]
        )

    def _answers(self) -> bool:
        return self._ask("PING").startswith("+PONG")

    def _ask(self, command: str) -> str:
        """The first 4 kB of the answer to one command given after our password; empty when that is refused."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.settimeout(2)
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                if connection.recv(256) != b"+OK\r\n":
                    return ""
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(4096).decode("utf-8", "replace")
        except OSError:
            return ""

    def stop(self) -> bool:
        """Save and end; False when it was not up."""
        return self.running() is not None and self.daemons.stop("redis", STOP_SIGNALS)
