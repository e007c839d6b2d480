"""Connections: to the judged address only, through every redirect, against a server of the tests' own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import Any

import pytest

from ckanext.gobierno_abierto.files import fetch
from ckanext.gobierno_abierto.files.problems import InternalAddress, LinkProblem, TooLarge, TooManyRedirects

asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Redirects as the path says; everything else is data without end of its own."""

    def do_GET(self) -> None:
        asked.append(self.path)
        if self.path.startswith("/a/"):
            self.send_response(302)
            self.send_header("Location", self.path[3:])
            self.end_headers()
        elif self.path == "/vueltas":
            self.send_response(302)
            self.send_header("Location", "/vueltas")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(40):
                    self.wfile.write(b"x" * 100_000)
            except OSError:
                pass

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[int]:
    asked.clear()
    made = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made.server_port
    made.shutdown()
    made.server_close()


@pytest.fixture
def trusted(server: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's address, let through as the operator's option would."""
    monkeypatch.setattr(fetch, "allowed_hosts", lambda: [f"127.0.0.1:{server}"])
    return f"http://127.0.0.1:{server}"


def test_an_internal_server_is_never_reached(server: int) -> None:
    with pytest.raises(LinkProblem):
        fetch.download(f"http://127.0.0.1:{server}/x", BytesIO(), 1 << 20)
    assert asked == []


def test_a_redirect_to_an_internal_address_is_not_followed(trusted: str) -> None:
    with pytest.raises(InternalAddress):
        fetch.download(f"{trusted}/a/http://127.0.0.1:1/secreto", BytesIO(), 1 << 20)
    assert asked == ["/a/http://127.0.0.1:1/secreto"]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://169.254.169.254/"])
def test_a_redirect_to_another_kind_of_address_is_not_followed(trusted: str, target: str) -> None:
    with pytest.raises(LinkProblem):
        fetch.download(f"{trusted}/a/{target}", BytesIO(), 1 << 20)


def test_redirects_end(trusted: str) -> None:
    with pytest.raises(TooManyRedirects):
        fetch.download(f"{trusted}/vueltas", BytesIO(), 1 << 20)
    assert len(asked) == fetch.REDIRECTS + 1


def test_an_answer_is_read_to_the_limit_only(trusted: str) -> None:
    target = BytesIO()
    with pytest.raises(TooLarge):
        fetch.download(f"{trusted}/x", target, 1 << 20)
    assert len(target.getvalue()) <= 1 << 20
    assert fetch.download(f"{trusted}/x", BytesIO(), 5 << 20) == 4_000_000


def test_a_second_answer_of_the_dns_leads_nowhere_else(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is public when it is judged first and internal when the connection is made: it is judged again."""
    answers = iter([["200.87.1.1"], ["127.0.0.1"], ["127.0.0.1"]])
    monkeypatch.setattr(fetch, "resolve", lambda _host, _port: next(answers))
    monkeypatch.setattr("ckanext.gobierno_abierto.files.links.PORTS", frozenset([server]))
    with pytest.raises(LinkProblem):
        fetch.download(f"http://cambia.example:{server}/x", BytesIO(), 1 << 20)
    assert asked == []
