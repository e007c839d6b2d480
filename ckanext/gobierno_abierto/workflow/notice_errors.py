"""What can be wrong with a question about notices."""

from __future__ import annotations

from typing import ClassVar

from ..common.errors import InvalidInput


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class NoticeIds(InvalidInput):
    """`ids` is no list of notice numbers."""

    template: ClassVar[str] = _(
        "«ids» debe ser una lista de números de avisos, como los da publication_notice_list, y no «{value}». "
        "Sin «ids» se marcan todos."
    )


class NoticePage(InvalidInput):
    """`limit` or `offset` is no number in its range."""

    template: ClassVar[str] = _("«{name}» debe ser un número entero de {least} a {most}, y no «{value}».")
