"""The configuration that the template gives: complete, loadable by CKAN, and the operator's word wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckan.cli import CKANConfigLoader
from ckan.common import config_declaration

from bin._portal.configuration import PLACE, PLUGINS, TEMPLATE, fill, overlay, read_options, render
from bin._portal.console import Failure
from bin._portal.paths import Paths
from bin._portal.services import Services
from tests.conftest import PORTAL_PLUGINS

INI = "[app:main]\nckan.site_title = Uno\nckan.plugins = a\n  b\n  c\nlast = 1\n[loggers]\nkeys = root\n"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("url = @URL@\n", "url = postgresql://u:50%%25@h/d\n"),
        ("# @URL@ is filled\nurl = @URL@", "# @URL@ is filled\nurl = postgresql://u:50%%25@h/d"),
        ("two = @A@-@B@\n", "two = 1-2\n"),
        ("mail = a@b.bo\n", "mail = a@b.bo\n"),
    ],
)
def test_places_are_filled(template: str, expected: str) -> None:
    assert fill(template, {"URL": "postgresql://u:50%25@h/d", "A": "1", "B": "2"}) == expected


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="URL"):
        fill("url = @URL@", {})


@pytest.mark.parametrize(
    ("options", "present", "absent"),
    [
        ({"ckan.site_title": "Dos"}, "ckan.site_title = Dos\n", "Uno"),
        ({"ckan.plugins": "z"}, "ckan.plugins = z\nlast = 1", "  b"),
        ({"new.option": "x y"}, "[app:main]\nnew.option = x y\n", "nothing"),
        ({"last": r"C:\1"}, "last = C:\\1\n", "last = 1\n"),
        ({"ckan_site_title": "x"}, "ckan.site_title = Uno", "nothing"),
    ],
)
def test_the_operators_options_win(options: dict[str, str], present: str, absent: str) -> None:
    ini = overlay(INI, options)
    assert present in ini
    assert absent not in ini
    assert ini.endswith("[loggers]\nkeys = root\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ckan.site_title = Con: dos puntos = y más\n", {"ckan.site_title": "Con: dos puntos = y más"}),
        ("# comment\n\n[app:main]\nSECRET = %x\n", {"SECRET": "%x"}),
        ("", {}),
    ],
)
def test_options_are_read(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    path = tmp_path / "options.ini"
    path.write_text(text, encoding="utf-8")
    assert read_options(path) == expected


def test_no_file_means_no_options(tmp_path: Path) -> None:
    assert read_options(tmp_path / "options.ini") == {}


@pytest.mark.parametrize("text", ["only words", "a = 1\na = 2", "[app:main\na = 1"])
def test_a_broken_options_file_says_which_and_how(tmp_path: Path, text: str) -> None:
    path = tmp_path / "options.ini"
    path.write_text(text)
    with pytest.raises(Failure, match="options.ini") as caught:
        read_options(path)
    assert "opción = valor" in caught.value.mend


def test_the_portal_of_the_tests_is_the_one_that_runs() -> None:
    assert PLUGINS == PORTAL_PLUGINS.split()


def filled(paths: Paths, root: Path) -> str:
    services = Services(paths, {"CKAN_SQLALCHEMY_URL": "postgresql://a:b%40c@h/d"})
    return render(root, services.configuration("http://localhost:5000"), {})


def test_ckan_reads_the_whole_file(paths: Paths, root: Path) -> None:
    paths.ini.write_text(filled(paths, root), encoding="utf-8")
    assert not PLACE.search("".join(line for line in paths.ini.read_text().splitlines() if not line.startswith("#")))
    options = CKANConfigLoader(str(paths.ini)).get_config()
    assert options["sqlalchemy.url"] == "postgresql://a:b%40c@h/d"
    assert options["ckan.plugins"].split() == PLUGINS
    assert options["ckan.max_resource_size"] == "1024"
    assert options["SESSION_COOKIE_SECURE"] == "false"


@pytest.mark.ckan_config("ckan.plugins", PORTAL_PLUGINS)
@pytest.mark.usefixtures("with_plugins")
def test_every_option_of_the_template_is_one_that_somebody_reads(paths: Paths, root: Path) -> None:
    """A misspelt option is silently ignored by CKAN: each must be declared by CKAN or a plugin."""
    known = {str(key) for key in config_declaration.iter_options()}
    patterns = [key for key in known if "<" in key]
    paths.ini.write_text(filled(paths, root), encoding="utf-8")
    written = {
        line.partition("=")[0].strip()
        for line in (root / TEMPLATE).read_text(encoding="utf-8").partition("[loggers]")[0].splitlines()
        if "=" in line and not line.startswith("#")
    }
    prefixes = tuple(pattern.partition("<")[0] for pattern in patterns)
    unknown = {key for key in written - known if not key.startswith(prefixes)} - {"use", "debug"}
    assert not unknown
