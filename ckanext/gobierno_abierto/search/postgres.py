"""The `postgres` engine: the index is a table of CKAN's own database, written in the dataset's own transaction.

It uses CKAN's session, so a search sees what the caller has written and not yet committed, and everybody else sees
dataset and index change in the same moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import ckan.model as model
import sqlalchemy as sa
from ckan.common import config
from ckan.lib.search.common import SearchError, SearchIndexError, SearchQueryError
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from ckanext.gobierno_abierto.common.clock import now
from ckanext.gobierno_abierto.common.errors import Fragment, PortalError

from . import answer
from .backend import Results
from .document import document
from .errors import BadParameter, NoIndex, TooSlow
from .query.conditions import Builder
from .query.dates import written
from .query.parser import parse
from .query.request import request
from .statements import filled, named_sql

log = logging.getLogger(__name__)

_SQL = named_sql("queries.sql")
_UNDEFINED_TABLE, _QUERY_CANCELED, _BAD_DATA = "42P01", "57014", "22"
_TIMEOUT = "gobierno_abierto.search.timeout"
_T = TypeVar("_T")


class PostgresConnection:
    """CKAN's search connection on PostgreSQL. `decode_dates`: dates of answers are datetimes, not text."""

    def __init__(self, decode_dates: bool = True) -> None:
        self.decode_dates = decode_dates

    @property
    def url(self) -> str:
        """Where the index is, for messages; never with the password."""
        return f"{model.Session.get_bind().engine.url!r}#gobierno_abierto_search_document"

    def search(self, q: str = "*:*", search_handler: str | None = None, **parameters: Any) -> Results:
        """Answer a search with Solr's parameters.

        Raises SearchQueryError when the question cannot be answered as it stands (syntax, unsupported feature, too
        slow), SearchError when the index cannot.
        """
        try:
            wanted = request({"q": q, **parameters})
            return self._in_time(lambda connection: answer.answer(connection, wanted, now(), self.decode_dates))
        except NoIndex as error:
            raise SearchError(error.message) from error
        except PortalError as error:
            raise SearchQueryError(error.message) from error

    def add(self, docs: Sequence[Mapping[str, Any]], commit: bool | None = None, **_options: Any) -> None:
        """Write documents in the session's transaction.

        With `commit`, a transaction that has written nothing else is committed; any other is left to the caller, who
        commits dataset and index together. Raises SearchIndexError.
        """
        moment = written(now())
        try:
            rows = [asdict(document({"indexed_ts": moment, **item})) for item in docs]
        except ValueError as error:
            raise SearchIndexError(str(error)) from error
        model.Session.flush()
        alone = bool(commit) and self._writing(_nothing_written)
        self._writing(lambda connection: connection.execute(sa.text(_SQL["put"]), rows) if rows else None)
        if alone:
            model.Session.commit()

    def delete(self, q: str | None = None, id: str | None = None, commit: bool | None = None, **_options: Any) -> None:
        """Take away documents in the session's transaction, which the caller commits. Raises SearchIndexError."""
        question = q if q is not None else f'index_id:"{id}"'
        builder = Builder(now())
        try:
            where = builder.where([parse(question)])
        except PortalError as error:
            raise SearchIndexError(error.message) from error
        statement = sa.text(filled(_SQL["remove"], where=where))
        self._writing(lambda connection: connection.execute(statement, builder.binds.values))

    def commit(self, **_options: Any) -> None:
        """Make what the session has written final, index and datasets alike."""
        model.Session.commit()

    def is_ready(self) -> bool:
        """Is the table of the index there?"""
        return bool(model.Session.connection().execute(sa.text(_SQL["has_table"])).scalar())

    def _writing(self, work: Callable[[Connection], _T]) -> _T:
        try:
            return work(model.Session.connection())
        except DBAPIError as error:
            raise SearchIndexError(_told(error).message) from error

    def _in_time(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` under the configured time limit; a failure leaves the caller's transaction usable."""
        connection = model.Session.connection()
        seconds = float(config[_TIMEOUT]) if _TIMEOUT in config else 10.0
        savepoint = connection.begin_nested()
        try:
            limits = {"milliseconds": str(int(seconds * 1000))}
            before = connection.execute(sa.text(_SQL["limit_time"]), limits).scalar_one()
            found = work(connection)
            connection.execute(sa.text(_SQL["restore_time"]), {"before": before})
        except DBAPIError as error:
            savepoint.rollback()
            raise _told(error, seconds) from error
        except BaseException:
            savepoint.rollback()
            raise
        savepoint.commit()
        return found


def _nothing_written(connection: Connection) -> bool:
    nested = connection.in_nested_transaction()
    return not nested and bool(connection.execute(sa.text(_SQL["is_first_write"])).scalar())


def _told(error: DBAPIError, seconds: float = 0) -> PortalError:
    """What a failure of the database means to the asker."""
    code = getattr(error.orig, "pgcode", None) or ""
    if code == _UNDEFINED_TABLE:
        return NoIndex()
    if code == _QUERY_CANCELED:
        return TooSlow(seconds=f"{seconds:g}")
    if code.startswith(_BAD_DATA):
        return BadParameter(name="q", value="…", expected=Fragment("un número o una fecha no se puede calcular"))
    log.error("Search index failed: %s", error)
    return PortalError(detail=Fragment("El índice de búsqueda no respondió; consulte el registro del servidor"))
