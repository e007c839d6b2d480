"""No words outside gettext in the theme's templates and script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.theme.test_assets import PUBLIC, TEMPLATES, THEME

#: Names that stay the same in every language.
NAMES = {"JSON", "DCAT", "Turtle", "JSON-LD", "RDF/XML", "Python", "CSV", "curl", "API"}
SPOKEN_ATTRIBUTES = re.compile(r'\b(?:alt|title|placeholder|aria-label)="([^"{]*[A-Za-zÁ-ú]{2,}[^"{]*)"')


def words(template: str) -> list[str]:
    """What a reader would see that no gettext call gave: text outside tags and template syntax."""
    text = re.sub(r"{#.*?#}|{%\s*trans.*?endtrans\s*%}|<(script|style|pre)\b.*?</\1>", " ", template, flags=re.DOTALL)
    attributes = SPOKEN_ATTRIBUTES.findall(text)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", "\n", text)
    found = [line.strip(" \t·:/,.()«»-…\"'>") for line in text.splitlines()]
    return [line for line in [*found, *attributes] if re.search(r"[A-Za-zÁ-ú]{2,}", line) and line not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(THEME / "templates")))
def test_templates_speak_through_gettext(path: Path) -> None:
    assert not words(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "template,found",
    [
        ("<p>Hola mundo</p>", ["Hola mundo"]),
        ("<p>{{ _('Hola') }}</p>", []),
        ('<img alt="Un mapa">', ["Un mapa"]),
        ("{% trans %}Hola{% endtrans %}", []),
        ("<a title=\"{{ _('Hola') }}\">·</a>", []),
        ("{# nota #}<td>JSON</td>", []),
    ],
)
def test_the_lint_sees_what_it_should(template: str, found: list[str]) -> None:
    assert words(template) == found


def test_the_script_has_no_words_of_its_own() -> None:
    script = re.sub(r"/\*.*?\*/", "", (PUBLIC / "portal.js").read_text(encoding="utf-8"), flags=re.DOTALL)
    spoken = [text for text in re.findall(r'"([^"]*)"', script) if re.search(r"[a-zá-ú]+ [a-zá-ú]+", text)]
    assert [text for text in spoken if text not in {"use strict"} and not re.search(r"[.\[#:(,>]", text)] == []


def test_every_word_of_the_script_is_on_the_page() -> None:
    asked = set(re.findall(r'word\("(\w+)"\)', (PUBLIC / "portal.js").read_text(encoding="utf-8")))
    given = set(re.findall(r"data-(\w+)=", (THEME / "templates" / "snippets" / "script_words.html").read_text("utf-8")))
    assert asked == given
