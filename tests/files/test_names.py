"""Hostile names become harmless ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.files.names import MAX_LENGTH, extension_of, safe_name, shown

NAMES = [
    ("datos.csv", "datos.csv"),
    ("Población por Año.CSV", "poblacion-por-ano.csv"),
    ("../../etc/passwd.csv", "passwd.csv"),
    ("..\\..\\windows\\datos.csv", "datos.csv"),
    ("/absoluto/datos.csv", "datos.csv"),
    ("datos\0.csv", "datos.csv"),
    ("datos\r\n.csv", "datos.csv"),
    ("\u202egpj.sotad.csv", "gpj.sotad.csv"),
    ("da\u200btos.csv", "datos.csv"),
    ("con.csv", "archivo-con.csv"),
    ("NUL.tar.csv", "archivo-nul.tar.csv"),
    ("com1.csv", "archivo-com1.csv"),
    ("....csv", "csv.csv"),
    (".csv", "csv.csv"),
    ("..", "archivo.csv"),
    ("", "archivo.csv"),
    ("....csv", "csv.csv"),
    ("-rf.csv", "rf.csv"),
    ("<script>.csv", "script.csv"),
    ("地图.csv", "archivo.csv"),
    ("a" * 10_000 + ".csv", "a" * (MAX_LENGTH - 4) + ".csv"),
]


@pytest.mark.parametrize("raw,expected", NAMES, ids=[ascii(n[0])[:30] for n in NAMES])
def test_names(raw: str, expected: str) -> None:
    assert safe_name(raw, "csv") == expected


@pytest.mark.parametrize(
    "raw,extension",
    [
        ("a.csv", "csv"),
        ("a.CSV ", "csv"),
        ("a.csv.exe", "exe"),
        ("a.csv\0.exe", "exe"),
        ("a\u202evsc.exe", "exe"),
        ("a.exe.", "exe"),
        ("a", ""),
        (".htaccess", ""),
        ("...", ""),
        ("x/y.csv/z", ""),
    ],
)
def test_the_last_extension_counts(raw: str, extension: str) -> None:
    assert extension_of(raw) == extension


@given(st.text(max_size=300))
def test_any_name_becomes_safe(raw: str) -> None:
    name = safe_name(raw, "csv")
    assert re.fullmatch(r"[a-z0-9_-][a-z0-9._-]*\.csv", name)
    assert len(name) <= MAX_LENGTH
    assert ".." not in name
    assert len(shown(raw)) <= 60
    assert shown(raw).isprintable()
