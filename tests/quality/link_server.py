"""A server on this machine whose paths behave as links do."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """`/200`, `/404`, ... answer so; the other paths are named after what they do."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]] = []
    #: Status of the path /ahora, which a test changes.
    present = 200

    def do_HEAD(self) -> None:
        """Some servers refuse it."""
        self.asked.append(("HEAD", self.path))
        if self.path == "/sin-head":
            self._say(405)
        elif self.path == "/head-404":
            self._say(404)
        else:
            self._answer()

    def do_GET(self) -> None:
        """As asked; a body without end is what the portal must never read."""
        self.asked.append(("GET", self.path))
        if self.path in ("/sin-head", "/head-404"):
            self._say(206 if self.headers.get("Range") else 200)
        elif self.path == "/sin-fin":
            self._endless()
        else:
            self._answer()

    def _answer(self) -> None:
        kind, _, rest = self.path[1:].partition("/")
        if kind == "ir":
            self._say(302, Location=rest)
        elif kind == "vueltas":
            self._say(302, Location="/vueltas")
        elif kind == "ocupado":
            self._say(429, **{"Retry-After": rest or "7200"})
        elif kind == "sin-fin":
            self._say(403)
        elif kind == "lento":
            sleep(3)
            self._say(200)
        elif kind == "gota":
            self._drip()
        elif kind == "corta":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self._say(self.present if kind == "ahora" else int(kind.partition("?")[0]))

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 100_000)
        except OSError:
            self.close_connection = True

    def _drip(self) -> None:
        """A header that never ends, a byte at a time: no single read is ever late."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                sleep(0.1)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a running server."""
    Handler.asked.clear()
    Handler.present = 200
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    if context is not None:
        made.socket = context.wrap_socket(made.socket, server_side=True)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made.server_port
    finally:
        made.shutdown()
        made.server_close()
