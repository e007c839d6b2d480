"""The audit log: append-only, one chain whatever happens, and every way of tampering with it found."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.common import audit, clock
from tests.common.own_schema import own_schema

pytestmark = pytest.mark.portal

ANA = SimpleNamespace(id="id-ana", name="ana")
COLUMNS = "seq, at, actor_id, actor_name, action, package_id, revision_id, comment, details, previous, hash".split(", ")


def execute(statement: str, **bound: Any) -> Any:
    return model.Session.execute(sa.text(statement), bound)


@pytest.fixture(autouse=True)
def empty_log(rolled_back_db: None, request: pytest.FixtureRequest) -> None:
    """What other runs committed is out of sight; the transaction is rolled back."""
    # It locks the table for everybody else.
    if "in_a_schema_of_its_own" not in request.fixturenames:
        unguarded("TRUNCATE portal_audit")


def unguarded(*statements: str, **bound: Any) -> None:
    """What somebody with the database owner's rights does."""
    execute("ALTER TABLE portal_audit DISABLE TRIGGER USER")
    for statement in statements:
        execute(statement, **bound)
    execute("ALTER TABLE portal_audit ENABLE TRIGGER USER")


def change(assignments: str, seq: int) -> str:
    return f"UPDATE portal_audit SET {assignments} WHERE seq = {seq}"  # noqa: S608


def copy(seq: int, to: int) -> str:
    columns = ", ".join(COLUMNS[1:])
    return f"INSERT INTO portal_audit (seq, {columns}) SELECT {to}, {columns} FROM portal_audit WHERE seq = {seq}"  # noqa: S608


def write(number: int = 5) -> list[int]:
    return [
        audit.record(
            "aprobar" if i % 2 else "enviar",
            actor=ANA if i else None,
            package_id=f"p{i % 2}",
            revision_id=f"r{i}",
            comment=f"Comentario {i}, con ñ",
            details={"paso": i, "de": {"estado": "borrador"}},
        )
        for i in range(number)
    ]


def test_rows_follow_each_other_from_a_known_beginning() -> None:
    assert audit.head() == (0, audit.GENESIS)
    assert audit.verify() == audit.Verification(True, 0)
    assert write(3) == [1, 2, 3]
    third, second, first = audit.rows()
    assert (first.actor_id, first.actor_name, first.previous) == (None, None, "0" * 64)
    assert (second.actor_id, second.actor_name, second.previous) == ("id-ana", "ana", first.hash)
    assert third.previous == second.hash and audit.head() == (3, third.hash)
    assert audit.verify() == audit.Verification(True, 3)


def test_a_row_goes_with_its_transaction() -> None:
    write(2)
    with pytest.raises(RuntimeError), model.Session.begin_nested():
        audit.record("publicar", actor=ANA)
        raise RuntimeError
    assert audit.record("retirar", actor=ANA) == 3
    assert audit.verify() == audit.Verification(True, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_audit SET comment = 'otro' WHERE seq = 2",
        "UPDATE portal_audit SET seq = seq",
        "DELETE FROM portal_audit WHERE seq = 5",
        "DELETE FROM portal_audit",
        "TRUNCATE portal_audit",
    ],
)
def test_the_database_refuses_changes(statement: str) -> None:
    write()
    before = audit.head()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), model.Session.begin_nested():
        execute(statement)
    assert audit.head() == before and audit.verify(before).ok


CHANGED = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "'otra'",
    "actor_name": "NULL",
    "action": "'publicar'",
    "package_id": "NULL",
    "revision_id": "''",
    "comment": "comment || ' '",
    "details": "jsonb_set(details, '{de,estado}', '\"aprobado\"')",
    "hash": "repeat('a', 64)",
}


@pytest.mark.parametrize("column,value", CHANGED.items(), ids=list(CHANGED))
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_changed_field_is_found(seq: int, column: str, value: str) -> None:
    write()
    if seq == 1 and column == "actor_name":
        value = "'nadie'"
    unguarded(change(f"{column} = {value}", seq))
    found = audit.verify()
    assert (found.ok, found.first_bad_seq, found.rows) == (False, seq, seq - 1)
    assert found.problem == f"El registro {seq} fue cambiado."


