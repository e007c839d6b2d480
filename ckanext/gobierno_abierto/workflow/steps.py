"""Pure: the steps that a proposal goes through, read from workflow.yaml (its head describes the format)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common import yaml_lines
from ..common.yaml_lines import Entry
from .errors import WorkflowFileProblem

COMMITTEE, ORGANIZATION_ADMINS, COORDINATORS = "committee", "organization_admins", "coordinators"
REVIEWERS = (COMMITTEE, ORGANIZATION_ADMINS, COORDINATORS)
#: The list for kinds of datasets that have none of their own.
DEFAULT = "default"
LANGUAGES = ("es", "en")
KEYS = ("name", "title", "reviewers", "checks", "warn_after_days")
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")
MOST_DAYS = 365


@dataclass(frozen=True)
class Step:
    """One step: `reviewers` decide once the `checks` passed; after `warn_after_days` they are reminded."""

    name: str
    title: Mapping[str, str]
    reviewers: str
    checks: tuple[str, ...] = ()
    warn_after_days: int | None = None


@dataclass(frozen=True)
class Workflow:
    """The steps by kind of dataset; `default` is always there, and no list is empty."""

    steps: Mapping[str, tuple[Step, ...]]

    def steps_of(self, dataset_type: str | None) -> tuple[Step, ...]:
        """The steps of a kind of dataset, in order."""
        return self.steps.get(dataset_type or DEFAULT) or self.steps[DEFAULT]


def load(path: Path, known_checks: frozenset[str], known_types: frozenset[str]) -> Workflow:
    """The steps of a file that may name these checks and kinds of datasets.

    :raises WorkflowFileProblem: with file, line and fix
    """
    begin = f"Comience con «{DEFAULT}:» y la lista de sus pasos."
    document = yaml_lines.read(path, WorkflowFileProblem, begin)
    if DEFAULT not in document:
        raise WorkflowFileProblem(place=document.place, problem=f"falta la lista «{DEFAULT}».", fix=begin)
    for key in document:
        _refuse_unknown(document, key, {*known_types, DEFAULT}, "el tipo de conjunto")
    return Workflow({key: _steps(document, key, known_checks) for key in document})


def _steps(document: Entry, dataset_type: str, known_checks: frozenset[str]) -> tuple[Step, ...]:
    listed = document[dataset_type]
    if not isinstance(listed, list) or not listed:
        raise _problem(
            document, dataset_type, f"«{dataset_type}» no es una lista con pasos.", "Escriba al menos uno, con guion."
        )
    seen: dict[str, str] = {}
    found = []
    for entry in listed:
        if not isinstance(entry, Entry):
            raise _problem(
                document,
                dataset_type,
                f"un paso de «{dataset_type}» no es un grupo de campos.",
                f"Escriba en cada paso: {', '.join(KEYS)}.",
            )
        step = _step(entry, known_checks)
        if step.name in seen:
            raise _problem(
                entry, "name", f"el paso «{step.name}» ya está en {seen[step.name]}.", "Dé a cada paso otro nombre."
            )
        seen[step.name] = entry.place_of("name")
        found.append(step)
    return tuple(found)


def _step(entry: Entry, known_checks: frozenset[str]) -> Step:
    for key in entry:
        _refuse_unknown(entry, key, KEYS, "la clave")
    return Step(
        name=_name(entry),
        title=_title(entry),
        reviewers=_reviewers(entry),
        checks=_checks(entry, known_checks),
        warn_after_days=_days(entry),
    )


def _name(entry: Entry) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not SLUG.fullmatch(name):
        raise _problem(
            entry,
            "name",
            "el paso no tiene un nombre que sirva." if name is None else f"«{name}» no sirve como nombre de un paso.",
            "Escriba name: con minúsculas, números y guiones, por ejemplo «comite».",
        )
    return name


def _title(entry: Entry) -> Mapping[str, str]:
    title = entry.get("title")
    fix = 'Escriba title: {es: "…", en: "…"}.'
    if not isinstance(title, Entry):
        raise _problem(entry, "title", "falta el título del paso en cada idioma.", fix)
    for language in title:
        _refuse_unknown(title, language, LANGUAGES, "el idioma")
    for language in LANGUAGES:
        text = title.get(language)
        if not isinstance(text, str) or not text.strip():
            raise _problem(title, language, f"falta el título en el idioma «{language}».", fix)
    return {language: title[language].strip() for language in LANGUAGES}


def _reviewers(entry: Entry) -> str:
    reviewers = entry.get("reviewers")
    if reviewers not in REVIEWERS:
        said = "no dice quién revisa." if reviewers is None else f"«{reviewers}» no dice quién revisa."
        raise _problem(entry, "reviewers", said, f"En reviewers: {_suggest(str(reviewers or ''), REVIEWERS)}")
    return str(reviewers)


def _checks(entry: Entry, known: frozenset[str]) -> tuple[str, ...]:
    names = entry.get("checks")
    if names is None:
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _problem(entry, "checks", "«checks» no es una lista de nombres.", "Escriba checks: [completeness].")
    for name in names:
        if name not in known:
            raise _problem(entry, "checks", f"la comprobación «{name}» no existe.", _suggest(name, known))
    return tuple(dict.fromkeys(names))


def _days(entry: Entry) -> int | None:
    days = entry.get("warn_after_days")
    if days is None:
        return None
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise _problem(
            entry,
            "warn_after_days",
            f"«{days}» no es un número de días.",
            f"Escriba un número entero entre 1 y {MOST_DAYS}, o quite la clave.",
        )
    return days


def _refuse_unknown(entry: Entry, key: str, known: Iterable[str], what: str) -> None:
    if key not in known:
        raise _problem(entry, key, f"{what} «{key}» no existe.", _suggest(key, known))


def _problem(entry: Entry, key: Any, problem: str, fix: str) -> WorkflowFileProblem:
    return WorkflowFileProblem(place=entry.place_of(key), problem=problem, fix=fix)


def _suggest(word: str, options: Iterable[str]) -> str:
    ordered = sorted(options)
    near = difflib.get_close_matches(word, ordered, n=1, cutoff=0.6)
    return f"¿Quiso decir «{near[0]}»?" if near else f"Los que hay: {', '.join(ordered)}."
