"""Pure: three versions of a dataset made one: what each side changed since the version that both began with.

A field is one thing, and so are each resource's field, its file, and the order of the resources. Tags and groups are
sets: what one side added or removed never stands against the other. What both changed differently is a conflict, and
the content has our side of it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from .revisions import FILE_FIELDS, Json, by_id, file_of, normalised, normalised_resource

#: `field` of a conflict about a resource's file, and about whether a resource stays or where it stands.
FILE, RESOURCES = "file", "resources"
#: Fields that are sets of named things.
SETS = ("tags", "groups")


class MergeConflict(TypedDict):
    """What both sides changed differently; `resource_id` is None for a field of the dataset, values are normalised."""

    field: str
    resource_id: str | None
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """The whole dataset in `package_show`'s shape, and what nobody but a person can decide."""

    content: Json
    conflicts: tuple[MergeConflict, ...]


@dataclass(frozen=True)
class _Versions:
    """The three values of one thing, normalised; None where a version lacks it."""

    base: Any
    ours: Any
    theirs: Any

    @property
    def take_theirs(self) -> bool:
        return bool(self.ours == self.base != self.theirs)

    @property
    def clash(self) -> bool:
        return bool(self.ours != self.base and self.theirs not in (self.base, self.ours))

    def conflict(self, field: str, resource_id: str | None = None) -> MergeConflict:
        return MergeConflict(field=field, resource_id=resource_id, base=self.base, ours=self.ours, theirs=self.theirs)


def merge(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Ours with what changed from base to theirs. What is no content (see revisions.IGNORED) is ours."""
    content, conflicts = copy.deepcopy(dict(ours)), []
    forms = normalised(base), normalised(ours), normalised(theirs)
    for field in sorted(set().union(*forms) - {RESOURCES, *SETS}):
        versions = _Versions(*(form.get(field) for form in forms))
        if versions.clash:
            conflicts.append(versions.conflict(field))
        elif versions.take_theirs:
            _copy(theirs, content, field)
    for field in SETS:
        _merge_set(field, [form.get(field) or [] for form in forms], content, theirs)
    resources, found = _Resources(base, ours, theirs).merged()
    if resources or content.get(RESOURCES):
        content[RESOURCES] = resources
    _count(content)
    return Merged(content, (*conflicts, *found))


def _copy(source: Mapping[str, Any], target: Json, field: str) -> None:
    """The field as the source has it, absence included."""
    target.pop(field, None)
    if field in source:
        target[field] = copy.deepcopy(source[field])


def _merge_set(field: str, forms: list[list[str]], content: Json, theirs: Mapping[str, Any]) -> None:
    base, our, their = map(set, forms)
    wanted = (base & our & their) | (our - base) | (their - base)
    if wanted == our:
        return
    named = {_name(item): item for item in [*(theirs.get(field) or []), *(content.get(field) or [])]}
    content[field] = [copy.deepcopy(item) for name, item in named.items() if name in wanted]


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("name") or item.get("id"))


def _count(content: Json) -> None:
    for field, counted in (("num_tags", "tags"), ("num_resources", RESOURCES)):
        if field in content:
            content[field] = len(content.get(counted) or [])


class _Resources:
    """The resources of three versions, each by its id."""

    def __init__(self, *versions: Mapping[str, Any]) -> None:
        self.base, self.ours, self.theirs = (by_id(version.get(RESOURCES)) for version in versions)
        self.conflicts: list[MergeConflict] = []

    def merged(self) -> tuple[list[Json], list[MergeConflict]]:
        """The resources in order, with their `position` where they had one; and the conflicts."""
        kept = {}
        for resource_id in dict.fromkeys([*self.base, *self.ours, *self.theirs]):
            resource = self._one(resource_id)
            if resource is not None:
                kept[resource_id] = resource
        found = [kept[resource_id] for resource_id in self._order(kept)]
        for position, resource in enumerate(found):
            if "position" in resource:
                resource["position"] = position
        return found, self.conflicts

    def _one(self, resource_id: str) -> Json | None:
        """One resource of the result; None for one that goes."""
        raw = [version.get(resource_id) for version in (self.base, self.ours, self.theirs)]
        _base, ours, theirs = raw
        if ours is not None and theirs is not None:
            return self._fields(resource_id, raw)
        versions = _Versions(*(normalised_resource(one) if one is not None else None for one in raw))
        if versions.clash:
            self.conflicts.append(versions.conflict(RESOURCES, resource_id))
        return copy.deepcopy(theirs if versions.take_theirs else ours)

    def _fields(self, resource_id: str, raw: list[Json | None]) -> Json:
        """A resource that both sides have, field by field."""
        ours, theirs = raw[1] or {}, raw[2] or {}
        content = copy.deepcopy(ours)
        forms = [normalised_resource(one or {}) for one in raw]
        for field in sorted(set().union(*forms) - set(FILE_FIELDS)):
            versions = _Versions(*(form.get(field) for form in forms))
            if versions.clash:
                self.conflicts.append(versions.conflict(field, resource_id))
            elif versions.take_theirs:
                _copy(theirs, content, field)
        files = _Versions(*(file_of(form) for form in forms))
        if files.clash:
            self.conflicts.append(files.conflict(FILE, resource_id))
        elif files.take_theirs:
            for field in (*FILE_FIELDS, "last_modified"):
                _copy(theirs, content, field)
        return content

    def _order(self, kept: Mapping[str, Json]) -> list[str]:
        """The kept ids: in the order of the side that reordered, with the other side's new ones where it put them."""
        everywhere = [one for one in self.base if one in self.ours and one in self.theirs]
        versions = _Versions(
            *([one for one in version if one in everywhere] for version in (self.base, self.ours, self.theirs))
        )
        if versions.clash:
            self.conflicts.append(versions.conflict(RESOURCES))
        # A side that moved nothing may still have put new ones in between, so the other order is the one to fill.
        first, second = (self.theirs, self.ours) if versions.ours == versions.base else (self.ours, self.theirs)
        found = [one for one in first if one in kept]
        at = 0
        for one in (one for one in second if one in kept):
            if one not in found:
                found.insert(at, one)
            at = found.index(one) + 1
        return found
