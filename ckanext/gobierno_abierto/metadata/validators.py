"""CKAN validators of the schemas: the pure checks of checks.py with the field's label and CKAN's way to report."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.scheming.validation import scheming_validator

from . import checks, clean, errors, language, naming, territory, vocabularies
from .fields import label

Key = tuple[Any, ...]
Flat = dict[Key, Any]
Validator = Callable[..., Any]


def _checked(field: dict[str, Any], check: Callable[[Any], Any]) -> Validator:
    """A validator that stores what `check` returns and reports its error under the field's label."""

    def validator(value: Any) -> Any:
        try:
            return check(value)
        except errors.InvalidValue as error:
            raise tk.Invalid(error.for_field(label(field, language.current())).message) from error

    return validator


def _as_text(value: Any) -> str:
    """A text or a number as text. :raises NotText: for a list, an object or a logical value"""
    if isinstance(value, (list, dict, bool)):
        kinds: dict[type, str] = {list: tk._("una lista"), dict: tk._("un objeto"), bool: tk._("un valor lógico")}
        raise errors.NotText(kind=kinds[type(value)])
    return str(value).strip()


def ga_optional(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
    """Nothing, or blanks, in a field is the field not being there; unlike CKAN's `ignore_empty`, 0 is something."""
    value = data.get(key)
    if value is tk.missing or value is None or (isinstance(value, str) and not value.strip()):
        data.pop(key, None)
        raise tk.StopOnError


def ga_name(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
    """A dataset sent without its web address keeps the one it has, or gets a free one made of its title.

    The form's script proposes an address too; this is for readers without scripts, for those who are faster than
    one, and for programs. Without a title nothing is made, and the title's own error says what is missing.
    """
    if str(data.get(key) or "").strip():
        return
    title = str(data.get((*key[:-1], "title")) or "").strip()
    package = context.get("package")
    if not package and not title:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = package.name if package else naming.free_name(title)


@scheming_validator
def ga_text(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """Text; its length and characters are looked at by `ga_clean`."""
    return _checked(field, _as_text)


@scheming_validator
def ga_term(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A value, URI, alias or label of the field's vocabulary; the value is stored."""
    return _checked(field, lambda value: checks.term(_as_text(value), vocabularies.load(field["vocabulary"])))


@scheming_validator
def ga_territory(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A place: code with its year, name or URI."""
    return _checked(field, lambda value: territory.resolve(_as_text(value)).value)


@scheming_validator
def ga_date(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A date of any precision down to the day."""
    return _checked(field, lambda value: checks.date(_as_text(value)))


@scheming_validator
def ga_email(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """An e-mail address."""
    return _checked(field, lambda value: checks.email(_as_text(value)))


@scheming_validator
def ga_url(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A web address."""
    return _checked(field, lambda value: checks.url(_as_text(value)))


@scheming_validator
def ga_phone(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A telephone number."""
    return _checked(field, lambda value: checks.phone(_as_text(value)))


@scheming_validator
def ga_integer(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A whole number, not below the field's `minimum` (0)."""
    return _checked(field, lambda value: checks.integer(value, int(field.get("minimum", 0))))


@scheming_validator
def ga_decimal(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A number between the field's `minimum` (0) and `maximum`."""
    limits = int(field.get("minimum", 0)), field.get("maximum")
    return _checked(field, lambda value: checks.decimal(value, *limits))


@scheming_validator
def ga_duration(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """An ISO 8601 duration."""
    return _checked(field, lambda value: checks.duration(_as_text(value)))


@scheming_validator
def ga_bbox(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A rectangle: west, south, east, north."""
    return _checked(field, checks.box)


@scheming_validator
def ga_geojson(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A GeoJSON geometry, as text or as an object."""
    return _checked(field, checks.geojson)


@scheming_validator
def ga_pattern(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A text of the form that the field's `pattern` says; `example` shows one."""
    return _checked(field, lambda value: checks.pattern(_as_text(value), field["pattern"], field["example"]))


@scheming_validator
def ga_hash(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A checksum in hexadecimal, stored in lower case (RDF's hexBinary keeps no case)."""
    return _checked(field, lambda value: checks.pattern(_as_text(value), field["pattern"], field["example"]).lower())


def ga_as_int(value: Any) -> int:
    """The digits that `ga_integer` returned as a number (CKAN's own column is one)."""
    return int(value)


def ga_ends_after(start: str) -> Validator:
    """Refuse a date that is over before its sibling field `start` begins."""

    @scheming_validator
    def for_field(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
        def validator(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
            begin, end = data.get((*key[:-1], start)), data.get(key)
            if errs.get(key) or not begin or not end:
                return
            try:
                begin = checks.date(str(begin))
            except errors.InvalidValue:
                return  # the start's own check speaks
            if checks.ends_before(begin, str(end)):
                error = errors.EndBeforeStart(value=end, start=begin)
                errs[key].append(error.for_field(label(field, language.current())).message)

        return validator

    return for_field


_ITEMS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "text": lambda value, field: value,
    "url": lambda value, field: checks.url(value),
    "reference": lambda value, field: checks.url(value) if checks.looks_like_url(value) else value,
    "term": lambda value, field: checks.term(value, vocabularies.load(field["vocabulary"])),
    "territory": lambda value, field: territory.resolve(value).value,
    "pattern": lambda value, field: checks.pattern(value, field["pattern"], field["example"]),
}


@scheming_validator
def ga_list(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A list of values of the field's `item` kind, stored as JSON; one value, or a JSON list, is a list too.

    Blanks and repetitions are dropped, terms are put in the vocabulary's order; an empty list is not stored.
    """
    check = _ITEMS[field.get("item", "text")]

    def validator(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
        found: list[str] = []
        try:
            raw = _raw_list(data.get(key))
        except errors.InvalidValue as error:
            errs[key].append(error.for_field(label(field, language.current())).message)
            raise tk.StopOnError from error
        for value in raw:
            try:
                found.append(check(_as_text(value), field))
            except errors.InvalidValue as error:
                errs[key].append(error.for_field(label(field, language.current())).message)
        if errs[key]:
            raise tk.StopOnError
        if not found:
            data.pop(key, None)
            raise tk.StopOnError
        data[key] = json.dumps(_ordered(field, list(dict.fromkeys(found))), ensure_ascii=False)

    return validator


def _raw_list(value: Any) -> list[Any]:
    """What was sent, as a list without blanks. :raises NotAList: for an object or a number"""
    if value is tk.missing or value is None or value == "":
        return []
    if isinstance(value, str):
        if value.strip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                value = [value]
        else:
            value = [value]
    if not isinstance(value, (list, tuple)):
        raise errors.NotAList(kind=type(value).__name__)
    return [item for item in value if item is not None and str(item).strip()]


def _ordered(field: dict[str, Any], values: list[str]) -> list[str]:
    if field.get("item") not in {"term", "territory"}:
        return values
    order = {entry.value: place for place, entry in enumerate(vocabularies.load(field["vocabulary"]).entries)}
    return sorted(values, key=lambda value: order.get(value, len(order)))


@scheming_validator
def ga_format(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """The format as the vocabulary writes it; when empty, deduced from the file's name or address.

    A format that the vocabulary does not know is kept as it came: publishing an odd file is not an error.
    """

    def validator(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
        value = data.get(key)
        known = vocabularies.load("formatos")
        if value is tk.missing or value is None or not str(value).strip():
            entry = guess_format(str(data.get((*key[:-1], "url")) or ""))
            if entry is None:
                data.pop(key, None)
                raise tk.StopOnError
            data[key] = entry.value
            return
        entry = known.find(str(value))
        data[key] = entry.value if entry else str(value).strip()

    return validator


def guess_format(url: str) -> vocabularies.Entry | None:
    """The format that a file's name or address ends with, before any query."""
    name = url.split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2]
    extension = name.rpartition(".")[2] if "." in name else ""
    return vocabularies.load("formatos").find(extension) if extension else None


@scheming_validator
def ga_mimetype(field: dict[str, Any], schema: dict[str, Any]) -> Validator:
    """A media type, also as IANA's URI; when empty, the one of the format or of the file's name."""

    def validator(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
        value = data.get(key)
        if value is tk.missing or value is None or not str(value).strip():
            data.pop(key, None)
            found = media_type(str(data.get((*key[:-1], "format")) or ""), str(data.get((*key[:-1], "url")) or ""))
            if found:
                data[key] = found
            raise tk.StopOnError
        wanted = str(value).strip().lower().rpartition("assignments/media-types/")[2]
        data[key] = _checked(field, lambda v: checks.pattern(v, field["pattern"], field["example"]))(wanted)

    return validator


def media_type(file_format: str, url: str) -> str:
    """Media type of a format, else of a file's name; empty when neither says."""
    entry = vocabularies.load("formatos").find(file_format) if file_format else None
    return str(entry.attributes["media_type"]) if entry else (mimetypes.guess_type(url.split("?")[0])[0] or "")


@scheming_validator
def ga_clean(field: Any, schema: dict[str, Any]) -> Validator:
    """For `before_validators`: drops blank repetitions, refuses hostile texts and fields hidden in `extras`."""

    def validator(key: Key, data: Flat, errs: dict[Key, list[str]], context: Any) -> None:
        clean.drop_empty_groups(data, schema)
        for found in (clean.hostile_texts, clean.misplaced_extras):
            for place, error in found(data, schema, language.current()):
                errs.setdefault(place, []).append(error.message)

    return validator
