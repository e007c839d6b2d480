"""Pure: the controlled vocabularies of `schemas/vocabularies/*.yaml`, read once.

A vocabulary is a list of entries: `value` (what is stored), `label` ({es, en}), `uri` (own, or `uri_base` + value),
`aliases` (other spellings that scripts send) and whatever else the vocabulary says of its entries (`attributes`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Any

import yaml

#: The package that the folder `schemas/` is installed as.
PACKAGE = "ckanext.gobierno_abierto.schemas"
#: libyaml's reader takes a seventh of the time; the wheels of PyYAML have it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Keys of an entry that are not attributes of its own.
_ENTRY_KEYS = {"value", "label", "uri", "aliases"}


def fold(text: str) -> str:
    """`text` without case, accents and double spaces: how two spellings are compared."""
    decomposed = unicodedata.normalize("NFKD", str(text).casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


@dataclass(frozen=True)
class Entry:
    """One term of a vocabulary."""

    value: str
    label: Mapping[str, str]
    uri: str = ""
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str = "es") -> str:
        """The label in `lang`, in Spanish where that language is missing."""
        return self.label.get(lang) or self.label["es"]


@dataclass(frozen=True)
class Vocabulary:
    """A list of entries with the ways to find one of them."""

    name: str
    title: Mapping[str, str]
    source: str
    uri: str
    entries: tuple[Entry, ...]
    _by_value: Mapping[str, Entry] = field(repr=False, default_factory=dict)
    _by_spelling: Mapping[str, tuple[Entry, ...]] = field(repr=False, default_factory=dict)

    def __contains__(self, value: object) -> bool:
        return value in self._by_value

    def get(self, value: str) -> Entry | None:
        """The entry whose stored value is exactly `value`."""
        return self._by_value.get(value)

    def find_all(self, text: str) -> tuple[Entry, ...]:
        """Entries that `text` may mean: by value, URI, alias or label, whatever its case and accents.

        An exact value wins alone, so that a code is never mistaken for somebody else's alias.
        """
        exact = self._by_value.get(text.strip())
        return (exact,) if exact else self._by_spelling.get(fold(_loose_uri(text)), ())

    def find(self, text: str) -> Entry | None:
        """The one entry that `text` means; None when there is none or more than one."""
        found = self.find_all(text)
        return found[0] if len(found) == 1 else None

    def suggest(self, text: str, limit: int = 3) -> list[Entry]:
        """The entries whose value, label or alias looks most like `text`, nearest first."""
        wanted = fold(text)
        scored = []
        for entry in self.entries:
            spellings = [entry.value, *entry.label.values(), *entry.aliases]
            score = max(_likeness(wanted, fold(spelling)) for spelling in spellings)
            if score > 0.6:
                scored.append((score, entry))
        scored.sort(key=lambda pair: (-pair[0], pair[1].text()))
        return [entry for _, entry in scored[:limit]]


def _likeness(wanted: str, spelling: str) -> float:
    """0 to 1: how much two folded spellings resemble each other; a word of the other counts as much."""
    if len(wanted) > 3 and wanted in spelling:
        return 0.9
    return SequenceMatcher(None, wanted, spelling).ratio()


def _loose_uri(text: str) -> str:
    """A URI without its scheme and last slash: http and https, with and without `/`, are the same term."""
    stripped = text.strip()
    if stripped.startswith(("http://", "https://")):
        return stripped.partition("://")[2].rstrip("/")
    return stripped


def build(name: str, document: Mapping[str, Any]) -> Vocabulary:
    """A vocabulary from its parsed YAML.

    :raises ValueError: two entries with one value
    """
    base = document.get("uri_base", "")
    entries = tuple(
        Entry(
            value=str(raw["value"]),
            label=raw["label"],
            uri=raw.get("uri") or (f"{base}{raw['value']}" if base else ""),
            aliases=tuple(str(alias) for alias in raw.get("aliases", ())),
            attributes={key: value for key, value in raw.items() if key not in _ENTRY_KEYS},
        )
        for raw in document["entries"]
    )
    return make(name, document["title"], entries, document.get("source", ""), document.get("uri", ""))


def make(
    name: str, title: Mapping[str, str], entries: tuple[Entry, ...], source: str = "", uri: str = ""
) -> Vocabulary:
    """A vocabulary with its look-up tables.

    :raises ValueError: two entries with one value
    """
    by_value = {entry.value: entry for entry in entries}
    if len(by_value) != len(entries):
        raise ValueError(f"Vocabulary {name}: a value is repeated")
    spellings: dict[str, list[Entry]] = {}
    for entry in entries:
        for spelling in {fold(_loose_uri(s)) for s in (entry.value, entry.uri, *entry.aliases, *entry.label.values())}:
            if spelling:
                spellings.setdefault(spelling, []).append(entry)
    return Vocabulary(
        name, title, source, uri, entries, by_value, {key: tuple(found) for key, found in spellings.items()}
    )


@cache
def names() -> tuple[str, ...]:
    """Names of every vocabulary of the portal, the derived `territorio` included."""
    folder = resources.files(PACKAGE) / "vocabularies"
    files = (item.name for item in folder.iterdir())
    return tuple(sorted([*(name[: -len(".yaml")] for name in files if name.endswith(".yaml")), "territorio"]))


@cache
def load(name: str) -> Vocabulary:
    """The vocabulary called `name`.

    :raises KeyError: there is no such vocabulary
    """
    if name not in names():
        raise KeyError(name)
    if name == "territorio":
        from .territory import territories  # the derived vocabulary is built from the others

        return territories()
    file = resources.files(PACKAGE) / "vocabularies" / f"{name}.yaml"
    return build(name, yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER))


def label(name: str, value: str, lang: str = "es") -> str:
    """The label of a stored value; the value itself when the vocabulary does not know it."""
    entry = load(name).get(value)
    return entry.text(lang) if entry else value
