"""Who may do what in which state: the whole matrix, and the words of each refusal."""

from __future__ import annotations

import itertools
import re

import ckan.plugins.toolkit as tk
import pytest

from ckanext.gobierno_abierto.common.errors import Conflict, InvalidInput, NotAllowed, as_ckan
from ckanext.gobierno_abierto.workflow import errors
from ckanext.gobierno_abierto.workflow.errors import NotNow, NotYours, OwnWork
from ckanext.gobierno_abierto.workflow.transitions import (
    BY_NAME,
    LIVE_SAYS,
    OPEN,
    STATE_SAYS,
    THE_CLOCK,
    TRANSITIONS,
    WHO_SAYS,
    Person,
    Situation,
    check,
    possible,
)
from tests.test_architecture import ROOT

STRANGER = Person(user_id="")
MEMBER = Person(user_id="m", belongs=True)
WRITER = Person(user_id="w", writes=True, belongs=True, is_author=True)
#: Of a committee, or of whoever the present step names.
REVIEWER = Person(user_id="r", reviews=True, belongs=True)
ADMIN = Person(user_id="a", writes=True, administers=True, belongs=True)
COORDINATOR = Person(user_id="c", coordinates=True, belongs=True)
SYSADMIN = Person(user_id="s", sysadmin=True, coordinates=True, writes=True, administers=True, belongs=True)
AUTHOR_WHO_REVIEWS = Person(user_id="x", writes=True, reviews=True, belongs=True, is_author=True)

PEOPLE = {
    "stranger": STRANGER,
    "member": MEMBER,
    "writer": WRITER,
    "reviewer": REVIEWER,
    "admin": ADMIN,
    "coordinator": COORDINATOR,
    "sysadmin": SYSADMIN,
    "clock": THE_CLOCK,
}

SITUATIONS = {
    "new": Situation("inedito"),
    "public": Situation("publicado"),
    "withdrawn": Situation("retirado"),
    **{
        f"{word} {state}": Situation(live, state, "cambio")
        for word, live in (("new", "inedito"), ("public", "publicado"), ("withdrawn", "retirado"))
        for state in OPEN
    },
    **{f"withdrawal {state}": Situation("publicado", state, "retiro") for state in OPEN},
}

SAVE = "package_update"
SUBMIT, CANCEL, APPROVE = "publication_submit", "publication_cancel", "publication_approve"
OBSERVE, PUBLISH, DATE = "publication_request_changes", "publication_publish", "publication_schedule"
WITHDRAW, RESTORE, EMERGENCY = "publication_withdraw", "publication_restore", "publication_emergency_publish"