@pytest.mark.parametrize(
    "statements,seq,problem",
    [
        (["DELETE FROM portal_audit WHERE seq = 3"], 3, "Falta el registro 3."),
        (["DELETE FROM portal_audit WHERE seq = 1"], 1, "Falta el registro 1."),
        (["DELETE FROM portal_audit WHERE seq BETWEEN 2 AND 3"], 2, "Falta el registro 2."),
        # The gap is closed, as if nothing had been there.
        (
            [
                "DELETE FROM portal_audit WHERE seq = 3",
                "UPDATE portal_audit SET seq = 3 WHERE seq = 4",
                "UPDATE portal_audit SET seq = 4 WHERE seq = 5",
            ],
            3,
            "El registro 3 no sigue al anterior.",
        ),
        # Two rows change places.
        (
            [
                "UPDATE portal_audit SET seq = 99 WHERE seq = 2",
                "UPDATE portal_audit SET seq = 2 WHERE seq = 3",
                "UPDATE portal_audit SET seq = 3 WHERE seq = 99",
            ],
            2,
            "El registro 2 no sigue al anterior.",
        ),
        (["UPDATE portal_audit SET previous = repeat('a', 64) WHERE seq = 1"], 1, "El registro 1 no es el primero"),
        (["UPDATE portal_audit SET previous = hash WHERE seq = 4"], 4, "El registro 4 no sigue al anterior."),
        (
            [copy(1, to=0), copy(1, to=-7)],
            -7,
            "El registro -7 está de más",
        ),
        (
            [copy(5, to=6)],
            6,
            "El registro 6 no sigue al anterior.",
        ),
    ],
)
def test_a_missing_moved_or_added_row_is_found(statements: list[str], seq: int, problem: str) -> None:
    write()
    unguarded(*statements)
    found = audit.verify()
    assert (found.ok, found.first_bad_seq) == (False, seq)
    assert str(found.problem).startswith(problem)


def rewrite(from_seq: int) -> None:
    """Somebody who knows how the chain is made changes a row and makes every hash right again."""
    rows = [row for row in reversed(audit.rows(limit=1000)) if row.seq >= from_seq]
    previous = rows[0].previous
    for row in rows:
        forged = audit.Entry(**{**vars(row), "comment": "falso", "previous": previous})
        bound = {"previous": previous, "hash": (previous := forged.digest())}
        unguarded(change("comment = 'falso', previous = :previous, hash = :hash", row.seq), **bound)


def test_only_a_noted_head_shows_a_chain_that_was_cut_or_written_anew() -> None:
    write(3)
    noted = audit.head()
    write(2)
    assert audit.verify(noted) == audit.Verification(True, 5)
    rewrite(2)
    assert audit.verify().ok
    found = audit.verify(noted)
    assert (found.ok, found.first_bad_seq) == (False, 3)
    assert "se reescribió" in str(found.problem)

    unguarded("DELETE FROM portal_audit WHERE seq > 1")
    assert audit.verify().ok
    found = audit.verify(noted)
    assert (found.ok, found.first_bad_seq, found.rows) == (False, 2, 1)
    assert found.problem == "Faltan registros al final: se anotó el 3 y el último es el 1."

    unguarded("TRUNCATE portal_audit")
    assert audit.verify().ok and not audit.verify(noted).ok
    assert audit.verify((0, audit.GENESIS)).ok


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5, 6, 7])
def test_the_log_is_read_in_pieces(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write(rows)
    held: list[int] = []
    read = audit._rows
    monkeypatch.setattr(audit, "CHUNK", 3)
    monkeypatch.setattr(audit, "_rows", lambda *a, **k: held.append(len(found := read(*a, **k))) or found)  # type: ignore[func-returns-value]
    assert audit.verify() == audit.Verification(True, rows)
    assert sum(held) == rows and max(held) <= 3


@pytest.mark.parametrize(
    "filters,seqs",
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"limit": 2}, [5, 4]),
        ({"limit": 2, "offset": 3}, [2, 1]),
        ({"package_id": "p1"}, [4, 2]),
        ({"package_id": "p1' OR true --"}, []),
        ({"actions": ["enviar"]}, [5, 3, 1]),
        ({"actions": ["enviar", "aprobar"], "package_id": "p0", "limit": 1}, [5]),
        ({"actions": []}, []),
        ({"since": datetime(2024, 1, 3, tzinfo=timezone.utc)}, [5, 4, 3]),
        ({"since": datetime(2024, 1, 3, 1, tzinfo=clock.LA_PAZ)}, [5, 4]),
    ],
)
def test_filters(filters: dict[str, Any], seqs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    days = iter(datetime(2024, 1, 1, tzinfo=timezone.utc) + timedelta(days=i) for i in range(5))
    monkeypatch.setattr(audit, "now", lambda: next(days))
    write()
    assert [row.seq for row in audit.rows(**filters)] == seqs
    counted = {key: value for key, value in filters.items() if key not in ("limit", "offset")}
    assert audit.count(**counted) == len(audit.rows(**counted))


@pytest.mark.parametrize("zone", ["America/La_Paz", "Asia/Kathmandu", "UTC"])
@pytest.mark.parametrize("microsecond", [0, 1, 120000, 999999])
def test_moments_hash_alike_when_read_back(zone: str, microsecond: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2025, 2, 28, 23, 59, 59, microsecond, tzinfo=clock.LA_PAZ)
    monkeypatch.setattr(audit, "now", lambda: moment)
    write(2)
    execute(f"SET LOCAL timezone = '{zone}'")
    assert audit.verify().ok
    assert audit.rows()[0].as_dict()["at"] == f"2025-03-01T03:59:59.{microsecond:06}+00:00"


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.dictionaries(st.text(), values, max_size=4))
def test_any_text_and_details_verify(comment: str, details: dict[str, Any]) -> None:
    savepoint = model.Session.begin_nested()
    audit.record("guardar", actor=ANA, comment=comment, details=details)
    audit.record("después", actor=None)
    kept = audit.rows(limit=2)[1].comment
    found = audit.verify()
    savepoint.rollback()
    assert found.ok, found.problem
    assert kept == re.sub("[\0\ud800-\udfff]", "\ufffd", comment)


