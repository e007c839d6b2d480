"""The one place where CKAN's search is led to our engine.

CKAN has no plugin interface for the search engine: everything goes through `ckan.lib.search.common.make_connection`,
which is bound to Solr. ckan/ckan issues 7552 and 8441 ask for an interface; the day CKAN has one, this module goes.

What is installed stays for the life of the process, as CKAN's own functions do: which engine answers is looked up in
the configuration at every call, so unloading the plugin (CKAN's test suite does it) or switching the engine needs no
second step. With `gobierno_abierto.search.engine = solr` every call reaches CKAN's own function.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.lib.search as search
import ckan.logic as logic
import ckan.model as model
from ckan.common import config
from ckan.lib.search import common

from . import schema, sync
from .postgres import PostgresConnection

log = logging.getLogger(__name__)

ENGINE = "gobierno_abierto.search.engine"
#: CKAN validates that there is an address of Solr; where there is no Solr this says so.
NO_SOLR = "http://sin-solr.invalid"


def active() -> bool:
    """Does the index live in PostgreSQL?"""
    # Not config.get(): while the plugin is unloaded that logs, at every search, that nobody declares the option.
    return ENGINE not in config or config[ENGINE] == "postgres"


def without_solr(settings: Any) -> None:
    """Fill in the address that CKAN requires, so that a portal without Solr needs no `solr_url` in its ini."""
    if active() and not settings.get("solr_url"):
        settings["solr_url"] = NO_SOLR


def install() -> None:
    """Lead CKAN's search to our engine; further calls change nothing."""
    if getattr(common.make_connection, "leads_to_postgres", False):
        return
    _replace("make_connection", common.make_connection, _make_connection)
    _replace("is_available", common.is_available, _is_available)
    _replace("check_solr_schema_version", search.check_solr_schema_version, _check_schema)
    _replace("clear", search.clear, _clear)
    _replace(
        "package_show_default_and_custom_schemas",
        logic.package_show_default_and_custom_schemas,
        _show_what_is_written,
    )
    search._INDICES["package"] = sync.PackageIndex
    sync.listen(active)
    _prepare_with_database()
    os.register_at_fork(after_in_child=_own_connections)


def _replace(name: str, original: Callable[..., Any], make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put ours in the place of `original`, in every module that has imported it by name.

    Only CKAN's own function is replaced: another object that happens to have the name stays.
    """
    ours = wraps(original)(make(original))
    ours.leads_to_postgres = True  # type: ignore[attr-defined]
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(name) is original:
            setattr(module, name, ours)


def _make_connection(original: Callable[..., Any]) -> Callable[..., Any]:
    def make_connection(decode_dates: bool = True) -> Any:
        return PostgresConnection(decode_dates) if active() else original(decode_dates)

    return make_connection


def _is_available(original: Callable[..., Any]) -> Callable[..., Any]:
    def is_available() -> bool:
        if not active():
            return original()
        try:
            return PostgresConnection().is_ready()
        except Exception:
            log.exception("The search index cannot be reached")
            return False

    return is_available


def _check_schema(original: Callable[..., Any]) -> Callable[..., Any]:
    def check_solr_schema_version(schema_file: str | None = None) -> bool:
        # CKAN asks at every start, before it has a database connection: there is no Solr schema to look at.
        if active() and schema_file is None:
            return True
        return original(schema_file)

    return check_solr_schema_version


def _clear(original: Callable[..., Any]) -> Callable[..., Any]:
    def clear(package_reference: str) -> None:
        # `ckan search-index clear NAME` and `clear-orphans` leave the commit to the engine.
        original(package_reference)
        if active():
            model.Session.commit()

    return clear


def _show_what_is_written(original: Callable[..., Any]) -> Callable[..., Any]:
    def package_show_default_and_custom_schemas(context: Any, id_: str) -> Any:
        # What is indexed must be what the transaction will commit, so pending changes are written first.
        if active():
            sync.about_to_show(id_)
        return original(context, id_)

    return package_show_default_and_custom_schemas


def _prepare_with_database() -> None:
    """Whoever lets CKAN create its tables (`model.repo.init_db`, CKAN's tests) gets the index's table too."""
    original = model.repo.init_db

    @wraps(original)
    def init_db() -> None:
        fresh = not model.repo.tables_created_and_initialised
        original()
        if fresh and active():
            schema.upgrade()

    model.repo.init_db = init_db  # type: ignore[method-assign]


#: The parent's sessions, kept from being collected: closing them would write to a socket that the parent uses.
_INHERITED: list[Any] = []


def _own_connections() -> None:
    """A forked process (`ckan search-index rebuild-fast`, a preloading web server) opens connections of its own.

    Two processes that index over one inherited connection read each other's answers.
    """
    if model.meta.engine is not None:
        if model.Session.registry.has():
            _INHERITED.append(model.Session())
            model.Session.registry.clear()
        model.meta.engine.dispose(close=False)
