"""The only place where the server opens a connection on a user's word.

The name is resolved once, its addresses judged (`links.public_addresses`), and the connection goes to the very
address that was judged, so that a second DNS answer cannot lead elsewhere. Each redirect passes the same door.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import ckan.plugins.toolkit as tk
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from .links import public_addresses, redirect_target
from .problems import TooLarge, TooManyRedirects

REDIRECTS = 5
CHUNK = 1 << 18
TIMEOUT = (5, 20)


def resolve(host: str, port: int) -> Iterable[str]:
    """Addresses of a name, from the system's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def allowed_hosts() -> list[str]:
    """Internal hosts that the operator lets the server ask (`gobierno_abierto.files.allowed_hosts`)."""
    return [host.lower() for host in tk.aslist(tk.config.get("gobierno_abierto.files.allowed_hosts", ""))]


class _Judged:
    """Connects to an address that was judged, never to whatever the name means at that moment."""

    host: str
    port: int
    timeout: Any
    source_address: Any
    socket_options: Any
    scheme: str

    def _new_conn(self) -> socket.socket:
        scheme = "https" if isinstance(self, HTTPSConnection) else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        _host, port, addresses = public_addresses(f"{scheme}://{host}:{self.port}/", resolve, allowed_hosts())
        last: OSError | None = None
        for address in addresses:
            try:
                return create_connection((address, port), self.timeout, self.source_address, self.socket_options)
            except OSError as error:
                last = error
        raise NewConnectionError(self, f"no answer: {last}")  # type: ignore[arg-type]


class _JudgedHTTP(_Judged, HTTPConnection):
    pass


class _JudgedHTTPS(_Judged, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _JudgedHTTP  # type: ignore[assignment]


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _JudgedHTTPS  # type: ignore[assignment]


class JudgedAdapter(HTTPAdapter):
    """requests' adapter over judged connections."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def session() -> requests.Session:
    """A session that neither reads the environment's proxies nor follows redirects by itself."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", JudgedAdapter())
    made.mount("https://", JudgedAdapter())
    proxy = tk.config.get("ckan.download_proxy")
    if proxy:
        made.proxies = {"http": proxy, "https": proxy}
    made.headers["User-Agent"] = "gobierno-abierto"
    return made


@contextmanager
def opened(url: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Iterator[requests.Response]:
    """The streamed answer of `url` after its redirects; raises LinkProblem or requests.RequestException."""
    with session() as client:
        current = url
        for _hop in range(REDIRECTS + 1):
            # Behind a proxy the connection goes to the proxy, so the name itself is judged here.
            public_addresses(current, resolve, allowed_hosts())
            answer = client.request(
                method, current, stream=True, allow_redirects=False, timeout=TIMEOUT, headers=headers
            )
            if not answer.is_redirect:
                try:
                    yield answer
                finally:
                    answer.close()
                return
            location = answer.headers.get("location", "")
            answer.close()
            current = redirect_target(current, location)
        raise TooManyRedirects(url=url[:100], limit=REDIRECTS)


def limited(answer: requests.Response, limit: int, name: str) -> Iterator[bytes]:
    """The answer's bytes; raises TooLarge past `limit` bytes, whatever its headers said."""
    length = 0
    for chunk in answer.iter_content(CHUNK):
        length += len(chunk)
        if length > limit:
            raise TooLarge(name=name, limit=f"{limit >> 20} MB")
        yield chunk


def download(url: str, target: IO[bytes], limit: int) -> int:
    """Write what `url` answers into `target`; returns its length in bytes."""
    with opened(url) as answer:
        answer.raise_for_status()
        return sum(target.write(chunk) for chunk in limited(answer, limit, url[:100]))
