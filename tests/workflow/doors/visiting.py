"""From the entries of routes.yaml to addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from werkzeug.routing import Map

from ckanext.gobierno_abierto.metadata.interfaces import DATASET_TYPES
from tests.workflow.doors.asking import PLACE, filled, places
from tests.workflow.doors.scene import Planted, Subject

PART = re.compile(r"<(?:[^<>:]*:)?([a-z_]+)>")
#: What the places of any address take, beside those of a dataset.
ANYWHERE = {
    "_format": ["ttl", "jsonld"], "extension": ["csv", "json"], "filename": ["tabla.csv"], "page": ["1", "2"],
    "ver": ["2"], "form": ["csv"], "storage_name": ["default", "resources"], "token": ["x"],
}  # fmt: skip
#: Beginnings of addresses whose `<id>` is no dataset, and which `$word` it is.
OTHERS = {
    "/group/": "$group", "/feeds/group/": "$group", "/mesas/": "$groupname", "/organization/": "$org",
    "/feeds/organization/": "$org", "/user/": "$author", "/feeds/tag/": "$tagname", "/dataset/changes/": "$activity",
    "/file/": "$file", "/organization/changes/": "$activity", "/group/changes/": "$activity",
}  # fmt: skip


def folded(rule: str) -> str:
    """A rule as routes.yaml writes it: the pages of each kind of dataset are one."""
    first = rule.split("/")[1]
    return f"/{{type}}/{rule[len(first) + 2 :]}" if first in DATASET_TYPES else rule


def registered(url_map: Map) -> set[str]:
    """`METHOD rule` of everything that the portal answers, each once."""
    return {
        f"{method} {rule.rule if own(rule) else folded(rule.rule)}"
        for rule in url_map.iter_rules()
        for method in (rule.methods or ())
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }


def own(rule: Any) -> bool:
    """Whether a rule below /dataset is not one of CKAN's blueprints of each kind."""
    return str(rule.endpoint).split(".")[0].removesuffix("_resource") not in DATASET_TYPES


def values_of(argument: str, rule: str, known: dict[str, list[str]], few: bool = False) -> list[str]:
    """What can stand in a place of an address."""
    if few:
        return values_of(argument, rule, known)[:1]
    if argument in ANYWHERE:
        return ANYWHERE[argument]
    if argument in ("id", "_id", "name"):
        found = [word for start, word in OTHERS.items() if rule.startswith(start)]
        return known[max(found, key=len)] if found else known["$name"]
    return known[{
        "resource_id": "$resourceortable", "view_id": "$view", "file_id": "$file", "activity_id": "$activity",
        "reference": "$reference", "location": "$path", "user_id": "$citizen",
    }[argument]]  # fmt: skip


def known_places(planted: Planted, subject: Subject) -> dict[str, list[str]]:
    """As `places`, with what only addresses need."""
    from ckanext.gobierno_abierto.workflow import records

    found = places(planted, subject)
    return {
        **found,
        "$groupname": [planted.group["name"]],
        "$citizenname": [planted.scene.people["citizen"]["name"]],
        "$orgname": [planted.scene.org["name"]],
        "$tagname": ["canarioborradoretiqueta", "publicada"],
        "$resourceortable": [*found["$resource"], *found["$table"][:1], "_table_metadata"],
        "$reference": [*found["$revision"], "1", "2"],
        "$path": [row.path for row in records.rows("package_files", package_id=subject.id)],
    }


def covering(choices: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """Few tuples in which every choice of every place stands at least once; none when a place has none."""
    if all(choices):
        for at in range(max(map(len, choices), default=1)):
            yield tuple(options[at % len(options)] for options in choices)


def paths(planted: Planted, rule: str, few: bool = False) -> Iterator[tuple[dict[str, list[str]], str]]:
    """(what the words stand for, path) of a rule for each subject; of the kinds of pages, those of the first kind."""
    rule = rule.replace("{type}", "dataset")
    arguments = PART.findall(rule)
    for subject in planted.subjects.values():
        known = known_places(planted, subject)
        for values in covering([values_of(name, rule, known, few) for name in arguments]):
            given = dict(zip(arguments, values, strict=True))
            yield known, PART.sub(lambda found, given=given: quote(given[found[1]]), rule)  # type: ignore[misc]


def addresses(planted: Planted, rule: str, queries: list[str]) -> Iterator[str]:
    """Every visit that an entry stands for."""
    for known, path in paths(planted, rule):
        for query in queries or [""]:
            words = sorted(set(PLACE.findall(query)))
            for chosen in covering([known[word] for word in words]):
                asked = filled(query, dict(zip(words, chosen, strict=True)))
                yield f"{path}?{asked}" if asked else path


def forms(planted: Planted, rule: str, entries: list[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, form) of each POST that an entry stands for."""
    seen: list[Any] = []
    for known, path in paths(planted, rule, few=True):
        values = {word: found[0] for word, found in known.items() if found}
        for entry in entries:
            sent = path, {filled(key, values): filled(value, values) for key, value in entry.items()}
            if sent not in seen:
                seen.append(sent)
                yield sent
