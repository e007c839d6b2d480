"""Words of a template that no translation can reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

from .entries import PACKAGE, ROOT
from .extract import source_files


class LiteralText(HTMLParser):
    """Collects the words of a template that stand outside gettext: text, and attributes that people read or hear."""

    SPOKEN = ("alt", "title", "placeholder", "aria-label", "aria-description", "summary")
    SILENT = ("script", "style", "code", "pre", "kbd", "samp", "svg")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.found += [value for name, value in attrs if name in self.SPOKEN and value and has_words(value)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.SPOKEN and value and has_words(value)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent and has_words(data):
            self.found.append(" ".join(data.split()))


#: Names that are the same in every language.
NAMES = re.compile(
    r"\b(API|CKAN|CSV|XLSX|ODS|JSON|GeoJSON|KML|PDF|XML|RDF|DCAT(-AP)?|JSON-LD|Turtle|OCDS|URL|HTML|SQL|ISO|Bolivia|AGPL|Python)\b"
)


def has_words(value: str) -> bool:
    """Two letters in a row that are no proper name, entity, address, or attribute and id that a macro builds."""
    value = re.sub(r"&\w+;|https?://\S+|\S+@\S+|[\w-]+=(\"[^\"]*\"?|'[^']*'?)|\w+-(?!\w)", "", value)
    return bool(re.search(r"[^\W\d_]{2,}", NAMES.sub("", value)))


def literal_text(source: str) -> list[str]:
    """The words of a Jinja template that no translation can reach."""
    from ckan.lib.jinja_extensions import _get_extensions

    kept: list[str] = []
    inside, previous = False, ""
    for _line, token, value in Environment(extensions=_get_extensions()).lex(source):
        if previous == "block_begin" and value in {"trans", "endtrans"}:
            inside = value == "trans"
        if token != "whitespace":
            previous = token
        if token == "data" and not inside:
            kept.append(value)
        elif token in {"variable_end", "block_end"}:
            kept.append(" ")
    parser = LiteralText()
    parser.feed("".join(kept))
    parser.close()
    return parser.found


def untranslatable(root: Path = PACKAGE) -> Iterator[str]:
    """Places in our templates with words outside gettext."""
    for path in source_files(root):
        if "templates" in path.parts and path.suffix == ".html":
            for words in literal_text(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(ROOT)}: text outside gettext: {words[:80]!r}"