#: Situation: what each may do in it, in the table's order; who is not named may do nothing.
MATRIX: dict[str, dict[str, list[str]]] = {
    "new": {"writer": [SAVE, SUBMIT], "admin": [SAVE, SUBMIT], "sysadmin": [SAVE, SUBMIT]},
    "public": {
        "writer": [SAVE],
        "admin": [SAVE, WITHDRAW],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SAVE, DATE, WITHDRAW],
        "clock": [WITHDRAW],
    },
    "withdrawn": {"writer": [SAVE], "admin": [SAVE], "coordinator": [RESTORE], "sysadmin": [SAVE, RESTORE]},
    "new borrador": {
        "writer": [SAVE, SUBMIT],
        "admin": [SAVE, SUBMIT],
        "coordinator": [DATE],
        "sysadmin": [SAVE, SUBMIT, DATE, EMERGENCY],
    },
    "new observado": {
        "writer": [SAVE, SUBMIT],
        "admin": [SAVE, SUBMIT],
        "coordinator": [DATE],
        "sysadmin": [SAVE, SUBMIT, DATE, EMERGENCY],
    },
    "new en_revision": {
        "writer": [SAVE, CANCEL],
        "reviewer": [OBSERVE, APPROVE],
        "admin": [SAVE, CANCEL],
        "coordinator": [DATE],
        "sysadmin": [SAVE, CANCEL, DATE, EMERGENCY],
    },
    "new aprobado": {
        "writer": [SAVE, CANCEL],
        "admin": [SAVE, CANCEL],
        "coordinator": [PUBLISH, DATE],
        "sysadmin": [SAVE, CANCEL, PUBLISH, DATE, EMERGENCY],
        "clock": [PUBLISH],
    },
    "public borrador": {
        "writer": [SAVE, SUBMIT, CANCEL],
        "admin": [SAVE, SUBMIT, CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SAVE, SUBMIT, CANCEL, DATE, WITHDRAW, EMERGENCY],
        "clock": [WITHDRAW],
    },
    "public observado": {
        "writer": [SAVE, SUBMIT, CANCEL],
        "admin": [SAVE, SUBMIT, CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SAVE, SUBMIT, CANCEL, DATE, WITHDRAW, EMERGENCY],
        "clock": [WITHDRAW],
    },
    "public en_revision": {
        "writer": [SAVE, CANCEL],
        "reviewer": [OBSERVE, APPROVE],
        "admin": [SAVE, CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SAVE, CANCEL, DATE, WITHDRAW, EMERGENCY],
        "clock": [WITHDRAW],
    },
    "public aprobado": {
        "writer": [SAVE, CANCEL],
        "admin": [SAVE, CANCEL],
        "coordinator": [PUBLISH, DATE, WITHDRAW],
        "sysadmin": [SAVE, CANCEL, PUBLISH, DATE, WITHDRAW, EMERGENCY],
        "clock": [PUBLISH, WITHDRAW],
    },
    "withdrawn borrador": {
        "writer": [SAVE, CANCEL],
        "admin": [SAVE, CANCEL],
        "coordinator": [RESTORE],
        "sysadmin": [SAVE, CANCEL, RESTORE],
    },
    "withdrawn observado": {
        "writer": [SAVE, CANCEL],
        "admin": [SAVE, CANCEL],
        "coordinator": [RESTORE],
        "sysadmin": [SAVE, CANCEL, RESTORE],
    },
    "withdrawn en_revision": {
        "writer": [SAVE, CANCEL],
        "reviewer": [OBSERVE],
        "admin": [SAVE, CANCEL],
        "coordinator": [RESTORE],
        "sysadmin": [SAVE, CANCEL, RESTORE],
    },
    "withdrawn aprobado": {
        "writer": [SAVE, CANCEL],
        "admin": [SAVE, CANCEL],
        "coordinator": [RESTORE],
        "sysadmin": [SAVE, CANCEL, RESTORE],
    },
    "withdrawal borrador": {
        "writer": [SUBMIT, CANCEL],
        "admin": [SUBMIT, CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SUBMIT, CANCEL, DATE, WITHDRAW],
        "clock": [WITHDRAW],
    },
    "withdrawal observado": {
        "writer": [SUBMIT, CANCEL],
        "admin": [SUBMIT, CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [SUBMIT, CANCEL, DATE, WITHDRAW],
        "clock": [WITHDRAW],
    },
    "withdrawal en_revision": {
        "writer": [CANCEL],
        "reviewer": [OBSERVE, APPROVE],
        "admin": [CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [CANCEL, DATE, WITHDRAW],
        "clock": [WITHDRAW],
    },
    "withdrawal aprobado": {
        "writer": [CANCEL],
        "admin": [CANCEL],
        "coordinator": [DATE, WITHDRAW],
        "sysadmin": [CANCEL, DATE, WITHDRAW],
        "clock": [WITHDRAW],
    },
}

#: `reviews` is about the step that a proposal is at: nobody has it elsewhere.
CASES = [
    (situation, person)
    for situation, person in itertools.product(SITUATIONS, PEOPLE)
    if person != "reviewer" or "en_revision" in situation
]


def test_the_matrix_is_whole() -> None:
    assert set(MATRIX) == set(SITUATIONS)


@pytest.mark.parametrize("situation,person", CASES, ids=[f"{person}: {situation}" for situation, person in CASES])
def test_what_each_may_do(situation: str, person: str) -> None:
    assert possible(SITUATIONS[situation], PEOPLE[person]) == MATRIX[situation].get(person, [])


@pytest.mark.parametrize("situation,person", CASES, ids=[f"{person}: {situation}" for situation, person in CASES])
def test_check_and_possible_agree(situation: str, person: str) -> None:
    """An action is possible exactly when one of its transitions is let through; else its refusal has words."""
    where, who = SITUATIONS[situation], PEOPLE[person]
    allowed = set()
    for name, transition in BY_NAME.items():
        try:
            assert check(name, where, who) is transition
            allowed.add(transition.action)
        except (NotYours, NotNow, OwnWork) as refusal:
            assert refusal.message.endswith(".") and "{" not in refusal.message
    assert allowed == set(possible(where, who))


REFUSALS = [
    # what, where, who, error, said
    ("a stranger learns nothing about the state", "enviar", "public", STRANGER, NotYours, "editores y administradores"),
    ("a member does not write", "enviar", "public borrador", MEMBER, NotYours, "editores y administradores"),
    ("a writer, nothing to send", "enviar", "public", WRITER, NotNow, "Guarde un cambio"),
    ("a writer, sent already", "enviar", "public en_revision", WRITER, NotNow, "retire el envío"),
    ("a writer, withdrawn", "enviar", "withdrawn borrador", WRITER, NotNow, "restaurar"),
    ("a writer, sent already and withdrawn", "descartar", "withdrawn en_revision", WRITER, NotNow, "en revisión"),
    ("a writer never publishes", "publicar", "public borrador", WRITER, NotYours, "coordinación"),
    ("a writer never restores", "restaurar", "withdrawn", WRITER, NotYours, "coordinación"),
    ("an editor does not propose a withdrawal", "proponer_retiro", "public", WRITER, NotYours, "administradores"),
    ("an admin, one proposal is open", "proponer_retiro", "public borrador", ADMIN, NotNow, "borrador"),
    ("an admin, never published", "proponer_retiro", "new", ADMIN, NotNow, "todavía no se publicó"),
    ("an admin, withdrawn", "proponer_retiro", "withdrawn", ADMIN, NotNow, "está retirado"),
    ("nobody edits during a withdrawal", "guardar", "withdrawal en_revision", WRITER, NotNow, "propuesta de retiro"),
    ("a reviewer, not sent yet", "aprobar", "public borrador", MEMBER, NotNow, "en borrador"),
    ("a reviewer, decided already", "aprobar", "public aprobado", MEMBER, NotNow, "está aprobada"),
    ("not of this step", "aprobar", "public en_revision", MEMBER, NotYours, "quienes revisan en este paso"),
    ("a stranger, not sent yet", "aprobar", "public borrador", STRANGER, NotYours, "quienes revisan"),
    ("a reviewer, withdrawn meanwhile", "aprobar", "withdrawn en_revision", REVIEWER, NotNow, "restaurar"),
    ("four eyes", "aprobar", "public en_revision", AUTHOR_WHO_REVIEWS, OwnWork, "otra persona"),
    ("a coordinator, not approved", "publicar", "public en_revision", COORDINATOR, NotNow, "en revisión"),
    ("a coordinator, public already", "restaurar", "public", COORDINATOR, NotNow, "No hace falta"),
    ("a coordinator, never published", "retirar", "new borrador", COORDINATOR, NotNow, "todavía no se publicó"),
    ("a coordinator, nothing to date", "programar", "new", COORDINATOR, NotNow, "todavía no se publicó"),
    ("a withdrawal is not published", "publicar", "withdrawal aprobado", COORDINATOR, NotNow, "propuesta de retiro"),
    (
        "only sysadmins",
        "publicar_de_emergencia",
        "public borrador",
        COORDINATOR,
        NotYours,
        "administradores del portal",
    ),
    ("nothing to publish", "publicar_de_emergencia", "public", SYSADMIN, NotNow, "ninguna propuesta"),
    ("the clock, taken back meanwhile", "publicar", "public borrador", THE_CLOCK, NotNow, "en borrador"),
]


@pytest.mark.parametrize(
    "name,where,who,error,said", [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_refusal_says_why_and_what_next(
    name: str, where: str, who: Person, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=re.escape(said)) as caught:
        check(name, SITUATIONS[where], who)
    assert type(caught.value) is error


@pytest.mark.parametrize("dated,said", [(True, "espera su fecha"), (False, "está aprobada. La coordinación")])
def test_an_approved_proposal_with_a_date_says_so(dated: bool, said: str) -> None:
    with pytest.raises(NotNow, match=re.escape(said)):
        check("enviar", Situation("publicado", "aprobado", "cambio", has_publish_at=dated), WRITER)


@pytest.mark.parametrize("rank", ["sysadmin", "administers", "coordinates"])
def test_no_rank_approves_its_own_work(rank: str) -> None:
    person = Person(user_id="x", writes=True, reviews=True, belongs=True, is_author=True, **{rank: True})
    situation = SITUATIONS["public en_revision"]
    assert APPROVE not in possible(situation, person)
    with pytest.raises(OwnWork):
        check("aprobar", situation, person)


def test_the_table_is_sound() -> None:
    assert len(BY_NAME) == len(TRANSITIONS)
    for transition in TRANSITIONS:
        assert transition.who[0] in WHO_SAYS, transition.name
        assert set(transition.sources) <= set(STATE_SAYS), transition.name
        assert set(transition.live_states) <= set(LIVE_SAYS), transition.name
    assert [one.name for one in TRANSITIONS if one.four_eyes] == ["aprobar"]
    assert {one.name for one in TRANSITIONS if one.needs_reason} == {
        "proponer_retiro",
        "retirar",
        "publicar_de_emergencia",
    }


def test_the_docs_have_the_same_transitions() -> None:
    page = (ROOT / "docs" / "developers" / "workflow.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| ", page.partition("## States of a run")[2].partition("\n## ")[0], re.M) == list(
        BY_NAME
    )


ERRORS: list[tuple[type[Exception], dict[str, str], type[Exception], int | None]] = [
    (errors.NotYours, {"action": "x", "who": "y."}, tk.NotAuthorized, None),
    (errors.OwnWork, {}, tk.NotAuthorized, None),
    (errors.NotNow, {"action": "x", "where": "y", "advice": "z."}, tk.ValidationError, 409),
    (errors.StaleRevision, {"number": "3"}, tk.ValidationError, 409),
    (errors.MergeNeeded, {"fields": "title, notes"}, tk.ValidationError, 409),
    (errors.LiveTable, {"name": "datos.csv"}, tk.ValidationError, 409),
    (errors.ReasonMissing, {"field": "reason", "action": "x"}, tk.ValidationError, None),
    (errors.DateInPast, {"field": "publish_at", "date": "2020-01-01"}, tk.ValidationError, None),
    (errors.NotYetReadable, {"name": "x"}, tk.ObjectNotFound, None),
]


@pytest.mark.parametrize("error,arguments,ckan_error,status", ERRORS, ids=[case[0].__name__ for case in ERRORS])
def test_what_ckan_answers(
    error: type[Exception], arguments: dict[str, str], ckan_error: type[Exception], status: int | None
) -> None:
    raised = error(**arguments)
    assert isinstance(raised, (NotAllowed, InvalidInput, errors.NotYetReadable))
    shown = as_ckan(raised)
    assert isinstance(shown, ckan_error)
    assert getattr(shown, "portal_status", None) == status
    assert isinstance(raised, Conflict) is (status == 409)
