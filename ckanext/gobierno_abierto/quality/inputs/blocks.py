"""Pure: a text file as blocks of UTF-8 with `\\n` line ends, cut after whole lines; memory stays that of a block."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..facts import Limits
from .base import Stopped, stop

BLOCK = 8 << 20
#: Python's name for UTF-8 with or without a byte-order mark, as `encoding.detect` gives it.
UTF8 = "utf-8-sig"
#: Where a file without any `\n` is taken for one of old Macs, which ends its lines with `\r`.
PROBE = 1 << 20


class LongLine(Exception):
    """The line that follows those read so far has no end within the limit."""


def blocks(path: Path, encoding: str, limits: Limits, size: int = BLOCK) -> Iterator[bytes]:
    """Blocks of whole lines; only the last may lack its line end. Raises LongLine after the lines before it.

    A reader that keeps the end of a block puts it before the next one itself.
    """
    size = min(size, limits.line)
    with path.open("rb") as stream:
        mac = _ends_with_cr(stream.read(PROBE))
        stream.seek(0)
        found = (
            _decoded(stream, encoding, limits, size, mac) if mac or encoding != UTF8 else _plain(stream, limits, size)
        )
        for block in found:
            yield block.replace(b"\r\n", b"\n") if b"\r" in block else block


def _plain(stream: IO[bytes], limits: Limits, size: int) -> Iterator[bytes]:
    """UTF-8 as it is, each block completed to the end of its last line."""
    first = True
    while block := stream.read(size):
        tail = b"" if block.endswith(b"\n") else stream.readline(limits.line)
        whole = len(tail) < limits.line or tail.endswith(b"\n")
        if not whole:
            # The lines before the endless one are read first.
            block, tail = block[: block.rfind(b"\n") + 1], b""
        yield (block + tail if tail else block).removeprefix(codecs.BOM_UTF8 if first else b"")
        first = False
        if not whole:
            raise LongLine


def _decoded(stream: IO[bytes], encoding: str, limits: Limits, size: int, mac: bool) -> Iterator[bytes]:
    """Other encodings, and the line ends of old Macs, turned into UTF-8 with `\\n`."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = b""
    while True:
        raw = stream.read(size)
        text = decoder.decode(raw, not raw).removeprefix("\ufeff").encode("utf-8", "replace")
        data = rest + (text.replace(b"\r", b"\n") if mac else text)
        end = len(data) if not raw else data.rfind(b"\n") + 1
        rest, whole = data[end:], data[:end]
        if whole:
            yield whole
        if len(rest) > limits.line:
            raise LongLine
        if not raw:
            return


def long_line(line: int, limits: Limits) -> Stopped:
    """The finding for a line without end."""
    return stop(
        "long_line",
        f"La línea {line} pasa de {limits.line >> 20} MB; desde ahí no se leyó.",
        f"Line {line} is longer than {limits.line >> 20} MB; nothing was read from there on.",
        line,
    )


def has_line_end(path: Path, limits: Limits) -> bool:
    """Whether the first line ends within the limit: asked before anything else reads the file."""
    with path.open("rb") as stream:
        left = limits.line * 2
        while left > 0 and (chunk := stream.read(min(PROBE, left))):
            if b"\n" in chunk or b"\r" in chunk:
                return True
            left -= len(chunk)
        return not stream.read(1)


def _ends_with_cr(sample: bytes) -> bool:
    return b"\r" in sample and b"\n" not in sample
