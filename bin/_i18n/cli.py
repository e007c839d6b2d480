"""The commands of bin/i18n."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import polib

from .catalogues import updated
from .checks import problems
from .entries import PLURAL_FORMS, POT, ROOT, catalogue_path, read, text, write
from .extract import build_template
from .upstream import gaps


def run_extract() -> int:
    """Write the .pot from the source."""
    write_template(build_template())
    return 0


def write_template(template: polib.POFile) -> None:
    """Write the .pot and say how much it holds."""
    write(POT, text(template))
    print(f"{POT.relative_to(ROOT)}: {len(template)} messages")


def run_update() -> int:
    """Write the .pot, then bring es and en up to date with it."""
    template = build_template()
    write_template(template)
    for language in PLURAL_FORMS:
        file = updated(language, template)
        write(catalogue_path(language), text(file))
        todo = len(file.untranslated_entries()) + len(file.fuzzy_entries())
        print(f"{catalogue_path(language).relative_to(ROOT)}: {len(file)} messages, {todo} to translate")
    return 0


def run_compile() -> int:
    """Write the .mo files that CKAN reads."""
    for language in PLURAL_FORMS:
        file = read(catalogue_path(language))
        if file is None:
            print(f"no {language} catalogue yet: run bin/i18n update", file=sys.stderr)
            return 1
        write(catalogue_path(language, "mo"), file.to_binary())
    return 0


def run_check() -> int:
    """Print each problem; 1 when there is any."""
    found = list(problems())
    print("\n".join(found) if found else "catalogues: complete and true to the source")
    return 1 if found else 0


def run_gaps() -> int:
    """Print, as .po entries, what CKAN and the extensions leave without Spanish; 1 when there is any."""
    missing, stale = gaps()
    for entry in missing:
        print(entry)
    for entry in stale:
        print(f"core-gaps.es.po: upstream no longer has {entry.msgid!r}", file=sys.stderr)
    return 1 if missing or stale else 0


COMMANDS: dict[str, Callable[[], int]] = {
    "extract": run_extract,
    "update": run_update,
    "compile": run_compile,
    "check": run_check,
    "gaps": run_gaps,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its value is the exit status."""
    parser = argparse.ArgumentParser(
        description="The portal's translation catalogues; see docs/developers/translation.md."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        commands.add_parser(name, help=function.__doc__, description=function.__doc__)
    return COMMANDS[parser.parse_args(arguments).command]()
