"""Pure: the seed's YAML files as a list of objects to have, checked before anything is written.

A file holds one or more of the lists `organizations`, `committees`, `mesas` and `datasets`. A committee is an
organization of kind `comite`; `supports` names the entities it supports, and becomes their field `committees`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..common.standing import COMMITTEE
from . import lines
from .errors import SeedFileProblem

ORGANIZATION, GROUP, DATASET = "organization", "group", "dataset"
LISTS = {"organizations": ORGANIZATION, "committees": ORGANIZATION, "mesas": GROUP, "datasets": DATASET}
#: Keys that are the seed's own, not fields of the object.
OWN_KEYS = {"committees": {"supports"}, "datasets": {"groups", "files", "type", "private", "state"}}
FILE_KEYS = frozenset(["path", "url"])
_NAME = re.compile(r"[a-z0-9_-]{2,100}")


@dataclass(frozen=True)
class Wanted:
    """An object that the seed wants to exist: its kind, its name and its fields; a dataset also has files."""

    kind: str
    name: str
    fields: Mapping[str, Any]
    place: str
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Rules:
    """What the portal knows that a file must agree with.

    `fields` is kind (a dataset's: its type) to the names of the fields it has; `resource_fields` those of a file;
    `existing` is kind to the names already in the portal.
    """

    fields: Mapping[str, Collection[str]]
    resource_fields: Collection[str] = ()
    existing: Mapping[str, Collection[str]] = field(default_factory=dict)


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """The YAML files among these files and folders (a folder's own files, by name).

    :raises SeedFileProblem: a path does not exist, or a folder has none
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
        if not inside or not inside[0].is_file():
            raise SeedFileProblem(place=str(path), problem="no existe o no tiene archivos YAML.", fix="Revise la ruta.")
        found += inside
    return found


def load(paths: Iterable[Path], rules: Rules) -> list[Wanted]:
    """Every object of these files, in the order in which it can be made: organizations, mesas, datasets.

    :raises SeedFileProblem: with file, line, entry, problem and fix; the first one found
    """
    entries = [found for path in paths for found in _entries(path)]
    _refuse_repeated(entries)
    wanted = [_wanted(list_name, entry, folder, rules) for list_name, entry, folder in entries]
    wanted = _with_committees(wanted, entries)
    _check_references(wanted, rules)
    return sorted(wanted, key=lambda one: [ORGANIZATION, GROUP, DATASET].index(one.kind))


def _entries(path: Path) -> Iterator[tuple[str, lines.Entry, Path]]:
    content = lines.read(path)
    for key, listed in content.items():
        if key == "about":
            continue
        if key not in LISTS:
            raise _problem(content, f"la lista «{key}» no se conoce.", _suggest(key, LISTS))
        if not isinstance(listed, list):
            raise _problem(content, f"«{key}» no es una lista.", "Escriba cada elemento con un guion delante.")
        for entry in listed:
            if not isinstance(entry, lines.Entry):
                raise _problem(
                    content, f"«{key}» tiene un elemento que no es un grupo de campos.", "Escriba campo: valor."
                )
            name = entry.get("name")
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise _problem(
                    entry,
                    f"el nombre «{name}» no sirve como dirección web.",
                    "Use de 2 a 100 letras minúsculas sin tilde, números, guion o guion bajo.",
                )
            if not str(entry.get("title") or "").strip():
                raise _problem(entry, "falta el título.", "Agregue title: con el nombre completo.")
            yield key, entry, path.parent


def _refuse_repeated(entries: list[tuple[str, lines.Entry, Path]]) -> None:
    # CKAN keeps organizations and groups in one table: their names share one space.
    seen: dict[tuple[bool, str], lines.Entry] = {}
    for list_name, entry, _ in entries:
        key = (LISTS[list_name] == DATASET, entry["name"])
        if key in seen:
            raise _problem(entry, f"el nombre ya está en {seen[key].place}.", "Dé otro nombre o quite uno de los dos.")
        seen[key] = entry


def _wanted(list_name: str, entry: lines.Entry, folder: Path, rules: Rules) -> Wanted:
    kind = LISTS[list_name]
    schema = str(entry.get("type") or "dataset") if kind == DATASET else kind
    if schema not in rules.fields:
        types = [name for name in rules.fields if name not in {ORGANIZATION, GROUP}]
        raise _problem(entry, f"el tipo «{schema}» no tiene esquema.", _suggest(schema, types))
    own = OWN_KEYS.get(list_name, set())
    known = {*rules.fields[schema], *own}
    for key in entry:
        if key not in known:
            raise _problem(entry, f"el campo «{key}» no existe.", _suggest(key, known))
    fields = {key: _plain(value) for key, value in entry.items() if key not in {"supports", "files"}}
    if list_name == "committees":
        fields["kind"] = COMMITTEE
    if kind == DATASET:
        fields["type"] = schema
    files = tuple(_files(entry, folder, rules)) if kind == DATASET else ()
    return Wanted(kind, entry["name"], fields, f"{entry.place} ({entry['name']})", files)


def _files(entry: lines.Entry, folder: Path, rules: Rules) -> Iterator[Mapping[str, Any]]:
    for listed in entry.get("files") or []:
        if not isinstance(listed, lines.Entry) or len(FILE_KEYS & set(listed)) != 1:
            raise _problem(entry, "un archivo no dice cuál es.", "Escriba path: con su ruta, o url: con su dirección.")
        for key in listed:
            if key not in FILE_KEYS and key not in rules.resource_fields:
                raise _problem(
                    listed, f"el campo «{key}» de un archivo no existe.", _suggest(key, rules.resource_fields)
                )
        values = {key: _plain(value) for key, value in listed.items()}
        if "path" in values:
            path = (folder / str(values["path"])).resolve()
            if folder.resolve() not in path.parents or not path.is_file():
                raise _problem(
                    listed,
                    f"no está el archivo «{values['path']}».",
                    "Debe estar en la carpeta del YAML o en una suya.",
                )
            values["path"] = path
        yield values


def _with_committees(wanted: list[Wanted], entries: list[tuple[str, lines.Entry, Path]]) -> list[Wanted]:
    """The objects, with each committee's `supports` turned into the entities' `committees`."""
    organizations = {one.name for one in wanted if one.kind == ORGANIZATION}
    supporters: dict[str, list[str]] = {}
    for list_name, entry, _ in entries:
        if list_name != "committees":
            continue
        for name in entry.get("supports") or []:
            if name not in organizations:
                raise _problem(
                    entry, f"apoya a «{name}», que no está en los archivos.", _suggest(str(name), organizations)
                )
            supporters.setdefault(name, []).append(entry["name"])
    return [
        Wanted(
            one.kind, one.name, {**one.fields, "committees": _union(one, supporters[one.name])}, one.place, one.files
        )
        if one.kind == ORGANIZATION and one.name in supporters
        else one
        for one in wanted
    ]


def _union(one: Wanted, more: list[str]) -> list[str]:
    named = one.fields.get("committees") or []
    return list(dict.fromkeys([*(named if isinstance(named, list) else [named]), *more]))


def _check_references(wanted: list[Wanted], rules: Rules) -> None:
    names = {
        kind: {one.name for one in wanted if one.kind == kind} | set(rules.existing.get(kind, ()))
        for kind in (ORGANIZATION, GROUP)
    }
    for one in wanted:
        for key, kind in (
            ("lead_entity", ORGANIZATION),
            ("owner_org", ORGANIZATION),
            ("committees", ORGANIZATION),
            ("groups", GROUP),
        ):
            value = one.fields.get(key)
            for name in value if isinstance(value, list) else [value] if value else []:
                if name not in names[kind]:
                    raise SeedFileProblem(
                        place=one.place,
                        problem=f"«{key}» nombra a «{name}», que no existe.",
                        fix=_suggest(str(name), names[kind]),
                    )
        if one.kind == DATASET and not one.fields.get("owner_org"):
            raise SeedFileProblem(
                place=one.place, problem="falta owner_org.", fix="Nombre la organización que publica."
            )


def _plain(value: Any) -> Any:
    """The value without the memory of its line, ready to be stored as JSON."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.strip() if isinstance(value, str) else value


def _problem(entry: lines.Entry, problem: str, fix: str) -> SeedFileProblem:
    name = entry.get("name")
    return SeedFileProblem(place=entry.place + (f" ({name})" if name else ""), problem=problem, fix=fix)


def _suggest(word: str, options: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(options), n=1, cutoff=0.6)
    if near:
        return f"¿Quiso decir «{near[0]}»?"
    return f"Los que hay: {', '.join(sorted(options))}."
