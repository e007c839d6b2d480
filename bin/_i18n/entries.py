"""What a catalogue is: where it lies, how a message is told from another, how a file is written.

Same source, same bytes: no date, line number or absolute path is written.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "ckanext" / "gobierno_abierto"
I18N = PACKAGE / "i18n"
DOMAIN = "ckanext-gobierno_abierto"
POT = I18N / f"{DOMAIN}.pot"
CORE_GAPS = I18N / "core-gaps.es.po"
#: Columns of the .po files.
WIDTH = 110
#: CKAN's own formulas: flask_babel keeps the last merged catalogue's, so they must agree with CKAN's catalogue.
PLURAL_FORMS = {
    "es": "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "en": "nplurals=2; plural=(n != 1);",
}
#: The places of a message that are filled when it is shown, by the flag that editors of .po files know.
FORMATS = {
    "python-format": re.compile(r"%(?:\(\w+\))?[-+0#]*\d*(?:\.\d+)?[sdifrgex]"),
    "python-brace-format": re.compile(r"\{[^{}\s]*\}"),
}

Key = tuple[str, str]


def key(entry: polib.POEntry) -> Key:
    """What tells one message from another: context and id."""
    return (entry.msgctxt or "", entry.msgid)


def catalogue_path(language: str, suffix: str = "po", root: Path = I18N) -> Path:
    """`i18n/<language>/LC_MESSAGES/<domain>.<suffix>`."""
    return root / language / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def in_script(entry: polib.POEntry) -> bool:
    """Whether a browser script uses the message, by its files' names (the rule of `ckan translation js`)."""
    return any(name.endswith(".js") for name, _line in entry.occurrences)


def site_packages() -> Path:
    """Where CKAN is installed."""
    spec = importlib.util.find_spec("ckan")
    if spec is None or spec.origin is None:
        sys.exit("bin/i18n needs an installed CKAN, whose catalogues it reads.")
    return Path(spec.origin).parent.parent


def blank(entry: polib.POEntry, comment: str) -> polib.POEntry:
    """A copy of `entry` with no translation and `comment` for the translator."""
    return polib.POEntry(
        msgid=entry.msgid,
        msgid_plural=entry.msgid_plural,
        msgctxt=entry.msgctxt,
        msgstr_plural={0: "", 1: ""} if entry.msgid_plural else {},
        comment="\n".join(filter(None, [entry.comment, comment])),
        occurrences=list(entry.occurrences),
        flags=[flag for flag in entry.flags if flag != "fuzzy"],
    )


def new_file(language: str) -> polib.POFile:
    """An empty catalogue with a header that never changes by itself."""
    file = polib.POFile(wrapwidth=WIDTH)
    file.metadata = {"Project-Id-Version": DOMAIN}
    if language:
        file.metadata |= {"Language": language, "Plural-Forms": PLURAL_FORMS[language]}
    file.metadata |= {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return file


def read(path: Path) -> polib.POFile | None:
    """A catalogue, or None when there is none yet."""
    return polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else None


def text(file: polib.POFile) -> str:
    """A catalogue as it is written."""
    return f"{file}".rstrip("\n") + "\n"


def write(path: Path, content: str | bytes) -> None:
    """Write only what changed, so that a build that looks at times does not run for nothing."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
