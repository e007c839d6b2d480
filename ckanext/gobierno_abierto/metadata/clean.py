"""Pure: what is done to a whole flattened description before its fields are looked at one by one.

Keys are CKAN's: `("title",)`, `("contact", 0, "email")`, `("resources", 1, "columns", 0, "name")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ckanext.gobierno_abierto.common.errors import Fragment

from . import checks
from .errors import N_, InvalidValue, NotAList, NotSubfields
from .fields import Schema, at, by_name, label, subfields

Flat = dict[tuple[Any, ...], Any]
#: Longest text of a field that says nothing else, and of one that takes paragraphs.
SHORT, LONG = 1000, 20000


class FieldSentAsExtra(InvalidValue):
    template = N_("«{label}»: «{value}» es un campo del esquema; envíelo como campo, no dentro de «extras».")


def drop_empty_groups(flat: Flat, schema: Schema) -> None:
    """Remove from `flat`, in place, the repetitions that hold nothing, and close the gaps they leave.

    A form always sends one blank repetition, and sends the fields of a removed one empty.
    """
    for prefix, names in list(_repeating_prefixes(flat, schema)):
        indexes = sorted({key[len(prefix)] for key in flat if key[: len(prefix)] == prefix and len(key) > len(prefix)})
        kept = 0
        for index in indexes:
            members = {name: flat.pop((*prefix, index, name), None) for name in _members(flat, prefix, index)}
            if any(_filled(members.get(name)) for name in names):
                flat.update({(*prefix, kept, name): value for name, value in members.items()})
                kept += 1


def _members(flat: Flat, prefix: tuple[Any, ...], index: int) -> list[Any]:
    return [key[-1] for key in flat if key[:-1] == (*prefix, index)]


def _filled(value: Any) -> bool:
    """Whether a subfield holds something; CKAN's `missing` object is falsy, like an empty text."""
    return bool(value) and bool(str(value).strip())


def _repeating_prefixes(flat: Flat, schema: Schema) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    for field in schema.get("dataset_fields", ()):
        if subfields(field):
            yield (field["field_name"],), list(by_name(subfields(field)))
    indexes = sorted({key[1] for key in flat if key[0] == "resources" and len(key) >= 3 and isinstance(key[1], int)})
    for field in schema.get("resource_fields", ()):
        if subfields(field):
            for index in indexes:
                yield ("resources", index, field["field_name"]), list(by_name(subfields(field)))


def hostile_texts(flat: Flat, schema: Schema, lang: str) -> Iterator[tuple[tuple[Any, ...], InvalidValue]]:
    """(key, error) of each text that cannot be kept; `flat` is left without the characters that would harm.

    Looks at every value, known to the schema or not, because the database and the pages do too.
    """
    for key in list(flat):
        if not isinstance(key[-1], str) or key[-1].startswith("__"):
            continue
        field = at(schema, key)
        values = flat[key] if isinstance(flat[key], list) else [flat[key]]
        for value in values:
            if isinstance(value, str):
                try:
                    checks.text(value, _limit(field), _is_name(field))
                except InvalidValue as error:
                    yield key, error.for_field(label(field, lang) if field else str(key[-1]))
        flat[key] = _map_texts(flat[key], checks.without_hostile)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _limit(field: Any) -> int:
    if not field:
        return LONG
    return int(field.get("max_length") or (LONG if field.get("long") else SHORT))


def _is_name(field: Any) -> bool:
    """A one-line text of the schema that is not an address: there, `../` is never meant."""
    return bool(field) and "ga_text" in field.get("validators", "") and not field.get("long")


def misplaced_extras(flat: Flat, schema: Schema, lang: str) -> Iterator[tuple[tuple[Any, ...], InvalidValue]]:
    """(key, error) of each free `extras` pair that carries a field of the schema, and so would escape its checks."""
    fields = by_name(list(schema.get("dataset_fields") or schema.get("fields") or ()))
    for key, value in flat.items():
        if len(key) == 3 and key[0] == "extras" and key[2] == "key" and value in fields:
            yield key, FieldSentAsExtra(value=value).for_field(label(fields[value], lang))


def groups_from_form(data: dict[str, Any], schema: Schema) -> None:
    """Turn, in place, a form's `contact-0-email` keys into the list `contact`.

    ckanext-scheming does so only where the list itself is not there; a form page is saved by patching the stored
    dataset, whose list would win over what the person wrote.
    """
    for field in schema.get("dataset_fields", ()):
        if not subfields(field):
            continue
        found: dict[int, dict[str, Any]] = {}
        for key in list(data):
            match = re.fullmatch(rf"{re.escape(field['field_name'])}-(\d+)-(\w+)", key)
            if match:
                found.setdefault(int(match.group(1)), {})[match.group(2)] = data.pop(key)
        if found:
            data[field["field_name"]] = [found[index] for index in sorted(found)]


def shape_errors(data: dict[str, Any], schema: Schema, lang: str) -> dict[str, list[str]]:
    """{field: [message]} where a repeating field, or the resources, came as anything but a list of objects."""
    found = _shapes(data, list(schema.get("dataset_fields", ())), lang)
    resources = data.get("resources")
    if resources is None or resources == []:
        return found
    if not _objects(resources):
        error = NotAList(kind=_kind(resources)).for_field("resources")
        return {**found, "resources": [error.message]}
    for index, resource in enumerate(resources, 1):
        for name, messages in _shapes(resource, list(schema.get("resource_fields", ())), lang).items():
            found.setdefault("resources", []).extend(f"{index}: {message}" for message in messages)
            del name
    return found


def _shapes(data: dict[str, Any], fields: list[Any], lang: str) -> dict[str, list[str]]:
    found = {}
    for field in fields:
        value = data.get(field["field_name"])
        if subfields(field) and value not in (None, "", []) and not _objects(value):
            inner = ", ".join(by_name(subfields(field)))
            error = NotSubfields(kind=_kind(value), subfields=inner).for_field(label(field, lang))
            found[field["field_name"]] = [error.message]
    return found


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return Fragment("una lista de textos")
    names = {
        str: Fragment("un texto"),
        int: Fragment("un número"),
        float: Fragment("un número"),
        bool: Fragment("un valor lógico"),
        dict: Fragment("un objeto"),
    }
    return names.get(type(value), type(value).__name__)
