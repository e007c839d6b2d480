"""The seed: make what the files want and is not there, update what nobody touched, keep what a person changed.

Organizations and mesas are written in one transaction, in which the datasets are also validated: an error leaves
the portal as it was. Datasets follow one by one, because loading their tables begins as soon as each is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from . import records
from .errors import SeedFileProblem, SeedNeedsMetadata
from .seedfiles import DATASET, GROUP, ORGANIZATION, Rules, Wanted, load, yaml_files
from .targets import TARGETS
from .threeway import Merge, Record, canonical, merge
from .transaction import all_or_nothing

#: Fields without which the seed cannot say what it has to say.
NEEDED = ("kind", "committees", "sector", "sigla", "lead_entity")

CREATED, UPDATED, UNCHANGED, DELETED = "created", "updated", "unchanged", "deleted"


@dataclass(frozen=True)
class Change:
    """What happened, or in a dry run would happen, to one object.

    `outcome` is created, updated, unchanged or deleted (a person deleted it; it is not made again); `written` and
    `kept` are names of fields: those changed, and those left because a person changed them in the portal.
    """

    kind: str
    name: str
    outcome: str
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def seed(paths: Iterable[Path], dry_run: bool = False) -> list[Change]:
    """Bring the portal to what these files (or folders of files) want; with `dry_run`, only say what would change.

    :raises SeedFileProblem: a file is wrong, or CKAN refuses a value; no organization or mesa has been written
    :raises SeedNeedsMetadata: the portal's schemas lack what the seed writes
    """
    wanted = load(yaml_files(paths), rules())
    datasets = [one for one in wanted if one.kind == DATASET]
    with all_or_nothing(keep=not dry_run):
        changes = [_apply(one) for one in wanted if one.kind != DATASET]
        for one in datasets:
            _check(one)
        if dry_run:
            return changes + [_plan(one) for one in datasets]
    return changes + [_apply(one) for one in datasets]


def rules() -> Rules:
    """What the portal's schemas and objects allow.

    :raises SeedNeedsMetadata: the organizations' schema lacks a field
    """
    organization, group = _schema("organization"), _schema("group")
    for name in NEEDED:
        if name not in organization:
            raise SeedNeedsMetadata(field=name)
    types = tk.get_action("scheming_dataset_schema_list")(_context(), {})
    schemas = {name: tk.get_action("scheming_dataset_schema_show")(_context(), {"type": name}) for name in types}
    names = model.Session.query(model.Group.name, model.Group.is_organization).filter_by(state="active").all()
    return Rules(
        fields={
            ORGANIZATION: organization,
            GROUP: group,
            **{name: _names(schema["dataset_fields"]) for name, schema in schemas.items()},
        },
        resource_fields={name for schema in schemas.values() for name in _names(schema["resource_fields"])},
        existing={
            ORGANIZATION: {row.name for row in names if row.is_organization},
            GROUP: {row.name for row in names if not row.is_organization},
        },
    )


def counts(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Kind to outcome to number of objects; `kept` counts the objects in which something was kept."""
    found: dict[str, dict[str, int]] = {}
    for change in changes:
        row = found.setdefault(change.kind, dict.fromkeys((CREATED, UPDATED, UNCHANGED, "kept", DELETED), 0))
        row[change.outcome] += 1
        row["kept"] += bool(change.kept)
    return found


def _context() -> Any:
    return {"ignore_auth": True}


def _names(fields: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(field["field_name"]) for field in fields}


def _schema(kind: str) -> Collection[str]:
    try:
        schema = tk.get_action(f"scheming_{kind}_schema_show")(_context(), {"type": kind})
    except (KeyError, tk.ObjectNotFound) as error:
        raise SeedNeedsMetadata(field=NEEDED[0]) from error
    return _names(schema["fields"])


def _locate(one: Wanted) -> tuple[str | None, bool]:
    """(id of the object, whether a person deleted it). A name taken by the other kind is a wrong file."""
    target = TARGETS[one.kind]
    seeded_id = records.object_id(one.kind, one.name)
    found = target.state(seeded_id or one.name)
    if seeded_id and found is None:
        return None, True
    if found is None:
        if one.kind != DATASET and model.Group.get(one.name) is not None:
            raise SeedFileProblem(
                place=one.place,
                problem="ese nombre ya es de una mesa o de una organización.",
                fix="Dé otro nombre: comparten las direcciones web.",
            )
        return None, False
    return found[0], found[1] == "deleted"


