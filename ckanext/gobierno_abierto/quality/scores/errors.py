"""What can be wrong with a question for scores."""

from __future__ import annotations

from typing import ClassVar

from ...common.errors import InvalidInput, NotFound


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class NoPublicDataset(NotFound):
    """There is no such dataset, or it is not public: the same words for both, so that nobody learns which."""

    template: ClassVar[str] = _(
        "«{name}» no existe o todavía no es público. Los puntajes son de los conjuntos públicos."
    )


class NoOrganization(NotFound):
    """There is no such organization."""

    template: ClassVar[str] = _("No existe la organización «{name}». organization_list da las que hay.")


class OneOfTwo(InvalidInput):
    """Neither a dataset nor an organization was named, or both were."""

    template: ClassVar[str] = _("Diga un conjunto de datos en «id» o una organización en «organization»; uno solo.")


class BadLimit(InvalidInput):
    """A number of rows that is none."""

    template: ClassVar[str] = _("«limit» debe ser un número entero de 0 a {most}; se recibió «{value}».")
