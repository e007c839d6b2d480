"""Pure: what changed between two texts, word by word, as parts that put together give both texts exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

EQUAL, INSERT, DELETE = "equal", "insert", "delete"
#: Characters of both texts together above which lines are compared, and not words.
WORD_LIMIT = 20_000
#: Words or lines of both texts together above which the whole middle is one replacement: difflib's time can grow with
#: the square of them.
PIECE_LIMIT = 20_000

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class TextPart:
    """`op` is EQUAL, DELETE (only in the old text) or INSERT (only in the new one)."""

    op: str
    text: str


def text_diff(old: str, new: str) -> tuple[TextPart, ...]:
    """The parts: EQUAL and DELETE ones make `old`, EQUAL and INSERT ones make `new`."""
    split = _WORDS.findall if len(old) + len(new) <= WORD_LIMIT else _lines
    blocks = _joined(_blocks(split(old), split(new)))
    return tuple(_merged(part for old_text, new_text in blocks for part in _parts(old_text, new_text)))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(old text, new text) of each stretch, in order; the same twice where nothing changed."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    yield "".join(old[:start]), "".join(new[:start])
    if len(before) + len(after) > PIECE_LIMIT:
        yield "".join(before), "".join(after)
    else:
        # difflib's autojunk stays on: what stands everywhere, as a space does, begins no match. That bounds the time.
        for _op, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
            yield "".join(before[i1:i2]), "".join(after[j1:j2])
    yield "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces both begin with."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _joined(blocks: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The blocks, with a space between two replaced words taken into one replacement: it reads as one."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        if len(found) >= 2 and _replaces(block) and _is_space(found[-1]) and _replaces(found[-2]):
            space, last = found.pop(), found.pop()
            block = (last[0] + space[0] + block[0], last[1] + space[1] + block[1])
        found.append(block)
    return found


def _replaces(block: tuple[str, str]) -> bool:
    return bool(block[0]) and bool(block[1]) and block[0] != block[1]


def _is_space(block: tuple[str, str]) -> bool:
    return block[0] == block[1] and block[0].isspace()


def _parts(old: str, new: str) -> Iterator[TextPart]:
    if old == new:
        yield TextPart(EQUAL, old)
    else:
        yield TextPart(DELETE, old)
        yield TextPart(INSERT, new)


def _merged(parts: Iterable[TextPart]) -> list[TextPart]:
    """The parts without empty ones, neighbours of one kind as one."""
    found: list[TextPart] = []
    for part in parts:
        if not part.text:
            continue
        if found and found[-1].op == part.op:
            part = TextPart(part.op, found.pop().text + part.text)
        found.append(part)
    return found
