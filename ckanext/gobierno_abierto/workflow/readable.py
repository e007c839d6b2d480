"""Pure: values and differences of datasets as a person reads them: the schema's labels, the vocabularies' words.

Fields are those of an expanded ckanext-scheming schema. A difference is one of `revisions.Difference.as_dict()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ..metadata.interfaces import label as term
from .textdiff import DELETE, EQUAL, INSERT, TextPart, text_diff

#: Characters of unchanged text that stay on each side of a change.
AROUND = 160
#: Fields of CKAN that a schema describes under another name.
ALIASES = {"tags": "tag_string"}

Field = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One value of a field: `op` as in textdiff, or CHANGE when its parts say what changed inside."""

    op: str
    parts: tuple[TextPart, ...]


CHANGE = "change"


def text_in(labels: Any, lang: str) -> str:
    """A `{es, en}` text in a language; a plain text as it is."""
    if isinstance(labels, Mapping):
        return str(labels.get(lang) or labels.get("es") or next(iter(labels.values()), ""))
    return str(labels or "")


def field_of(schema: Mapping[str, Any] | None, name: str, *, resource: bool = False) -> Field:
    """The schema's field with this name; one without label where it has none."""
    fields = (schema or {}).get("resource_fields" if resource else "dataset_fields") or ()
    wanted = name if resource else ALIASES.get(name, name)
    return next((field for field in fields if field.get("field_name") == wanted), {"field_name": name})


def label_of(field: Field, lang: str) -> str:
    """The field's name for people; empty where the schema has none."""
    return text_in(field.get("label"), lang)


def order_of(schema: Mapping[str, Any] | None, *, resource: bool = False) -> Callable[[str], int]:
    """A sort key for names of fields: the schema's order, what it does not know last."""
    fields = (schema or {}).get("resource_fields" if resource else "dataset_fields") or ()
    places = {field["field_name"]: at for at, field in enumerate(fields)}
    return lambda name: places.get(name if resource else ALIASES.get(name, name), len(places))


def words(field: Field, value: Any, lang: str) -> list[str]:
    """A value as a list of texts, codes as the vocabulary's words; empty for nothing."""
    values = value if isinstance(value, (list, tuple)) else [value]
    said = (_one(field, one, lang) for one in values if one is not None)
    return [text for text in said if text]


def _one(field: Field, value: Any, lang: str) -> str:
    if isinstance(value, Mapping):
        return "; ".join(_inside(field, value, lang))
    if field.get("vocabulary"):
        return term(str(field["vocabulary"]), str(value), lang)
    for choice in field.get("choices") or ():
        if choice.get("value") == value:
            return text_in(choice.get("label") or value, lang)
    return str(value)


def _inside(field: Field, group: Mapping[str, Any], lang: str) -> Iterator[str]:
    """`Label: value` of each filled subfield, in the schema's order and then what the schema does not know."""
    known = {one["field_name"]: one for one in field.get("repeating_subfields") or ()}
    for name in [*known, *(key for key in group if key not in known)]:
        subfield = known.get(name, {"field_name": name})
        said = ", ".join(words(subfield, group.get(name), lang))
        if said:
            yield f"{label_of(subfield, lang) or name}: {said}"


def changed_items(field: Field, change: Mapping[str, Any], lang: str) -> list[Item]:
    """What a field change says, value by value; unchanged stretches of long texts are shortened."""
    if change.get("text") and not field.get("vocabulary"):
        parts = [TextPart(part["op"], part["text"]) for part in change["text"]]
        return [Item(CHANGE, tuple(shortened(parts)))]
    old, new = words(field, change.get("old"), lang), words(field, change.get("new"), lang)
    return list(_compared(old, new, inline=not field.get("vocabulary")))


def _compared(old: Sequence[str], new: Sequence[str], *, inline: bool) -> Iterator[Item]:
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield from (Item(EQUAL, (TextPart(EQUAL, text),)) for text in old[i1:i2])
            continue
        before, after = list(old[i1:i2]), list(new[j1:j2])
        while inline and before and after:
            yield Item(CHANGE, tuple(shortened(text_diff(before.pop(0), after.pop(0)))))
        yield from (Item(DELETE, (TextPart(DELETE, text),)) for text in before)
        yield from (Item(INSERT, (TextPart(INSERT, text),)) for text in after)


def shortened(parts: Sequence[TextPart], around: int = AROUND) -> list[TextPart]:
    """The parts with only so much unchanged text beside each change; `[…]` stands for the rest."""
    last = len(parts) - 1
    return [
        TextPart(EQUAL, _cut(part.text, 0 if at == 0 else around, 0 if at == last else around))
        if part.op == EQUAL and last > 0
        else part
        for at, part in enumerate(parts)
    ]


def _cut(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail + 40:
        return text
    before = f"{text[:head]} […] " if head else "[…] "
    return before + text[len(text) - tail :] if tail else before.rstrip()
