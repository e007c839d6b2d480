"""Which addresses may be linked, and which the server may ask."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.files.links import check_link, literal_address, public_addresses, redirect_target
from ckanext.gobierno_abierto.files.problems import (
    InternalAddress,
    LinkProblem,
    LinkTooLong,
    MalformedLink,
    WrongScheme,
)

LINKABLE = [
    "https://www.ine.gob.bo/datos.csv",
    "http://nube.ine.gob.bo:8080/index.php/s/abc/download?x=1&y=ñ",
    "ftp://ftp.ejemplo.bo/datos.zip",
    "www.ine.gob.bo/datos.csv",
    "localhost:5000/x",
    " https://datos.gob.bo/x ",
    "https://[2001:db8::1]/x",
]
NOT_LINKABLE = [
    ("javascript:alert(1)", WrongScheme),
    ("JavaScript:alert(1)", WrongScheme),
    (" javascript:alert(1)", WrongScheme),
    ("java\nscript:alert(1)", MalformedLink),
    ("java\tscript:alert(1)", MalformedLink),
    ("data:text/html,<script>alert(1)</script>", WrongScheme),
    ("vbscript:x", WrongScheme),
    ("file:///etc/passwd", WrongScheme),
    ("gopher://x/", WrongScheme),
    ("mailto:a@b.bo", WrongScheme),
    ("https://", MalformedLink),
    ("https:///ruta", MalformedLink),
    ("https://usuario:clave@datos.gob.bo/x", MalformedLink),
    ("https://datos.gob.bo@malo.example/x", MalformedLink),
    ("https://datos.gob.bo:99999/x", MalformedLink),
    ("https://datos.gob.bo\\@malo.example", MalformedLink),
    ("https://datos.gob.bo/\u202egpj", MalformedLink),
    ("https://datos.gob.bo/\0", MalformedLink),
    ("https://[::1/x", MalformedLink),
    ("https://d.bo/" + "x" * 3000, LinkTooLong),
]
LITERALS = [
    ("127.0.0.1", "127.0.0.1"),
    ("127.1", "127.0.0.1"),
    ("2130706433", "127.0.0.1"),
    ("0x7f000001", "127.0.0.1"),
    ("0x7f.1", "127.0.0.1"),
    ("0177.0.0.1", "127.0.0.1"),
    ("017700000001", "127.0.0.1"),
    ("0", "0.0.0.0"),
    ("10.1", "10.0.0.1"),
    ("192.168.257", "192.168.1.1"),
    ("[::1]", "::1"),
    ("::ffff:127.0.0.1", "::ffff:7f00:1"),
    ("127.0.0.1.", "127.0.0.1"),
    ("256.1.1.1", None),
    ("1.2.3.4.5", None),
    ("datos.gob.bo", None),
    ("0x", "0.0.0.0"),
]
INTERNAL = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://10.0.0.5/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://algo.localhost/",
    "http://base.internal/",
    "http://impresora.local/",
    "http://intranet/",
    "http://privado.example/",
    "http://mixto.example/",
    "http://noexiste.example/",
    "http://publico.example:22/",
    "http://publico.example:5432/",
]


def names(host: str, _port: int) -> Iterable[str]:
    """A DNS of the tests' own."""
    known = {
        "publico.example": ["200.87.1.1"],
        "privado.example": ["10.1.2.3"],
        "mixto.example": ["200.87.1.1", "127.0.0.1"],
        "datos.interno": ["10.9.9.9"],
    }
    if host not in known:
        raise OSError("no such host")
    return known[host]


@pytest.mark.parametrize("url", LINKABLE)
def test_linkable(url: str) -> None:
    assert check_link(url) == url.strip()


@pytest.mark.parametrize("url,problem", NOT_LINKABLE, ids=[ascii(u[0])[:40] for u in NOT_LINKABLE])
def test_not_linkable(url: str, problem: type[LinkProblem]) -> None:
    with pytest.raises(problem) as found:
        check_link(url)
    assert found.value.field == "url"
    assert len(str(found.value)) < 400


@pytest.mark.parametrize("host,address", LITERALS)
def test_every_spelling_of_an_address_is_seen(host: str, address: str | None) -> None:
    found = literal_address(host)
    assert (str(found) if found else None) == address


@pytest.mark.parametrize("url", INTERNAL)
def test_internal_addresses_are_never_asked(url: str) -> None:
    with pytest.raises(InternalAddress):
        public_addresses(url, names)


def test_public_addresses_are_asked_at_the_address_that_was_judged() -> None:
    assert public_addresses("https://publico.example/x", names) == ("publico.example", 443, ["200.87.1.1"])
    assert public_addresses("http://publico.example:8080/", names)[1] == 8080
    assert public_addresses("http://8.8.8.8/", names)[2] == ["8.8.8.8"]


def test_a_host_that_the_operator_allows_is_asked() -> None:
    with pytest.raises(InternalAddress):
        public_addresses("http://datos.interno:9000/", names)
    assert public_addresses("http://datos.interno:9000/", names, ["datos.interno:9000"])[2] == ["10.9.9.9"]
    assert public_addresses("http://127.0.0.1:5000/", names, ["127.0.0.1"])[2] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "location,expected",
    [("/otro.csv", "https://publico.example/otro.csv"), ("//malo.example/x", "https://malo.example/x")],
)
def test_redirects_are_made_absolute(location: str, expected: str) -> None:
    assert redirect_target("https://publico.example/a", location) == expected


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x/", "javascript:alert(1)", "https://a:b@c/"])
def test_redirects_pass_the_same_door(location: str) -> None:
    with pytest.raises(LinkProblem):
        redirect_target("https://publico.example/a", location)


@given(st.text(max_size=80))
def test_any_text_is_a_link_or_refused_in_words(url: str) -> None:
    try:
        assert check_link(url) == url.strip()
    except LinkProblem as problem:
        assert str(problem)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"), st.sampled_from(["{0}", "{0:d}", "0x{0:x}", "[::ffff:{1}]"]))
def test_no_spelling_of_a_private_address_passes(address: object, spelling: str) -> None:
    host = spelling.format(int(address), address) if spelling != "{0}" else str(address)  # type: ignore[call-overload]
    with pytest.raises(InternalAddress):
        public_addresses(f"http://{host}/", names)
