"""Lucene syntax to a tree, dates, `mm`, local parameters: tables of cases without a database."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.gobierno_abierto.common.errors import PortalError
from ckanext.gobierno_abierto.search.errors import BadDate, BadParameter, BadSort, BadSyntax, NotSupported, TooComplex
from ckanext.gobierno_abierto.search.query import localparams
from ckanext.gobierno_abierto.search.query.conditions import Builder
from ckanext.gobierno_abierto.search.query.dates import normalized, resolved
from ckanext.gobierno_abierto.search.query.edismax import required, weights
from ckanext.gobierno_abierto.search.query.functions import function
from ckanext.gobierno_abierto.search.query.nodes import (
    Bool,
    Boosted,
    Exists,
    Fuzzy,
    MatchAll,
    Node,
    Phrase,
    Range,
    Term,
    Wildcard,
)
from ckanext.gobierno_abierto.search.query.parser import parse
from ckanext.gobierno_abierto.search.query.request import request
from ckanext.gobierno_abierto.search.query.score import score
from ckanext.gobierno_abierto.search.query.sort import keys

NOW = datetime(2026, 3, 31, 15, 42, 10, 123456, tzinfo=timezone.utc)


def t(text: str, field: str | None = None) -> Term:
    return Term(field, text)


TREES: list[tuple[str, Node]] = [
    ("agua", t("agua")),
    ("*:*", MatchAll()),
    ("*", MatchAll()),
    ("title:agua", t("agua", "title")),
    ("title : agua", t("agua", "title")),
    ("extras_a-b.c:x", t("x", "extras_a-b.c")),
    ('title:"agua potable"', Phrase("title", "agua potable")),
    ('"agua potable"~3', Phrase(None, "agua potable", 3)),
    (r'"dice \"hola\""', Phrase(None, 'dice "hola"')),
    (r"a\:b\ c", t("a:b c")),
    ("a b", Bool(must=(t("a"), t("b")))),
    ("a AND b", Bool(must=(t("a"), t("b")))),
    ("a && b", Bool(must=(t("a"), t("b")))),
    ("a OR b", Bool(should=(t("a"), t("b")))),
    ("a || b", Bool(should=(t("a"), t("b")))),
    ("a NOT b", Bool(must=(t("a"),), must_not=(t("b"),))),
    ("a !b", Bool(must=(t("a"),), must_not=(t("b"),))),
    ("a -b", Bool(must=(t("a"),), must_not=(t("b"),))),
    ("a-b", t("a-b")),
    ("-a", Bool(must_not=(t("a"),))),
    ("+a b OR c", Bool(must=(t("a"),), should=(t("b"), t("c")))),
    ("a AND b OR c", Bool(must=(t("a"),), should=(t("b"), t("c")))),
    ("a OR -b", Bool(should=(t("a"),), must_not=(t("b"),))),
    ("(a OR b) c", Bool(must=(Bool(should=(t("a"), t("b"))), t("c")))),
    ("tags:(a OR b)", Bool(should=(t("a", "tags"), t("b", "tags")))),
    ("tags:(a groups:b)", Bool(must=(t("a", "tags"), t("b", "groups")))),
    ("a^2", Boosted(t("a"), 2.0)),
    ("(a b)^0.5", Boosted(Bool(must=(t("a"), t("b"))), 0.5)),
    ("agua~", Fuzzy(None, "agua", 2)),
    ("agua~1", Fuzzy(None, "agua", 1)),
    ("agua~0.5", Fuzzy(None, "agua", 2)),
    ("agu*", Wildcard(None, (("text", "agu"), ("*", "")))),
    (r"agu\*", t("agu*")),
    ("a?ua", Wildcard(None, (("text", "a"), ("?", ""), ("text", "ua")))),
    ("title:*", Exists("title")),
    ("x:[1 TO 5]", Range("x", "1", "5")),
    ("x:{1 TO 5]", Range("x", "1", "5", False, True)),
    ("x:[-5 TO *]", Range("x", "-5", None)),
    ("x:[* TO *]", Range("x", None, None)),
    ("x:-5", t("-5", "x")),
    (
        "d:[2024-01-01T00:00:00Z TO NOW/DAY-1DAY]",
        Range("d", "2024-01-01T00:00:00Z", "NOW/DAY-1DAY"),
    ),
    ('d:["a b" TO "c"]', Range("d", "a b", "c")),
    ("a/b", t("a/b")),
    ('+site_id:"x"', Phrase("site_id", "x")),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_trees(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_the_default_operator() -> None:
    assert parse("a b", "OR") == Bool(should=(t("a"), t("b")))
    assert parse("a b AND c", "OR") == Bool(must=(t("b"), t("c")), should=(t("a"),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(",
        "(a",
        "a)",
        "()",
        '"a',
        "AND a",
        "a AND",
        "x:",
        "x:[1 TO",
        "x:[1 5]",
        "[1 TO 2",
        "a:b:c",
        "a^x",
        "--a",
        "~",
        ":a",
    ],
)
def test_what_is_not_in_the_language(text: str) -> None:
    with pytest.raises(BadSyntax) as caught:
        parse(text)
    assert "No se entiende" in caught.value.message


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("/ex.r/", NotSupported),
        ("_query_:x", NotSupported),
        ("_val_:x", NotSupported),
        (r"_q\uery_:x", NotSupported),
        ("ti*le:x", NotSupported),
        ("a^=2", NotSupported),
        ("(" * 60 + "a" + ")" * 60, TooComplex),
        ("a " * 1100, TooComplex),
        ("a" * 20_001, TooComplex),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_refused(text: str, error: type[PortalError]) -> None:
    with pytest.raises(error):
        parse(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("NOW", "2026-03-31T15:42:10.123Z"),
        ("NOW/DAY", "2026-03-31T00:00:00.000Z"),
        ("NOW-1DAY", "2026-03-30T15:42:10.123Z"),
        ("NOW/YEAR+6MONTHS", "2026-07-01T00:00:00.000Z"),
        ("NOW-1MONTH", "2026-02-28T15:42:10.123Z"),
        ("NOW/HOUR-30MINUTES", "2026-03-31T14:30:00.000Z"),
        ("NOW/MONTH", "2026-03-01T00:00:00.000Z"),
        ("2024", "2024-01-01T00:00:00.000Z"),
        ("2024-02", "2024-02-01T00:00:00.000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("2024-02-29T10:00:00Z", "2024-02-29T10:00:00.000Z"),
        ("2024-02-29T10:00:00.5Z+1YEAR", "2025-02-28T10:00:00.500Z"),
        ("2024-02-29T10:00:00Z/MONTH", "2024-02-01T00:00:00.000Z"),
        ("2024-02-29T10:00:00-04:00", "2024-02-29T14:00:00.000Z"),
        ("0099-01-01", "0099-01-01T00:00:00.000Z"),
    ],
)
def test_dates(text: str, moment: str) -> None:
    assert resolved(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["ayer", "2024-13-01", "NOW-1", "NOW/FORTNIGHT", "NOW-1DAYX", "NOW-9999YEARS", "", "2024-02-30"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(BadDate):
        resolved(text, NOW)
    assert normalized("ayer") is None


@pytest.mark.parametrize(
    ("minimum", "counts"),
    [
        ("2<-1 5<80%", {1: 1, 2: 2, 3: 2, 5: 4, 6: 4, 10: 8}),
        ("100%", {4: 4}),
        ("0%", {4: 0}),
        ("-25%", {4: 3}),
        ("3", {2: 2, 9: 3}),
        ("-1", {1: 0, 3: 2}),
    ],
)
def test_minimum_that_must_match(minimum: str, counts: dict[int, int]) -> None:
    assert {count: required(minimum, count) for count in counts} == counts


@pytest.mark.parametrize("minimum", ["x", "2<", "<3", "1 2", "50%%"])
def test_what_is_no_minimum(minimum: str) -> None:
    with pytest.raises(BadParameter):
        required(minimum, 3)


def test_weights() -> None:
    assert weights("title^4 text tags^.5") == (("title", 4.0), ("text", 1.0), ("tags", 0.5))
    for wrong in ("", "title^x", "{!x}"):
        with pytest.raises(BadParameter):
            weights(wrong)


def test_local_parameters() -> None:
    assert localparams.split("agua") is None
    assert localparams.split("{!bool must='a b' should=c}rest") == ("bool", [("must", "a b"), ("should", "c")], "rest")
    assert localparams.split("{!type=lucene q.op=OR}a b") == ("lucene", [("q.op", "OR")], "a b")
    for wrong in ("{!bool", "{!knn f=x}", "{!bool must=$ref}", "{!v='x' =}"):
        with pytest.raises(PortalError):
            localparams.split(wrong)


@pytest.mark.parametrize(
    "sort", ["name", "name up", "sum(a,b) asc", "tags asc", "text asc", "name asc,", "a asc," * 20 + "b asc"]
)
def test_orders_that_cannot_be(sort: str) -> None:
    with pytest.raises(BadSort):
        keys(sort)


@pytest.mark.parametrize(
    "parameters",
    [
        {"rows": "x"},
        {"rows": -1},
        {"start": -5},
        {"start": 2**40},
        {"q": ["a", "b"]},
        {"fq": {"a": 1}},
        {"defType": "func"},
        {"q.op": "XOR"},
        {"q": "a", "defType": "dismax", "tie": "9"},
        {"q": "agua potable", "defType": "dismax", "mm": "x"},
        {"fl": "sum(a,b)"},
        {"facet": "true", "facet.field": ["text"]},
        {"facet": "true", "facet.field": ["permission_labels"]},
        {"facet": "true", "facet.field": ["{!ex=a}tags"]},
        {"facet": "true", "facet.limit": "many"},
        {"group": "true"},
        {"stats.field": "x"},
    ],
    ids=str,
)
def test_parameters_that_cannot_be(parameters: dict[str, object]) -> None:
    with pytest.raises(PortalError):
        request({"q": "*:*", **parameters})


@pytest.mark.parametrize(
    "text", ["foo(1)", "ms(title)", "recip(1,2)", "title", "sum(1", "1 2", "'; DROP TABLE x", "sum()", "NOW"]
)
def test_functions_that_cannot_be(text: str) -> None:
    with pytest.raises(PortalError):
        function("bf", text, Builder(NOW).binds, NOW)


# No value of the asker ever stands in the SQL: it is bound, or it is refused.

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab:()[]{}\"'\\*?~^+-!&|/ TONRAD.0123456789;%_$", max_size=60),
    st.lists(
        st.sampled_from(
            ["title", ":", "agua", "AND", "OR", "NOT", "(", ")", "[", "]", "TO", "*", "NOW-1DAY", '"', "~2", "^3", " "]
        ),
        max_size=20,
    ).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(HOSTILE, st.sampled_from(["lucene", "dismax", "edismax"]))
def test_a_question_is_bound_or_refused(text: str, kind: str) -> None:
    marked = f"zqx{text}"
    try:
        asked = request({"q": marked, "fq": [marked], "defType": kind, "qf": "title^2 text tags"})
        builder = Builder(NOW)
        sql = builder.where([asked.question, *asked.filters]) + str(score(asked.question, builder))
    except PortalError as error:
        assert error.message
        return
    assert "zqx" not in sql
    assert "'" not in sql.replace("'{1, 1, 1, 1}'", "")


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_orders_and_functions_are_bound_or_refused(text: str) -> None:
    for attempt in (
        lambda: keys(text),
        lambda: request({"q": "*:*", "fl": text, "facet": "true", "facet.field": [text]}),
        lambda: function("boost", text, Builder(NOW).binds, NOW),
    ):
        try:
            attempt()
        except PortalError as error:
            assert error.message
