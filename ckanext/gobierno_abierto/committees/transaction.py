"""Several API actions as one transaction: each of them commits, and nothing is kept unless all of them end well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ckan.model as model
from sqlalchemy.engine import Connection


@contextmanager
def all_or_nothing(keep: bool = True) -> Iterator[None]:
    """Inside, a commit of CKAN's session only ends a savepoint; at the end everything is kept, or undone.

    An error undoes everything, and so does `keep=False` (a rehearsal). For commands: the process's session is
    bound to one connection meanwhile. It nests in a connection that is already in a transaction.
    """
    model.Session.commit()
    bound = model.Session.get_bind()
    outer = bound if isinstance(bound, Connection) else None
    model.Session.remove()
    connection = outer or model.meta.engine.connect()  # type: ignore[union-attr]
    transaction = connection.begin_nested() if outer else connection.begin()
    if not outer:
        model.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
    try:
        yield
        model.Session.commit()
        model.Session.remove()
        if keep:
            transaction.commit()
        else:
            transaction.rollback()
    except BaseException:
        model.Session.remove()
        if transaction.is_active:
            transaction.rollback()
        raise
    finally:
        if not outer:
            connection.close()
            model.Session.configure(bind=model.meta.engine, join_transaction_mode="conditional_savepoint")
