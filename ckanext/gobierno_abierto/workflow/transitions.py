"""Pure: the transitions of the publication workflow, as the table of docs/developers/workflow.md says them.

The table is data; `possible` and `check` read it, and so do the docs' and the tests' own checks.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..common.errors import Fragment
from .errors import NotNow, NotYours, OwnWork

#: States of an open run.
BORRADOR, EN_REVISION, OBSERVADO, APROBADO = "borrador", "en_revision", "observado", "aprobado"
#: Whether the dataset is public.
INEDITO, PUBLICADO, RETIRADO = "inedito", "publicado", "retirado"
#: Kinds of runs: a change of the dataset, or its withdrawal.
CAMBIO, RETIRO = "cambio", "retiro"
#: Targets that are no state: the run ends, or nothing moves.
CLOSED, SAME = "cerrada", "misma"

OPEN = (BORRADOR, OBSERVADO, EN_REVISION, APROBADO)
ANY = (None, *OPEN)
EVERYWHERE = (INEDITO, PUBLICADO, RETIRADO)
#: A withdrawn dataset takes drafts, but nothing goes on before a coordinator restores it.
NOT_WITHDRAWN = (INEDITO, PUBLICADO)

WRITER, REVIEWER, COORDINATOR = "writer", "reviewer", "coordinator"
ORGANIZATION_ADMIN, SYSADMIN, CLOCK = "organization_admin", "sysadmin", "clock"


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


@dataclass(frozen=True)
class Person:
    """Who asks. `reviews`: may review at the run's present step; `belongs`: may know of the dataset's drafts."""

    user_id: str
    sysadmin: bool = False
    writes: bool = False
    administers: bool = False
    reviews: bool = False
    coordinates: bool = False
    is_author: bool = False
    belongs: bool = False
    clock: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """The words of `Transition.who` that fit."""
        has = {
            WRITER: self.writes,
            REVIEWER: self.reviews,
            COORDINATOR: self.coordinates or self.sysadmin,
            ORGANIZATION_ADMIN: self.administers,
            SYSADMIN: self.sysadmin,
            CLOCK: self.clock,
        }
        return frozenset(word for word, fits in has.items() if fits)


#: The portal's scheduler.
THE_CLOCK = Person(user_id="", clock=True)


@dataclass(frozen=True)
class Situation:
    """Where a dataset is. `state` and `kind` are None when it has no open run."""

    live: str
    state: str | None = None
    kind: str | None = None
    has_publish_at: bool = False


@dataclass(frozen=True)
class Transition:
    """One row. `says` is an infinitive, `action` the API action that does it.

    `sources` are states of the run (None: no open run), possible while the dataset is in one of `live_states`
    (`idle_live_states` when there is no open run) and the run is of one of `kinds`. `target` is a state, CLOSED or
    SAME; `becomes` is the dataset's next live state, where that changes.
    """

    name: str
    says: str
    sources: tuple[str | None, ...]
    target: str
    who: tuple[str, ...]
    action: str
    live_states: tuple[str, ...] = NOT_WITHDRAWN
    idle_live_states: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = (CAMBIO, RETIRO)
    becomes: str | None = None
    needs_reason: bool = False
    needs_note: bool = False
    four_eyes: bool = False

    def allowed_live(self, state: str | None) -> tuple[str, ...]:
        """Live states in which this is possible from a state of the run."""
        if state is None and self.idle_live_states is not None:
            return self.idle_live_states
        return self.live_states

    def fits(self, situation: Situation) -> bool:
        """Whether the dataset is where this transition begins."""
        return (
            situation.state in self.sources
            and (situation.state is None or situation.kind in self.kinds)
            and situation.live in self.allowed_live(situation.state)
        )


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        name="guardar",
        says=_("guardar cambios"),
        sources=(None, BORRADOR, OBSERVADO, EN_REVISION, APROBADO),
        # OBSERVADO stays OBSERVADO: the comments are still to be answered.
        target=BORRADOR,
        who=(WRITER,),
        action="package_update",
        live_states=EVERYWHERE,
        kinds=(CAMBIO,),
    ),
    Transition(
        name="enviar",
        says=_("enviar la propuesta a revisión"),
        # A dataset that was private before the workflow knew it has no run until it is sent.
        sources=(None, BORRADOR, OBSERVADO),
        target=EN_REVISION,
        who=(WRITER,),
        action="publication_submit",
        idle_live_states=(INEDITO,),
    ),
    Transition(
        name="retirar_envio",
        says=_("retirar el envío"),
        sources=(EN_REVISION, APROBADO),
        target=BORRADOR,
        who=(WRITER,),
        action="publication_cancel",
        live_states=EVERYWHERE,
    ),
    Transition(
        name="descartar",
        says=_("descartar la propuesta"),
        sources=(BORRADOR, OBSERVADO),
        target=CLOSED,
        who=(WRITER,),
        action="publication_cancel",
        # A dataset that was never published has no other version to keep: it is deleted.
        live_states=(PUBLICADO, RETIRADO),
    ),
    Transition(
        name="observar",
        says=_("pedir cambios"),
        sources=(EN_REVISION,),
        target=OBSERVADO,
        who=(REVIEWER,),
        action="publication_request_changes",
        live_states=EVERYWHERE,
        needs_note=True,
    ),
    Transition(
        name="aprobar",
        says=_("aprobar la propuesta"),
        sources=(EN_REVISION,),
        # Of the last step; EN_REVISION at the next one before.
        target=APROBADO,
        who=(REVIEWER,),
        action="publication_approve",
        four_eyes=True,
    ),
    Transition(
        name="publicar",
        says=_("publicar la propuesta"),
        sources=(APROBADO,),
        target=CLOSED,
        who=(COORDINATOR, CLOCK),
        action="publication_publish",
        kinds=(CAMBIO,),
        becomes=PUBLICADO,
    ),
    Transition(
        name="programar",
        says=_("fijar una fecha"),
        sources=ANY,
        target=SAME,
        who=(COORDINATOR,),
        action="publication_schedule",
        idle_live_states=(PUBLICADO,),
    ),
    Transition(
        name="proponer_retiro",
        says=_("proponer el retiro del conjunto"),
        sources=(None,),
        target=EN_REVISION,
        who=(ORGANIZATION_ADMIN,),
        action="publication_withdraw",
        live_states=(PUBLICADO,),
        needs_reason=True,
    ),
    Transition(
        name="retirar",
        says=_("retirar el conjunto"),
        sources=ANY,
        target=CLOSED,
        who=(COORDINATOR, CLOCK),
        action="publication_withdraw",
        live_states=(PUBLICADO,),
        becomes=RETIRADO,
        needs_reason=True,
    ),
    Transition(
        name="restaurar",
        says=_("restaurar el conjunto"),
        sources=ANY,
        target=SAME,
        who=(COORDINATOR,),
        action="publication_restore",
        live_states=(RETIRADO,),
        becomes=PUBLICADO,
    ),
    Transition(
        name="publicar_de_emergencia",
        says=_("publicar de emergencia"),
        sources=OPEN,
        target=CLOSED,
        who=(SYSADMIN,),
        action="publication_emergency_publish",
        kinds=(CAMBIO,),
        becomes=PUBLICADO,
        needs_reason=True,
    ),
)

BY_NAME = {transition.name: transition for transition in TRANSITIONS}

#: Who does what, said to somebody who is none of them.
WHO_SAYS = {
    WRITER: _("Lo hacen los editores y administradores de la organización que publica el conjunto."),
    REVIEWER: _("Lo hacen quienes revisan en este paso: la página de publicación del conjunto dice quiénes son."),
    COORDINATOR: _("Lo hace la coordinación del portal: pídaselo."),
    ORGANIZATION_ADMIN: _("Lo hacen los administradores de la organización que publica el conjunto."),
    SYSADMIN: _("Lo hacen los administradores del portal."),
}

#: State of the run: where that is, and what can be done from there.
STATE_SAYS: dict[str | None, tuple[str, str]] = {
    None: (_("no hay ninguna propuesta abierta"), _("Guarde un cambio en el conjunto para comenzar una.")),
    BORRADOR: (_("la propuesta está en borrador"), _("Envíela a revisión o descártela.")),
    EN_REVISION: (
        _("la propuesta está en revisión"),
        _("Espere la decisión de quienes revisan, o retire el envío."),
    ),
    OBSERVADO: (
        _("la propuesta está observada: le pidieron cambios"),
        _("Corrija lo que se pide y envíela de nuevo, o descártela."),
    ),
    APROBADO: (
        _("la propuesta está aprobada"),
        _("La coordinación del portal la puede publicar; para cambiarla, retire el envío."),
    ),
}
DATED_SAYS = (
    _("la propuesta está aprobada y espera su fecha de publicación"),
    _("Se publica sola en su fecha, o antes si lo decide la coordinación del portal; para cambiarla, retire el envío."),
)
WITHDRAWAL_SAYS = (
    _("hay una propuesta de retiro abierta"),
    _("Espere a que se decida, o cancélela."),
)
#: Live state of the dataset: what that is, and what can be done about it.
LIVE_SAYS = {
    INEDITO: (_("el conjunto todavía no se publicó"), _("Envíe su propuesta a revisión para publicarlo.")),
    PUBLICADO: (_("el conjunto está publicado"), _("No hace falta: ya lo puede ver cualquier persona.")),
    RETIRADO: (_("el conjunto está retirado"), _("Primero lo debe restaurar la coordinación del portal.")),
}


def possible(situation: Situation, person: Person) -> list[str]:
    """API actions that the person may call now, each once, in the table's order."""
    found = [
        transition.action
        for transition in TRANSITIONS
        if transition.fits(situation)
        and person.roles.intersection(transition.who)
        and not (transition.four_eyes and person.is_author)
    ]
    return list(dict.fromkeys(found))


