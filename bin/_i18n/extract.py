"""Messages of a source tree: Python, browser scripts, Jinja templates and the texts of the portal's errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polib
import yaml
from babel.messages.extract import DEFAULT_KEYWORDS, extract

from .entries import CORE_GAPS, FORMATS, PACKAGE, ROOT, Key, blank, in_script, key, new_file, site_packages

KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "Fragment": None}
LICENCES = ROOT / "schemas" / "vocabularies" / "licencias.yaml"
#: What the .pot says of a message that it does not own.
BORROWED = "CKAN or an extension translates this text; it stands here for its script."


def extraction_method(path: Path) -> str | Callable[..., Any] | None:
    """Babel's extractor for a file, CKAN's own for what lies in a templates folder; None: nothing to extract."""
    if path.suffix == ".py":
        return "python"
    if "templates" in path.parts and path.suffix in {".html", ".txt", ".xml"}:
        from ckan.lib.extract import extract_ckan

        return extract_ckan
    if path.suffix == ".js" and "vendor" not in path.parts and not path.name.endswith(".min.js"):
        return "javascript"
    return None


def source_files(root: Path) -> Iterator[Path]:
    """Files that may hold messages, in a fixed order."""
    for path in sorted(root.rglob("*"), key=lambda p: p.as_posix()):
        if path.is_file() and not {"node_modules", "__pycache__", "tests"} & set(path.parts):
            yield path


def messages(root: Path, base: Path) -> Iterator[polib.POEntry]:
    """Every message under `root`, one entry per occurrence; file names are relative to `base`."""
    for path in source_files(root):
        method = extraction_method(path)
        if method is None:
            continue
        name = path.relative_to(base).as_posix()
        with path.open("rb") as file:
            for _line, message, comments, context in extract(
                method, file, keywords=KEYWORDS, comment_tags=["TRANSLATORS:"], strip_comment_tags=True
            ):
                singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
                yield polib.POEntry(
                    msgid=singular,
                    msgid_plural=plural,
                    msgctxt=context or None,
                    comment="\n".join(comments),
                    occurrences=[(name, "")],
                )


def class_definitions(root: Path) -> Iterator[tuple[Path, ast.ClassDef]]:
    """Every class written under `root`."""
    for path in source_files(root):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    yield path, node


def error_templates(root: Path, base: Path, ancestor: str = "PortalError") -> Iterator[polib.POEntry]:
    """The text of each error: the `template` of every class that descends, by name, from `ancestor`."""
    classes = list(class_definitions(root))
    family = {ancestor}
    while True:
        found = {
            node.name
            for _path, node in classes
            if {getattr(b, "id", getattr(b, "attr", "")) for b in node.bases} & family
        }
        if found <= family:
            break
        family |= found
    for path, node in classes:
        if node.name not in family:
            continue
        for statement in node.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            value = getattr(statement, "value", None)
            named = any(getattr(target, "id", "") == "template" for target in targets)
            if named and isinstance(value, ast.Constant):
                name = path.relative_to(base).as_posix()
                yield polib.POEntry(msgid=str(value.value), occurrences=[(name, "")])


def licence_titles(vocabulary: Path, base: Path) -> Iterator[polib.POEntry]:
    """Titles of the licence register, which CKAN passes to gettext (`helpers.license_options`).

    Their English stands in the vocabulary too; it goes to the translator as a comment.
    """
    for entry in yaml.safe_load(vocabulary.read_text(encoding="utf-8"))["entries"]:
        label = entry["label"]
        name = vocabulary.relative_to(base).as_posix()
        yield polib.POEntry(msgid=label["es"], comment=f"In the vocabulary: {label['en']}", occurrences=[(name, "")])


def bare(text: str) -> str:
    """`text` without its brace places."""
    return re.sub(r"\{[^{}]*\}", "", text)


def gather(entries: Iterable[polib.POEntry]) -> dict[Key, polib.POEntry]:
    """One entry per message with all its files; the python-format flags that editors and checkers read."""
    gathered: dict[Key, polib.POEntry] = {}
    for entry in entries:
        if not re.search(r"[^\W\d_]", bare(entry.msgid)):
            continue
        known = gathered.setdefault(key(entry), entry)
        known.msgid_plural = known.msgid_plural or entry.msgid_plural
        known.occurrences = sorted({(name, "") for name, _line in [*known.occurrences, *entry.occurrences]})
        if entry.comment and entry.comment not in known.comment:
            known.comment = f"{known.comment}\n{entry.comment}".strip()
    for entry in gathered.values():
        text = entry.msgid + entry.msgid_plural
        entry.flags = [name for name, form in FORMATS.items() if form.search(text)]
    return gathered


def build_template(
    root: Path = PACKAGE, base: Path = ROOT, gaps: Path = CORE_GAPS, licences: Path | None = LICENCES
) -> polib.POFile:
    """The .pot: our messages, then those of others that only our .pot tells `ckan translation js` are a script's.

    A template of ours that uses a message of CKAN's needs nothing: CKAN's catalogue, or core-gaps.es.po, has it.
    """
    titles = licence_titles(licences, base) if licences else ()
    gathered = gather([*messages(root, base), *error_templates(root, base), *titles])
    core = {key(entry): entry for entry in polib.pofile(str(site_packages() / "ckan/i18n/ckan.pot"))}
    filled = {key(entry): entry for entry in polib.pofile(str(gaps))}
    file = new_file("")
    ours = [entry for k, entry in gathered.items() if k not in core and k not in filled]
    for entry in sorted(ours, key=lambda e: e.occurrences[0][0]):
        file.append(blank(entry, ""))
    scripts = {k: entry for k, entry in {**filled, **gathered}.items() if k in {**core, **filled} and in_script(entry)}
    known_to_ckan = {k for k, entry in core.items() if in_script(entry)}
    for k, entry in sorted(scripts.items()):
        if k not in known_to_ckan:
            file.append(blank(entry, BORROWED))
    return file