@pytest.mark.parametrize(
    "sent,kept",
    [
        ({"a\0b": ["c\0", "\ud800"]}, {"a\ufffdb": ["c\ufffd", "\ufffd"]}),
        ({"n": 1e22, "m": -0.0, "k": 2**80}, {"n": 10**22, "m": 0, "k": 2**80}),
        ({1: (1, 2)}, {"1": [1, 2]}),
        (None, {}),
    ],
)
def test_details_are_hashed_as_they_are_kept(sent: Any, kept: Any) -> None:
    audit.record("x", actor=None, details=sent)
    assert audit.rows()[0].details == kept
    assert audit.verify().ok


@pytest.mark.parametrize("details", [{"x": float("nan")}, {"x": float("inf")}, {"x": object()}])
def test_what_is_no_json_is_refused(details: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        audit.record("x", actor=None, details=details)
    assert audit.count() == 0


def exported(format: Any, **filters: Any) -> tuple[str, int]:
    pieces: list[str] = []
    total = audit.export(format, pieces.append, **filters)
    return "".join(pieces), total


def test_the_json_export_can_be_verified_without_the_portal() -> None:
    write()
    body, total = exported("json")
    entries = json.loads(body)
    assert total == len(entries) == 5
    previous = "0" * 64
    for number, entry in enumerate(entries, start=1):
        hashed = entry.pop("hash")
        text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert (entry["seq"], entry["previous"]) == (number, previous)
        assert sha256(text.encode("utf-8")).hexdigest() == hashed
        previous = hashed
    assert audit.head() == (5, previous)


@pytest.mark.parametrize("comment", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "normal", "a=1", '"=1"'])
def test_no_cell_of_the_csv_is_a_formula(comment: str) -> None:
    audit.record("x", actor=SimpleNamespace(id="1", name="-ana"), comment=comment)
    body, total = exported("csv")
    header, cells = list(csv.reader(io.StringIO(body, newline="")))
    assert header == COLUMNS and total == 1
    guarded = "'" if comment[0] in "=+-@\t\r\n" else ""
    assert cells[COLUMNS.index("comment")] == guarded + comment
    assert cells[COLUMNS.index("actor_name")] == "'-ana"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("rows,package,number", [(0, None, 0), (5, None, 5), (5, "p1", 2), (5, "zz", 0)])
def test_exports_of_a_dataset_and_of_nothing(rows: int, package: str | None, number: int) -> None:
    write(rows)
    as_json, total_json = exported("json", package_id=package)
    as_csv, total_csv = exported("csv", package_id=package)
    assert len(json.loads(as_json)) == total_json == number
    assert len(list(csv.DictReader(io.StringIO(as_csv)))) == total_csv == number


@pytest.fixture
def in_a_schema_of_its_own(rolled_back_db: None) -> Iterator[None]:
    """Nobody can delete from the log itself."""
    with own_schema("portal_audit"):
        yield


def test_writers_at_the_same_time_keep_one_chain(in_a_schema_of_its_own: None) -> None:
    problems: list[Exception] = []
    start = threading.Barrier(4)

    def writer(number: int) -> None:
        start.wait()
        try:
            for turn in range(15):
                audit.record("x", actor=ANA, comment=f"{number} {turn}")
                # Every third of them thinks better of it.
                model.Session.rollback() if turn % 3 == 2 else model.Session.commit()
        except Exception as problem:
            problems.append(problem)
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert audit.verify() == audit.Verification(True, 40)


def test_the_second_writer_waits_for_the_first(in_a_schema_of_its_own: None) -> None:
    seqs: list[int] = []
    audit.record("primero", actor=ANA)

    def second() -> None:
        seqs.append(audit.record("segundo", actor=ANA))
        model.Session.commit()
        model.Session.remove()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(timeout=0.3)
    waited = thread.is_alive() and not seqs
    model.Session.commit()
    thread.join(timeout=30)
    assert waited and seqs == [2]
    assert audit.verify() == audit.Verification(True, 2)
