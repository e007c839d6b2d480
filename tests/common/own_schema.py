"""Tables that real, committed transactions may write: for tests of what happens at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import ckan.model as model
import sqlalchemy as sa


@contextmanager
def own_schema(table: str) -> Iterator[None]:
    """Inside, CKAN's sessions, in every thread, see an empty copy of the table in a schema that is dropped afterwards.

    The copy has no triggers. The test's own transaction must hold no lock on the table.
    """
    name = f"own_{uuid4().hex}"
    engine = model.meta.engine
    assert engine is not None
    elsewhere = sa.create_engine(engine.url, connect_args={"options": f"-csearch_path={name},public"}, pool_size=8)
    bound = dict(model.Session.session_factory.kw)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
        connection.execute(sa.text(f"CREATE TABLE {name}.{table} (LIKE public.{table} INCLUDING ALL)"))
    model.Session.remove()
    model.Session.configure(bind=elsewhere, join_transaction_mode="conditional_savepoint")
    try:
        yield
    finally:
        model.Session.remove()
        model.Session.configure(**bound)
        elsewhere.dispose()
        with engine.begin() as connection:
            connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))
