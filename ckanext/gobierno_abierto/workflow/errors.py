"""What can be wrong with a step of the publication workflow, with a save, or with workflow.yaml."""

from __future__ import annotations

from typing import ClassVar

from ..common.errors import ConfigurationError, Conflict, InvalidInput, NotAllowed, NotFound


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class NotYours(NotAllowed):
    """The person could never do this with this dataset (HTTP 403). `action` is an infinitive, `who` a sentence."""

    template: ClassVar[str] = _("No puede {action}. {who}")


class OwnWork(NotAllowed):
    """An author of the proposal would approve it (HTTP 403), whatever rank they have."""

    template: ClassVar[str] = _(
        "No puede aprobar esta propuesta porque la escribió o subió uno de sus archivos. "
        "Debe aprobarla otra persona de quienes la revisan."
    )


class NotNow(Conflict):
    """The person may do this, but not in the state in which the dataset is (HTTP 409).

    `action` is an infinitive, `where` says the state, `advice` is a sentence: what to do next.
    """

    template: ClassVar[str] = _("No se puede {action} ahora: {where}. {advice}")


class StaleRevision(Conflict):
    """The revision that the reviewer read is not the one under review any more (HTTP 409)."""

    template: ClassVar[str] = _(
        "La propuesta cambió después de que usted la leyó: lo que se revisa ahora es la versión {number}. "
        "Lea esa versión y decida de nuevo."
    )


class MergeNeeded(Conflict):
    """The same fields changed meanwhile in the version that a proposal was made from (HTTP 409).

    `fields` is the list of their names as text.
    """

    template: ClassVar[str] = _(
        "Mientras usted editaba, otra persona cambió los mismos campos: {fields}. No se guardó nada. "
        "Abra de nuevo el conjunto, compare los dos textos y vuelva a guardar los suyos."
    )


class LiveMoved(Conflict):
    """The live version is not the one that the proposal was made from any more (HTTP 409)."""

    template: ClassVar[str] = _(
        "La versión publicada cambió después de hacerse esta propuesta. Retire el envío, abra el conjunto, compare y "
        "guarde de nuevo sus cambios."
    )


class ReasonMissing(InvalidInput):
    """A transition that needs a written reason or note came without one. `field` says which parameter."""

    template: ClassVar[str] = _("Falta el motivo para {action}. Escríbalo con una frase: queda en el historial.")


class DateInPast(InvalidInput):
    """A date to publish or withdraw at is not in the future."""

    template: ClassVar[str] = _("La fecha {date} ya pasó. Escriba una fecha y hora posteriores a este momento.")


class WorkflowFileProblem(ConfigurationError):
    """workflow.yaml cannot be used. `place` is `workflow.yaml:12`; `problem` and `fix` are whole sentences."""

    template: ClassVar[str] = _("{place}: {problem} {fix}")


class LiveTable(Conflict):
    """Somebody writes to the DataStore table of a public file (HTTP 409)."""

    template: ClassVar[str] = _(
        "La tabla del archivo «{name}» es pública y no se cambia directamente. Suba el archivo nuevo con "
        "resource_update: queda como propuesta y, cuando se apruebe, su tabla reemplaza a la actual."
    )


class NotYetReadable(NotFound):
    """What is asked for is not public (HTTP 404); says no more than that to those who may not know of it."""

    template: ClassVar[str] = _("«{name}» no existe o todavía no es público. Si es suyo, inicie sesión para verlo.")
