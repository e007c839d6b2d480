"""What may be wrong with the catalogues; nothing is written here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import polib

from .catalogues import updated
from .entries import CORE_GAPS, FORMATS, PLURAL_FORMS, POT, ROOT, catalogue_path, read, text
from .extract import build_template
from .literal_text import untranslatable

LONE_PERCENT = re.compile(r"%(?!\(\w+\)[sdifr])")
TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*")


def places(message: str) -> Counter[str]:
    """What a translation must keep: the %-places, the {}-places and the HTML tags, with their numbers."""
    return Counter(found for form in (*FORMATS.values(), TAG) for found in form.findall(message.replace("%%", "")))


def misplaced(entry: polib.POEntry) -> Iterator[str]:
    """Translations of `entry` that lose, add or change a place. A singular may say its number in words."""
    if not entry.msgid_plural:
        if entry.msgstr and places(entry.msgstr) != places(entry.msgid):
            yield entry.msgstr
        return
    last = max(entry.msgstr_plural, default=0)
    for form, msgstr in sorted(entry.msgstr_plural.items()):
        allowed = places(entry.msgid_plural)
        if msgstr and (places(msgstr) - allowed or (form == last and places(msgstr) != allowed)):
            yield msgstr


def breaks_in_template(entry: polib.POEntry) -> bool:
    """Jinja fills every message with `%` and names: in a template a lone percent sign ends in an error page."""
    if not any("/templates/" in name for name, _line in entry.occurrences):
        return False
    texts = (entry.msgid, entry.msgid_plural, entry.msgstr, *entry.msgstr_plural.values())
    return any(LONE_PERCENT.search(message.replace("%%", "")) for message in texts)


def catalogue_problems(name: str, file: polib.POFile) -> Iterator[str]:
    """What is wrong inside one catalogue."""
    for entry in file:
        label = f"{name}: {entry.msgid[:70]!r}"
        if "fuzzy" in entry.flags:
            yield f"{label} is fuzzy: look at it, correct it, remove the mark"
        elif not all(entry.msgstr_plural.values()) or not (entry.msgstr or entry.msgstr_plural):
            yield f"{label} has no translation"
        for wrong in misplaced(entry):
            yield f"{label}: its places or tags differ in {wrong[:70]!r}"
        if breaks_in_template(entry):
            yield f"{label}: a lone % in a template; write %%"


def problems() -> Iterator[str]:
    """Everything that keeps the catalogues from being complete and true to the source; nothing is written."""
    template = build_template()
    if not POT.exists() or POT.read_text(encoding="utf-8") != text(template):
        yield f"{POT.relative_to(ROOT)} differs from the source: run bin/i18n update"
    yield from catalogue_problems(CORE_GAPS.name, polib.pofile(str(CORE_GAPS)))
    for language in PLURAL_FORMS:
        path = catalogue_path(language)
        file = read(path)
        if file is None:
            yield f"{path.relative_to(ROOT)} is missing: run bin/i18n update"
            continue
        if path.read_text(encoding="utf-8") != text(updated(language, template)):
            yield f"{path.relative_to(ROOT)} differs from the source: run bin/i18n update"
        yield from catalogue_problems(f"{language}.po", file)
        compiled = catalogue_path(language, "mo")
        if not compiled.exists() or compiled.read_bytes() != file.to_binary():
            yield f"{compiled.relative_to(ROOT)} is not what the .po says: run bin/i18n compile"
    yield from untranslatable()
