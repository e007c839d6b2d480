"""May a seed write a field? One table, and what must hold for any values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.committees.threeway import Decision, Record, canonical, decide, merge

WRITE, KEEP, UNCHANGED = Decision.WRITE, Decision.KEEP, Decision.UNCHANGED

CASES = [
    # what the seed last did, the portal now, the file now, decision
    ("the first seed of an empty field", None, None, "INE", WRITE),
    ("an object made by hand that says the same", None, "INE", "INE", UNCHANGED),
    ("an object made by hand that says something else", None, "I.N.E.", "INE", KEEP),
    ("nothing new", Record("INE", "INE"), "INE", "INE", UNCHANGED),
    ("a newer file, nobody touched the portal", Record("INE", "INE"), "INE", "INE Bolivia", WRITE),
    ("a person changed it, the file is the same", Record("INE", "INE"), "Instituto", "INE", KEEP),
    ("a person changed it, the file too", Record("INE", "INE"), "Instituto", "INE Bolivia", KEEP),
    ("a person changed it to what the file now says", Record("INE", "INE"), "Instituto", "Instituto", UNCHANGED),
    ("a person emptied it", Record("INE", "INE"), "", "INE", KEEP),
    ("the file now empties it, nobody touched it", Record("INE", "INE"), "INE", "", WRITE),
    ("a validator changed the form of the value", Record("0,5", "0.5"), "0.5", "0,5", UNCHANGED),
    ("a validator changed it and the file moved on", Record("0,5", "0.5"), "0.5", "0,7", WRITE),
    ("lists are compared by value", Record(["a"], ["a"]), ["a"], ["a"], UNCHANGED),
    ("a person added to a list", Record(["a"], ["a"]), ["a", "b"], ["a"], KEEP),
    ("a person reordered a list", Record(["a", "b"], ["a", "b"]), ["b", "a"], ["a", "b"], KEEP),
    ("line ends and outer spaces are nobody's change", Record("a\nb", "a\nb"), " a\r\nb ", "a\nb", UNCHANGED),
    ("numbers and their text are the same", Record(5, "5"), "5", 5, UNCHANGED),
    ("empty parts say nothing", Record([{"a": "1"}], None), [{"a": "1", "b": ""}], [{"a": "1"}], UNCHANGED),
    ("a truth value", Record(True, True), True, False, WRITE),
]


@pytest.mark.parametrize(
    "record,current,wanted,expected", [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_decide(record: Record | None, current: Any, wanted: Any, expected: Decision) -> None:
    assert decide(record, current, wanted) is expected


def test_merge_names_what_it_writes_and_what_it_keeps() -> None:
    records = {"title": Record("A", "A"), "sigla": Record("S", "S"), "url": Record("u", "u")}
    found = merge(
        records,
        {"title": "A", "sigla": "otra", "url": "u", "email": ""},
        {"title": "B", "sigla": "T", "url": "u", "email": "e"},
    )
    assert found.writes == {"title": "B", "email": "e"}
    assert found.kept == ("sigla",)


def test_merge_leaves_alone_what_the_file_does_not_name() -> None:
    assert merge({}, {"phone": "2222222"}, {}).writes == {}


VALUES = st.one_of(st.none(), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=3))


@given(VALUES, VALUES, VALUES)
def test_a_value_that_a_person_wrote_is_never_overwritten(seeded: Any, current: Any, wanted: Any) -> None:
    if canonical(current) != canonical(seeded):
        assert decide(Record(seeded, seeded), current, wanted) is not Decision.WRITE


@given(VALUES, VALUES)
def test_writing_settles_it(current: Any, wanted: Any) -> None:
    """After a write, the same file has nothing left to do."""
    if decide(Record(current, current), current, wanted) is Decision.WRITE:
        assert decide(Record(wanted, wanted), wanted, wanted) is Decision.UNCHANGED