def check(name: str, situation: Situation, person: Person) -> Transition:
    """The transition, when this person may do it now.

    :raises NotYours: the person could never do it with this dataset
    :raises NotNow: the person has the role, the dataset is not in a state for it
    :raises OwnWork: an author would approve
    """
    transition = BY_NAME[name]
    fits = transition.fits(situation)
    if not _could(transition, person, now=fits):
        raise NotYours(action=Fragment(transition.says), who=Fragment(WHO_SAYS[transition.who[0]]))
    if not fits:
        where, advice = _why_not(transition, situation)
        raise NotNow(action=Fragment(transition.says), where=Fragment(where), advice=Fragment(advice))
    if transition.four_eyes and person.is_author:
        raise OwnWork()
    return transition


def _could(transition: Transition, person: Person, *, now: bool) -> bool:
    """Whether the person has a role for it, or, while nothing is under review, may be one of who will."""
    if person.roles.intersection(transition.who):
        return True
    # Who reviews is known only when a proposal is at a step; before, those who may see the draft are told its state.
    return not now and REVIEWER in transition.who and person.belongs


def _why_not(transition: Transition, situation: Situation) -> tuple[str, str]:
    """(where the dataset is, what to do next) of a transition that is not possible there."""
    state = situation.state
    if state is not None and situation.kind not in transition.kinds:
        return WITHDRAWAL_SAYS
    if state is None and transition.idle_live_states == (INEDITO,) and situation.live == PUBLICADO:
        return STATE_SAYS[None]
    if state in transition.sources:
        return LIVE_SAYS[situation.live]
    if state is None and situation.live == RETIRADO:
        return LIVE_SAYS[RETIRADO]
    if state == APROBADO and situation.has_publish_at:
        return DATED_SAYS
    return STATE_SAYS[state]
