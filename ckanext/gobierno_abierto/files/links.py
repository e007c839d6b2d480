"""Pure: which addresses may be linked, and which the server itself may ask.

A link is what a reader's browser follows; a request is what the server sends on a user's word, so it must never reach
the machine itself, its network or the cloud's metadata address (SSRF). Both rules are functions of text and numbers;
`fetch.py` is the only place that opens a connection.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urljoin, urlsplit

from ckanext.gobierno_abierto.common.errors import Fragment

from .problems import InternalAddress, LinkTooLong, MalformedLink, WrongScheme

LINK_SCHEMES = ("http", "https", "ftp")
REQUEST_SCHEMES = ("http", "https")
MAX_LENGTH = 2000
SHOWN = 100
#: Ports that the server may ask; an internal service on a public address (mail, database) is not for a reader.
PORTS = frozenset([80, 443, 8000, 8080, 8443])
#: IPv6 ranges that carry an IPv4 address inside (RFC 4291, 6052, 3056): the inner one is judged.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Iterable[str]]


def _shown(url: str) -> str:
    clean = "".join(c if c.isprintable() else "·" for c in url)
    return clean if len(clean) <= SHOWN else f"{clean[:SHOWN]}…"


def check_link(url: str, schemes: Collection[str] = LINK_SCHEMES) -> str:
    """The address without surrounding space. Raises WrongScheme, MalformedLink, LinkTooLong.

    An address without a scheme is taken as `http://`, as CKAN shows it.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise LinkTooLong(size=len(text), limit=MAX_LENGTH)
    if any(ord(c) < 33 or ord(c) == 127 or c == "\\" for c in text) or re.search(
        r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text
    ):
        raise MalformedLink(
            url=_shown(text), detail=Fragment("tiene espacios, barras invertidas o caracteres invisibles")
        )
    scheme = re.match(r"^([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:[/?#]|$))", text)
    if scheme and scheme.group(1).lower() not in schemes:
        raise WrongScheme(url=_shown(text), allowed=", ".join(f"{one}://" for one in schemes))
    complete = text if scheme else f"http://{text.removeprefix('//')}"
    try:
        parts = urlsplit(complete)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise MalformedLink(url=_shown(text), detail=Fragment("el servidor o el puerto no son válidos")) from error
    if not host or not parts.netloc:
        raise MalformedLink(url=_shown(text), detail=Fragment("no dice en qué servidor está"))
    if parts.username is not None or parts.password is not None:
        raise MalformedLink(url=_shown(text), detail=Fragment("lleva un usuario o una clave"))
    return text


def literal_address(host: str) -> Address | None:
    """The address that a host name spells in any of the forms that resolvers accept (RFC 6943, section 3.1.1).

    `127.1`, `2130706433`, `0x7f.1`, `0177.0.0.1` are all 127.0.0.1. None when it is a name.
    """
    text = host.strip("[]").rstrip(".").split("%")[0]
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    parts = text.split(".")
    if not 1 <= len(parts) <= 4:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    *first, last = [number for number in numbers if number is not None]
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    value = last
    for place, number in enumerate(first):
        value += number << (8 * (3 - place))
    return ipaddress.IPv4Address(value)


def _number(text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]*", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]+", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"[0-9]+", text) else None


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet; the IPv4 address inside a mapped or translated one decides."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if int(address) >> 32 == 0:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def public_addresses(url: str, resolve: Resolver, allowed_hosts: Collection[str] = ()) -> tuple[str, int, list[str]]:
    """(host, port, addresses) that the server may ask for `url`.

    Every address that the name resolves to must be public: one internal among them is enough to refuse. A host of
    `allowed_hosts` (`name` or `name:port`, from the operator's configuration) is taken as it is.
    Raises InternalAddress, WrongScheme, MalformedLink.
    """
    text = check_link(url, REQUEST_SCHEMES)
    parts = urlsplit(text if "://" in text else f"http://{text}")
    host = (parts.hostname or "").rstrip(".").lower()
    port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
    trusted = host in allowed_hosts or f"{host}:{port}" in allowed_hosts
    if not trusted and port not in PORTS:
        raise InternalAddress(url=_shown(text), detail=Fragment("usa el puerto {port}, que no es de la web", port=port))
    literal = literal_address(host)
    if literal is None and not trusted and ("." not in host or host.endswith((".localhost", ".local", ".internal"))):
        raise InternalAddress(url=_shown(text), detail=Fragment("es un nombre de la red interna"))
    try:
        found = [str(literal)] if literal is not None else list(dict.fromkeys(resolve(host, port)))
    except (OSError, UnicodeError) as error:
        raise InternalAddress(
            url=_shown(text), detail=Fragment("ese servidor no existe o no responde su DNS")
        ) from error
    if not found:
        raise InternalAddress(url=_shown(text), detail=Fragment("ese servidor no tiene dirección"))
    if not trusted and not all(is_public(ipaddress.ip_address(one.split("%")[0])) for one in found):
        raise InternalAddress(url=_shown(text), detail=Fragment("lleva a una red interna"))
    return host, port, found


def redirect_target(url: str, location: str) -> str:
    """The absolute address that a `Location` header means. Raises WrongScheme, MalformedLink."""
    return check_link(urljoin(url, location), REQUEST_SCHEMES)
