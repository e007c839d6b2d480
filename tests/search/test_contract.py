"""CKAN's search contract on a small index: what each query finds, in which order, with which facets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from ckan.common import config
from ckan.lib.search.common import SearchIndexError, SearchQueryError
from hypothesis import HealthCheck, given, settings

from ckanext.gobierno_abierto.search.postgres import PostgresConnection

from .test_query_language import HOSTILE

Add = Callable[..., None]
Find = Callable[..., list[str]]
ALL = ["agua", "minas", "ninez", "salud"]


@pytest.fixture
def catalogue(add: Add) -> None:
    """Four datasets that differ in every kind of field."""
    add(
        "agua",
        title="Áreas protegidas y agua potable",
        notes="Cobertura de agua potable por municipio, población servida",
        tags=["agua", "medio ambiente"],
        groups=["ambiente"],
        organization="mmaya",
        res_name=["Cobertura 2024"],
        res_format=["CSV", "XLSX"],
        extras_frecuencia="anual",
        frecuencia="anual",
        res_extras_hash=["abc"],
        vocab_tema=["ENVI", "SOCI"],
        metadata_modified="2026-03-01T10:00:00Z",
        metadata_created="2024-01-01T00:00:00Z",
        cobertura_date="2024-05-01T00:00:00Z",
        views_total=120,
        license_id="cc-by",
    )
    add(
        "minas",
        title="Concesiones mineras",
        notes="Minería por departamento: contrataciones y regalías",
        tags=["minería"],
        organization="ine",
        res_format=["CSV"],
        res_name=["PoblacionTotal2012.csv"],
        frecuencia="mensual",
        extras_frecuencia="mensual",
        metadata_modified="2026-03-10T10:00:00Z",
        cobertura_date="2023-01-01T00:00:00Z",
        views_total=7,
    )
    add(
        "ninez",
        title="Encuesta de la niñez",
        notes="Situación de los niños por año. O'Higgins 100% \\ _",
        tags=["niñez", "encuesta"],
        organization="ine",
        metadata_modified="2026-02-01T10:00:00Z",
        capacity="private",
        permission_labels=["member-ine"],
    )
    add(
        "salud",
        title="Establecimientos de salud",
        notes="Hospitales y postas",
        tags=["salud"],
        groups=["social", "ambiente"],
        organization="salud",
        res_format=["PDF"],
        state="draft",
        permission_labels=["creator-1"],
        metadata_modified="2026-01-15T10:00:00Z",
    )


PLAIN = {"defType": "dismax", "mm": "2<-1 5<80%", "tie": "0.1", "qf": "name^4 title^4 tags^2 groups^2 text"}

LUCENE: list[tuple[str, list[str]]] = [
    ("*:*", ALL),
    ("agua", ["agua"]),
    ("title:agua", ["agua"]),
    ("notes:agua", ["agua"]),
    ("title:municipio", []),
    ("title:(areas AND agua)", ["agua"]),
    ("title:(areas OR mineras)", ["agua", "minas"]),
    ("areas mineras", []),
    ("areas OR mineras", ["agua", "minas"]),
    ('"agua potable"', ["agua"]),
    ('"potable agua"', []),
    ('"areas agua"', []),
    ('"areas agua"~2', ["agua"]),
    ('"agua areas"~1', []),
    ('title:"áreas protegidas"', ["agua"]),
    ('tags:"medio ambiente"', ["agua"]),
    ("tags:medio", []),
    ("tags:(agua OR salud)", ["agua", "salud"]),
    ("organization:ine", ["minas", "ninez"]),
    ("organization:INE", []),
    ("+organization:ine -title:niñez", ["minas"]),
    ("organization:ine AND NOT capacity:private", ["minas"]),
    ("-organization:ine", ["agua", "salud"]),
    ("(-organization:ine) AND agua", ["agua"]),
    ("-license_id:cc-by", ["minas", "ninez", "salud"]),
    ("NOT license_id:[* TO *]", ["minas", "ninez", "salud"]),
    ("license_id:*", ["agua"]),
    ("title:*", ALL),
    ("res_name:*", ["agua", "minas"]),
    ("name:a*", ["agua"]),
    ("name:*a*", ["agua", "minas", "salud"]),
    ("name:?gua", ["agua"]),
    ("pobla*", ["agua", "minas"]),
    ("title:prote*", ["agua"]),
    ("t?tulo", []),
    ("*table", ["agua"]),
    ("title:pota?le", ["agua"]),
    ("title:p*le", ["agua"]),
    ("notes:*palidad*", []),
    ("aguas~", ["agua"]),
    ("potble~1", ["agua"]),
    ("potble~0", []),
    ("organization:mmayo~1", ["agua"]),
    ("title:protejidas~1", ["agua"]),
    ("metadata_modified:[2026-03-01T00:00:00Z TO *]", ["agua", "minas"]),
    ("metadata_modified:[2026-03-01T10:00:00Z TO 2026-03-10T10:00:00Z}", ["agua"]),
    ("metadata_modified:{2026-03-01T10:00:00Z TO *]", ["minas"]),
    ('metadata_modified:"2026-03-01T10:00:00Z"', ["agua"]),
    ("metadata_modified:[* TO NOW-100YEARS]", []),
    ("metadata_modified:[NOW-100YEARS TO NOW+100YEARS/DAY]", ALL),
    ("cobertura_date:[2024-01-01T00:00:00Z TO 2024-12-31T23:59:59Z]", ["agua"]),
    ("cobertura_date:[2023 TO 2023-06]", ["minas"]),
    ("metadata_created:[2024 TO 2024]", ["agua"]),
    ("views_total:[8 TO *]", ["agua"]),
    ("views_total:[* TO 7]", ["minas"]),
    ("views_total:120", ["agua"]),
    ("views_total:{7 TO 120}", []),
    ("name:[a TO b]", ["agua"]),
    ("extras_frecuencia:anual", ["agua"]),
    ("frecuencia:anual", ["agua"]),
    ("res_extras_hash:abc", ["agua"]),
    ("vocab_tema:ENVI", ["agua"]),
    ("vocab_tema:(ENVI AND SOCI)", ["agua"]),
    ("res_format:CSV", ["agua", "minas"]),
    ("res_format:(CSV AND XLSX)", ["agua"]),
    ("title_ngram:otegid", ["agua"]),
    ("name_ngram:in", ["minas", "ninez"]),
    ("unknown_field:x", []),
    ("text:agua", ["agua"]),
    ("O'Higgins", ["ninez"]),
    (r"notes:100\%", ["ninez"]),
    ("state:draft", ["salud"]),
    ("state:(active OR draft)", ALL),
    ("permission_labels:(public OR creator-1)", ["agua", "minas", "salud"]),
    ("agua^3 OR salud", ["agua", "salud"]),
    ("{!lucene q.op=OR}agua salud", ["agua", "salud"]),
    ("{!bool must=agua must_not=salud}", ["agua"]),
    ("{!bool should=agua should=salud}", ["agua", "salud"]),
    ("…", []),
]

SPANISH: list[tuple[str, list[str]]] = [
    ("población", ["agua", "minas"]),
    ("poblacion", ["agua", "minas"]),
    ("poblaciones", ["agua", "minas"]),
    ("poblacional", ["agua", "minas"]),
    ("contratación", ["minas"]),
    ("CONTRATACION", ["minas"]),
    ("areas protegidas", ["agua"]),
    ("ÁREA PROTEGIDA", ["agua"]),
    ("minería", ["minas"]),
    ("minero", ["minas"]),
    ("niño", ["ninez"]),
    ("niñez", ["ninez"]),
    ("año", ["ninez"]),
    ("ano", []),
    ("hospital", ["salud"]),
    ("agua de la cobertura", ["agua"]),
    ("de", ["agua", "ninez", "salud"]),
    ("agua inexistente", []),
    ("agua potable cobertura inexistente", ["agua"]),
    ("agua -potable", []),
    ("+agua inexistente", []),
    ('"agua potable" población', ["agua"]),
    ("agua OR salud", ["agua", "salud"]),
    ("agua AND salud", []),
    ("pobla*", ["agua", "minas"]),
    ("!!! ???", []),
    ("--agua", ["agua"]),
    ("AND", []),
    ('agua "', ["agua"]),
    ("agua (potable", ["agua"]),
    ("PoblacionTotal2012", ["minas"]),
]


@pytest.mark.usefixtures("catalogue")
class TestContract:
    def test_lucene_queries(self, find: Find) -> None:
        assert {query: find(query) for query, _ in LUCENE} == dict(LUCENE)

    def test_the_same_as_filters(self, find: Find) -> None:
        assert {query: find(fq=[query]) for query, _ in LUCENE} == dict(LUCENE)

    def test_plain_questions_in_spanish(self, find: Find) -> None:
        assert {query: find(query, **PLAIN) for query, _ in SPANISH} == dict(SPANISH)

    def test_edismax_knows_fields(self, find: Find) -> None:
        extended = {**PLAIN, "defType": "edismax"}
        assert find("title:agua", **extended) == ["agua"]
        assert find("agua (organization:mmaya OR organization:ine)", **extended) == ["agua"]
        assert find("agua (", **extended) == ["agua"]

    def test_fields_of_the_question(self, find: Find) -> None:
        assert find("municipio", **{**PLAIN, "qf": "title"}) == []
        assert find("municipio", **{**PLAIN, "qf": "title notes^2"}) == ["agua"]
        assert find("mmaya", **{**PLAIN, "qf": "organization"}) == ["agua"]

    @pytest.mark.parametrize(
        ("sort", "names"),
        [
            ("name asc", ["agua", "minas", "ninez", "salud"]),
            ("name desc", ["salud", "ninez", "minas", "agua"]),
            ("title_string asc", ["agua", "minas", "ninez", "salud"]),
            ("title asc", ["agua", "minas", "ninez", "salud"]),
            ("metadata_modified desc", ["minas", "agua", "ninez", "salud"]),
            ("metadata_created asc, name desc", ["agua", "salud", "ninez", "minas"]),
            ("views_total desc, name asc", ["agua", "minas", "ninez", "salud"]),
            ("views_total asc, name asc", ["minas", "agua", "ninez", "salud"]),
            ("cobertura_date asc, name asc", ["minas", "agua", "ninez", "salud"]),
            ("organization desc, name asc", ["salud", "agua", "minas", "ninez"]),
            ("frecuencia desc, name asc", ["minas", "agua", "ninez", "salud"]),
            ("score desc, name asc", ["agua", "minas", "ninez", "salud"]),
            ("unknown_key asc, name desc", ["salud", "ninez", "minas", "agua"]),
        ],
    )
    def test_orders(self, find: Find, sort: str, names: list[str]) -> None:
        assert find(sort=sort) == names

    def test_the_title_weighs_more_than_the_notes(self, add: Add, find: Find) -> None:
        add("z-title", title="Regalías departamentales")
        assert find("regalías", sort="score desc", **PLAIN) == ["z-title", "minas"]
        assert find("regalías", sort="score desc", **{**PLAIN, "qf": "title^0.1 notes^9"}) == ["minas", "z-title"]

    def test_boosts_and_functions_move_the_order(self, find: Find) -> None:
        both = "organization:mmaya OR organization:ine^5"
        assert find(both, sort="score desc, name asc")[:2] == ["minas", "ninez"]
        assert find(bf="views_total", sort="score desc, name asc")[:2] == ["agua", "minas"]
        newest = "recip(ms(NOW,metadata_modified),3.16e-11,1,1)^10"
        assert find(bf=newest, sort="score desc") == ["minas", "agua", "ninez", "salud"]
        assert find(boost=["sub(1,div(views_total,1000))"], sort="score desc, name asc")[-1] == "agua"

    def test_pages(self, index: PostgresConnection) -> None:
        pages = [index.search("*:*", sort="score desc", rows=1, start=at, fl="name") for at in range(5)]
        assert [page.hits for page in pages] == [4] * 5
        assert sorted(doc["name"] for page in pages for doc in page) == ALL
        assert index.search("*:*", rows=0).hits == 4

    def test_facets(self, index: PostgresConnection) -> None:
        fields = ["organization", "tags", "res_format", "nothing"]
        asked: dict[str, Any] = {"facet": "true", "facet.field": fields, "facet.limit": 50, "facet.mincount": 1}
        found = index.search("*:*", fq="-name:salud", rows=0, **asked)
        assert found.hits == 3
        counted = found.facets["facet_fields"]
        assert counted["organization"] == ["ine", 2, "mmaya", 1]
        assert counted["res_format"] == ["CSV", 2, "XLSX", 1]
        assert counted["nothing"] == []
        assert index.search("*:*", **{**asked, "facet.limit": 1}).facets["facet_fields"]["organization"] == ["ine", 2]
        many = index.search("*:*", **{**asked, "facet.mincount": 2}).facets["facet_fields"]
        assert many["organization"] == ["ine", 2] and many["tags"] == []
        assert len(index.search("*:*", **{**asked, "facet.limit": -1}).facets["facet_fields"]["tags"]) == 12
        assert index.search("*:*", **{**asked, "facet": "false"}).facets == {}

    def test_facets_without_matches_show_only_what_may_be_seen(self, index: PostgresConnection) -> None:
        asked: dict[str, Any] = {"facet": "true", "facet.field": ["organization"], "facet.mincount": 0}
        visible = '+permission_labels:("public")'
        found = index.search("*:*", fq=["name:agua", visible], **asked).facets["facet_fields"]["organization"]
        assert found == ["mmaya", 1, "ine", 0]

    def test_fields_of_an_answer(self, index: PostgresConnection) -> None:
        (doc,) = index.search("name:agua", fl="*").docs
        assert doc["tags"] == ["agua", "medio ambiente"]
        assert doc["metadata_modified"] == datetime(2026, 3, 1, 10)
        assert "permission_labels" not in doc and "frecuencia" not in doc
        (doc,) = PostgresConnection(decode_dates=False).search("name:agua", fl="id,metadata_modified score").docs
        assert set(doc) == {"id", "metadata_modified", "score"}
        assert doc["metadata_modified"] == "2026-03-01T10:00:00.000Z"
        (doc,) = index.search("name:agua", fl=["extras_*"]).docs
        assert doc == {"extras_frecuencia": "anual"}

    @pytest.mark.parametrize(
        "query",
        [
            "title:(",
            "[1 TO",
            "metadata_modified:[x TO y]",
            "views_total:x",
            "/re/",
            "data_dict:x",
            "{!knn f=v}x",
            "text:[a TO b]",
        ],
    )
    def test_what_cannot_be_answered_is_a_clear_error(self, index: PostgresConnection, query: str) -> None:
        with pytest.raises(SearchQueryError) as caught:
            index.search(query)
        assert "«" in str(caught.value) or "admite" in str(caught.value)
        assert index.search("*:*").hits == 4

    def test_overflow_is_a_clear_error(self, index: PostgresConnection) -> None:
        with pytest.raises(SearchQueryError):
            index.search("*:*", bf="product(1e300,1e300)")
        assert index.search("*:*").hits == 4

    def test_a_slow_search_is_stopped(self, index: PostgresConnection, monkeypatch: pytest.MonkeyPatch) -> None:
        import sqlalchemy as sa

        from ckanext.gobierno_abierto.search import answer

        def slow(connection: Any, *_arguments: Any) -> Any:
            return connection.execute(sa.text("SELECT pg_sleep(5)"))

        monkeypatch.setitem(config, "gobierno_abierto.search.timeout", 0.05)
        monkeypatch.setattr(answer, "answer", slow)
        with pytest.raises(SearchQueryError, match="tardó más"):
            index.search("*:*")
        monkeypatch.undo()
        assert index.search("*:*").hits == 4

    def test_the_time_limit_ends_with_the_search(self, index: PostgresConnection) -> None:
        import ckan.model as model
        import sqlalchemy as sa

        before = model.Session.execute(sa.text("SHOW statement_timeout")).scalar()
        index.search("*:*")
        assert model.Session.execute(sa.text("SHOW statement_timeout")).scalar() == before

    def test_other_sites(self, add: Add, index: PostgresConnection, find: Find) -> None:
        add("other", index_id="key-other", site_id="elsewhere")
        assert find(f'+site_id:"{config["ckan.site_id"]}"') == ALL
        index.delete(q=f'+site_id:"{config["ckan.site_id"]}"')
        assert find() == ["other"]

    def test_deleting(self, index: PostgresConnection, find: Find) -> None:
        index.delete(q='+entity_type:package AND +(id:"id-agua" OR name:"id-agua")')
        index.delete(id="key-minas")
        assert find() == ["ninez", "salud"]
        with pytest.raises(SearchIndexError):
            index.delete(q="(")

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(HOSTILE)
    def test_no_question_breaks_the_engine(self, index: PostgresConnection, text: str) -> None:
        for parameters in (
            {"q": text},
            {"q": text, **PLAIN},
            {"q": text, **PLAIN, "defType": "edismax"},
            {"q": "*:*", "fq": [text]},
            {"q": "*:*", "sort": text or "name asc"},
            {"q": "*:*", "facet": "true", "facet.field": [text, "tags"], "fl": text},
        ):
            try:
                found = index.search(**parameters)
            except SearchQueryError as error:
                assert str(error)
            else:
                assert found.hits <= 4
