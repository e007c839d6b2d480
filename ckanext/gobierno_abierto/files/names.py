"""Pure: a file's name as it arrives, made safe to store, to show and to send back."""

from __future__ import annotations

import re
import unicodedata

#: Longest stored name, extension included: CKAN cuts at 100.
MAX_LENGTH = 100
#: How much of a hostile name is shown in a message.
SHOWN_LENGTH = 60
#: Names that Windows keeps for devices, whatever the extension.
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))]
)
FALLBACK = "archivo"


def visible(raw: str) -> str:
    """`raw` without path, control, format (right-to-left marks, zero width) and private characters."""
    last = re.split(r"[/\\]", raw)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return re.sub(r"\s+", " ", kept).strip()


def shown(raw: str) -> str:
    """The name for a message: visible characters only, shortened in the middle."""
    text = visible(raw) or FALLBACK
    return text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 12]}…{text[-10:]}"


def extension_of(raw: str) -> str:
    """Lower-case extension without dot, `""` when there is none. `datos.csv.exe` has `exe`."""
    stem, dot, extension = visible(raw).rstrip(". ").rpartition(".")
    return extension.lower() if dot and stem.strip(". ") else ""


def safe_name(raw: str, extension: str) -> str:
    """A name of ASCII letters, digits, `.`, `_`, `-` that ends in `.extension`.

    Accents are folded, path parts dropped, device names of Windows and names of dots alone replaced; at most
    MAX_LENGTH characters. The result has exactly the extension given.
    """
    text = visible(raw).rstrip(". ")
    own = extension_of(raw)
    if own:
        text = text[: -len(own) - 1]
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", folded.strip())
    stem = re.sub(r"-{2,}", "-", stem).strip(".-_ ").lower()
    stem = re.sub(r"\.{2,}", ".", stem)
    if not stem or stem.split(".")[0] in RESERVED:
        stem = f"{FALLBACK}-{stem}" if stem else FALLBACK
    return f"{stem[: MAX_LENGTH - len(extension) - 1].rstrip('.-_')}.{extension}"
