"""Catalogues brought up to date with the source."""

from __future__ import annotations

import difflib
import re

import polib

from .entries import CORE_GAPS, PLURAL_FORMS, WIDTH, blank, catalogue_path, key, new_file, read
from .extract import BORROWED

#: How alike two Spanish texts must be for the English of the old one to be offered, as fuzzy, for the new one.
SIMILAR = 0.75


def merged(language: str, template: polib.POFile, old: polib.POFile | None, gaps: polib.POFile) -> polib.POFile:
    """The catalogue of `language` for `template`: what was translated stays, what the source dropped goes.

    In English a new message takes the text of a dropped one that reads alike, marked fuzzy for a person to look at.
    """
    known = {key(entry): entry for entry in old or []}
    wanted = {key(entry) for entry in template}
    dropped = {entry.msgid: entry for entry in known.values() if key(entry) not in wanted and entry.msgstr}
    forms = int(re.search(r"nplurals=(\d+)", PLURAL_FORMS[language])[1])  # type: ignore[index]
    file = new_file(language)
    for source in template:
        if BORROWED in source.comment:
            continue
        entry = blank(source, "")
        carry_over(entry, known.get(key(entry)), dropped if language == "en" else {})
        if entry.msgid_plural:
            filler = {0: entry.msgid} if language == "es" else {}
            default = entry.msgid_plural if language == "es" else ""
            entry.msgstr_plural = {n: entry.msgstr_plural.get(n) or filler.get(n, default) for n in range(forms)}
        elif language == "es" and not entry.msgstr:
            entry.msgstr = entry.msgid
        file.append(entry)
    if language == "es":
        for gap in gaps:
            gap.comment = "Text of CKAN or an extension: edit core-gaps.es.po, not this file."
            file.append(gap)
    return file


def carry_over(entry: polib.POEntry, known: polib.POEntry | None, dropped: dict[str, polib.POEntry]) -> None:
    """Give `entry` the translation that it had, or that of a dropped message that reads alike (fuzzy)."""
    if known is not None:
        entry.msgstr, entry.tcomment = known.msgstr, known.tcomment
        entry.msgstr_plural = dict(known.msgstr_plural) if entry.msgid_plural else {}
        if entry.msgid_plural and not entry.msgstr_plural and known.msgstr:
            entry.msgstr_plural = {0: known.msgstr}
        entry.flags += [flag for flag in known.flags if flag == "fuzzy"]
        entry.previous_msgid = known.previous_msgid
        return
    alike = difflib.get_close_matches(entry.msgid, dropped, n=1, cutoff=SIMILAR)
    if alike and not entry.msgid_plural:
        entry.msgstr, entry.previous_msgid = dropped[alike[0]].msgstr, alike[0]
        entry.flags.append("fuzzy")


def updated(language: str, template: polib.POFile) -> polib.POFile:
    """`merged` for the files of the project."""
    return merged(language, template, read(catalogue_path(language)), polib.pofile(str(CORE_GAPS), wrapwidth=WIDTH))
