"""The style sheet, the icons and the script: ours, fresh, small, and legible."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_architecture import ROOT, SOURCE

THEME = SOURCE / "theme"
PUBLIC = THEME / "public" / "gobierno_abierto"
TEMPLATES = sorted((THEME / "templates").rglob("*.html"))
SHEET = (PUBLIC / "portal.css").read_text(encoding="utf-8")
SPRITE = (PUBLIC / "icons.svg").read_text(encoding="utf-8")
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))


def test_the_style_sheet_is_built_from_its_sources() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "bin" / "build-css"), "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_what_every_page_loads_is_small() -> None:
    """The budget of a first page is 300 kB; style, script, icons and font take less than a third of it."""
    text = sum(len(gzip.compress((PUBLIC / name).read_bytes(), 9)) for name in ("portal.css", "portal.js", "icons.svg"))
    font = (PUBLIC / "fonts" / "archivo-latin.woff2").stat().st_size
    assert text + font < 90_000


@pytest.mark.parametrize("path", sorted(PUBLIC.rglob("*.*")), ids=lambda path: path.name)
def test_no_file_asks_another_host(path: Path) -> None:
    if path.suffix not in {".css", ".js", ".svg"}:
        pytest.skip("not text")
    text = re.sub(r"/\*!.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.\w+)", text)) - {"www.w3.org"}
    assert not hosts


def test_the_font_is_preloaded_under_the_address_of_the_style_sheet() -> None:
    (in_sheet,) = set(re.findall(r'url\("?(fonts/[^")]+)', SHEET))
    base = (THEME / "templates" / "base.html").read_text(encoding="utf-8")
    name, version = in_sheet.split("?")
    assert name in base and version in base
    assert (PUBLIC / name).read_bytes()[:4] == b"wOF2"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(THEME / "templates")))
def test_every_icon_exists(path: Path) -> None:
    used = re.findall(r"ga_icon\('([\w-]+)'", path.read_text(encoding="utf-8"))
    either = re.findall(r"ga_icon\('([\w-]+)' if [^)]*? else '([\w-]+)'", path.read_text(encoding="utf-8"))
    assert {*used, *(name for pair in either for name in pair)} <= SYMBOLS


def test_every_theme_has_its_icon() -> None:
    terms = yaml.safe_load((ROOT / "schemas" / "vocabularies" / "temas.yaml").read_text(encoding="utf-8"))["entries"]
    assert {term["icon"] for term in terms} <= SYMBOLS


def test_icons_take_their_colour_from_the_text() -> None:
    assert not re.findall(r'(?:fill|stroke)="#', SPRITE)


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TOKENS = dict(
    re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", (THEME / "styles" / "_tokens.scss").read_text("utf-8"), re.MULTILINE)
)


@pytest.mark.parametrize("text", ["ink", "ink-soft", "green", "red", "blue", "amber"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(
    "text,ground",
    [
        ("green", "green-soft"),
        ("red", "red-soft"),
        ("blue", "blue-soft"),
        ("amber", "yellow-soft"),
        ("paper", "green-dark"),
    ],
)
def test_text_stands_out_from_coloured_grounds(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_edges_of_controls_are_seen(ground: str) -> None:
    assert contrast(TOKENS["line-strong"], TOKENS[ground]) >= 3
