"""Pure: what a dataset says, without what CKAN derives, and what changed between two versions of it.

Versions are dictionaries as `package_show` gives them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .textdiff import TextPart, text_diff

#: Fields of a dataset that are not content: CKAN derives or keeps them.
IGNORED = frozenset(
    """
    creator_user_id isopen license_title license_url metadata_created metadata_modified num_resources num_tags
    organization plugin_data private publication publication_base relationships_as_object relationships_as_subject
    revision_id revision_timestamp state tracking tracking_summary
    """.split()
)
#: The same of a resource.
IGNORED_IN_RESOURCE = frozenset(
    """
    cache_last_updated cache_url_updated created datastore_active datastore_contains_all_records_of_source_file
    last_modified metadata_modified package_id position publication revision_id revision_timestamp state tracking
    tracking_summary
    """.split()
)
#: What a proposal may not carry: it is of the dataset, not of a version.
CARRIED_NOT = ("id", "state", "private", "owner_org", "type")
#: Facts about a resource's file: they change together.
FILE_FIELDS = ("url", "url_type", "format", "mimetype", "mimetype_inner", "size", "hash", "hash_algorithm")

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"

Json = dict[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """One field. `old` and `new` are normalised values, None where absent; `text` has parts when both are texts."""

    field: str
    change: str
    old: Any
    new: Any
    text: tuple[TextPart, ...] = ()


@dataclass(frozen=True)
class Sides:
    """The old and the new of something; None where there is none."""

    old: Any
    new: Any


@dataclass(frozen=True)
class ResourceChange:
    """One resource. `position` counts from 0; `file` has the FILE_FIELDS of each side, None when they are the same.

    A resource that changed and moved is CHANGED, with other positions.
    """

    id: str
    name: str
    change: str
    position: Sides
    fields: tuple[FieldChange, ...]
    file: Sides | None


@dataclass(frozen=True)
class Difference:
    """What changed, fields in alphabetical order, resources in the new order with the removed ones last."""

    fields: tuple[FieldChange, ...]
    resources: tuple[ResourceChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same."""
        return not self.fields and not self.resources

    def as_dict(self) -> Json:
        """As JSON has it.

        `{fields: [{field, change, old, new, text: [{op, text}]}], resources: [{id, name, change, position: {old, new},
        fields, file: {old, new} or None}]}`
        """
        return _lists(asdict(self))


def normalised(package: Mapping[str, Any]) -> Json:
    """The content of a dataset in one form: no IGNORED field, no empty value, tags and groups as sorted names."""
    content = {key: value for key, value in package.items() if key not in IGNORED}
    content["tags"] = sorted({str(tag.get("name")) for tag in package.get("tags") or []})
    content["groups"] = sorted({str(group.get("name") or group.get("id")) for group in package.get("groups") or []})
    content["extras"] = sorted(package.get("extras") or [], key=lambda extra: str(extra.get("key")))
    content["resources"] = [normalised_resource(resource) for resource in package.get("resources") or []]
    return {key: clean for key, value in content.items() if (clean := _clean(value)) is not None}


def normalised_resource(resource: Mapping[str, Any]) -> Json:
    """The content of one resource, in the same form."""
    return _clean({key: value for key, value in resource.items() if key not in IGNORED_IN_RESOURCE}) or {}


def _clean(value: Any) -> Any:
    """The value without empty parts, None for one that is empty; line ends as a browser's form does not send them."""
    if isinstance(value, Mapping):
        parts = {str(key): _clean(inner) for key, inner in value.items()}
        return {key: inner for key, inner in parts.items() if inner is not None} or None
    if isinstance(value, (list, tuple)):
        items = [_clean(inner) for inner in value]
        return [inner for inner in items if inner is not None] or None
    if isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    return value


def by_id(resources: list[Json] | None) -> dict[str, Json]:
    """Resources by their id, in order; one without id by its place."""
    return {str(resource.get("id") or f"#{at}"): resource for at, resource in enumerate(resources or [])}


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What changed from one version of a dataset to another; `is_empty` exactly when both say the same."""
    before, after = normalised(old), normalised(new)
    resources = by_id(before.pop("resources", None)), by_id(after.pop("resources", None))
    return Difference(tuple(_field_changes(before, after)), tuple(_resource_changes(*resources)))


def _field_changes(old: Json, new: Json) -> Iterator[FieldChange]:
    for field in sorted({*old, *new}):
        before, after = old.get(field), new.get(field)
        if before == after:
            continue
        change = ADDED if before is None else REMOVED if after is None else CHANGED
        text = text_diff(before, after) if isinstance(before, str) and isinstance(after, str) else ()
        yield FieldChange(field, change, before, after, text)


def _resource_changes(old: dict[str, Json], new: dict[str, Json]) -> Iterator[ResourceChange]:
    places_before = {resource_id: at for at, resource_id in enumerate(old)}
    places_after = {resource_id: at for at, resource_id in enumerate(new)}
    moved = _moved(list(old), list(new))
    for resource_id in [*new, *(gone for gone in old if gone not in new)]:
        before, after = old.get(resource_id, {}), new.get(resource_id, {})
        fields = tuple(_field_changes(_without_file(before), _without_file(after)))
        file = Sides(file_of(before), file_of(after))
        change = _change(resource_id, old, new, bool(fields) or file.old != file.new, resource_id in moved)
        if change:
            yield ResourceChange(
                id=resource_id,
                name=_name(after or before),
                change=change,
                position=Sides(places_before.get(resource_id), places_after.get(resource_id)),
                fields=fields,
                file=file if file.old != file.new else None,
            )


def _change(resource_id: str, old: dict[str, Json], new: dict[str, Json], changed: bool, moved: bool) -> str:
    """The word for what happened to a resource; empty for nothing."""
    if resource_id not in old:
        return ADDED
    if resource_id not in new:
        return REMOVED
    return CHANGED if changed else MOVED if moved else ""


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The fewest resources whose moving makes the old order the new one: those outside of a longest common order."""
    places = {resource_id: at for at, resource_id in enumerate(old)}
    common = [resource_id for resource_id in new if resource_id in places]
    ends: list[int] = []
    lengths: list[int] = []
    for resource_id in common:
        at = bisect_left(ends, places[resource_id])
        ends[at : at + 1] = [places[resource_id]]
        lengths.append(at + 1)
    kept: set[str] = set()
    wanted = len(ends)
    for resource_id, length in zip(reversed(common), reversed(lengths), strict=True):
        # Of those that end an order of this length, the last has the earliest old place, so it precedes what was kept.
        if length == wanted:
            kept.add(resource_id)
            wanted -= 1
    return set(common) - kept


def file_of(resource: Mapping[str, Any]) -> Json | None:
    """The FILE_FIELDS that a normalised resource has; None for none."""
    return {field: resource[field] for field in FILE_FIELDS if field in resource} or None


def _without_file(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if key not in FILE_FIELDS and key != "id"}


def _name(resource: Json) -> str:
    return str(resource.get("name") or str(resource.get("url") or "").rpartition("/")[2] or resource.get("id") or "")


def _lists(value: Any) -> Any:
    """The value with lists for tuples, as JSON has them."""
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, (list, tuple)) else value