def _merge(one: Wanted, found_id: str) -> tuple[Merge, dict[str, Any]]:
    target = TARGETS[one.kind]
    wanted = target.wanted(one)
    current = target.read(found_id, wanted)
    known = records.fields(one.kind, one.name)
    # A file list has no value of its own to compare with the portal's: what the seed did before stands for it.
    if one.kind == DATASET and "files" in known and canonical(known["files"].stored) == canonical(current["files"]):
        current = {**current, "files": known["files"].wanted}
        known = {**known, "files": Record(known["files"].wanted, known["files"].wanted)}
    return merge(known, current, wanted), wanted


def _plan(one: Wanted) -> Change:
    found_id, deleted = _locate(one)
    if deleted:
        return Change(one.kind, one.name, DELETED)
    if found_id is None:
        return Change(one.kind, one.name, CREATED)
    merged, _ = _merge(one, found_id)
    outcome = UPDATED if merged.writes else UNCHANGED
    return Change(one.kind, one.name, outcome, tuple(sorted(merged.writes)), merged.kept)


def _apply(one: Wanted) -> Change:
    found_id, deleted = _locate(one)
    if deleted:
        return Change(one.kind, one.name, DELETED)
    try:
        created = found_id is None
        if found_id is None:
            found_id = TARGETS[one.kind].create(one)
            _remember_new(one, found_id)
        change = _update(one, found_id)
    except tk.ValidationError as error:
        raise _as_problem(one, error) from error
    return Change(one.kind, one.name, CREATED) if created else change


def _remember_new(one: Wanted, found_id: str) -> None:
    """What was just made is the seed's: `_update` may go on from it."""
    target = TARGETS[one.kind]
    wanted = target.wanted(one)
    stored = target.read(found_id, wanted)
    unfinished = {"files", "state"} if one.kind == DATASET else set()
    kept = {
        name: Record(stored[name], stored[name]) if name in unfinished else Record(value, stored[name])
        for name, value in wanted.items()
    }
    records.save(one.kind, one.name, found_id, kept)
    model.Session.commit()


def _update(one: Wanted, found_id: str) -> Change:
    target = TARGETS[one.kind]
    merged, wanted = _merge(one, found_id)
    known = records.fields(one.kind, one.name)
    if merged.writes:
        target.change(found_id, one, merged.writes, known)
    now = target.read(found_id, wanted)
    done = {name: Record(value, now[name]) for name, value in wanted.items() if name not in merged.kept}
    if any(_comparable(record) != _comparable(known.get(name)) for name, record in done.items()):
        records.save(one.kind, one.name, found_id, done)
        model.Session.commit()
    outcome = UPDATED if merged.writes else UNCHANGED
    return Change(one.kind, one.name, outcome, tuple(sorted(merged.writes)), merged.kept)


def _comparable(record: Record | None) -> Any:
    return (canonical(record.wanted), canonical(record.stored)) if record else None


def _check(one: Wanted) -> None:
    if _locate(one) != (None, False):
        return
    try:
        TARGETS[one.kind].check(one)
    except tk.ValidationError as error:
        raise _as_problem(one, error) from error


def _as_problem(one: Wanted, error: Any) -> SeedFileProblem:
    """CKAN's refusal in the words of a seed file's error, naming each field."""
    return SeedFileProblem(
        place=one.place,
        problem="; ".join(_flat(error.error_dict)),
        fix="Corrija esos valores en el archivo.",
    )


def _flat(errors: Any, path: str = "") -> list[str]:
    if isinstance(errors, Mapping):
        return [text for key, inner in errors.items() for text in _flat(inner, f"{path}.{key}" if path else str(key))]
    if isinstance(errors, (list, tuple)):
        return [text for inner in errors for text in _flat(inner, path)]
    return [f"{path}: {errors}"] if errors else []
