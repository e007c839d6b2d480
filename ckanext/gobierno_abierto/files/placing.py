"""An uploaded file reaches its place when, and only when, the database commits.

CKAN copies the file before the commit: when the commit then fails, the old file is gone and the new one describes
nothing. Here the copy waits beside its place under its own name, and the session's end moves it there or removes it.
"""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import ckan.model as model
from sqlalchemy import event
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

PENDING = "gobierno_abierto_files_pending"
#: End of the name of a waiting copy; `ckan gobierno-abierto files sweep` knows it too.
WAITING = ".nuevo~"
CHUNK = 1 << 20


@dataclass
class Move:
    """What to do with `target` at the commit: put `waiting` there, or remove it when `waiting` is None."""

    target: Path
    waiting: Path | None
    transactions: list[Any] = field(default_factory=list)

    def apply(self) -> None:
        if self.waiting is None:
            self.target.unlink(missing_ok=True)
        else:
            os.replace(self.waiting, self.target)

    def discard(self) -> None:
        """Remove the waiting copy, and the folders that were made for it alone."""
        if self.waiting is None:
            return
        self.waiting.unlink(missing_ok=True)
        for folder in (self.target.parent, self.target.parent.parent):
            try:
                folder.rmdir()
            except OSError:
                return


class Kept(Move):
    """A file that already is at a place of its own: it stays at the commit, and goes when the transaction is undone."""

    def apply(self) -> None:
        """Nothing to do."""


def place(stream: IO[bytes], target: Path) -> None:
    """Copy `stream` beside `target` and move it there at the commit. Raises OSError (nothing is left behind)."""
    waiting = target.with_name(f"{target.name}.{uuid.uuid4().hex}{WAITING}")
    _copy(stream, waiting, Move(target, waiting))


def keep(stream: IO[bytes], target: Path) -> None:
    """Copy `stream` to `target`, where nothing is yet; removed when the transaction is undone. Raises OSError.

    A crash before the commit leaves a file that no row names, never a row without its file.
    """
    _copy(stream, target, Kept(target, target))


def _copy(stream: IO[bytes], destination: Path, move: Move) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        stream.seek(0)
        with destination.open("wb") as copy:
            shutil.copyfileobj(stream, copy, CHUNK)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        move.discard()
        raise
    _remember(move)


def remove(target: Path) -> None:
    """Remove `target` at the commit."""
    _remember(Move(target, None))


def _remember(move: Move) -> None:
    session = model.Session()
    if session.get_transaction() is None:
        session.begin()
    transaction = session.get_nested_transaction() or session.get_transaction()
    while transaction is not None:
        move.transactions.append(transaction)
        transaction = transaction.parent
    session.info.setdefault(PENDING, []).append(move)


def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for move in session.info.pop(PENDING, []):
        try:
            move.apply()
        except OSError:
            log.exception("The database was saved but the file %s could not be put in place", move.target)


def _discarded(session: Session, transaction: Any) -> None:
    """A savepoint or the whole transaction was undone."""
    moves: list[Move] = session.info.get(PENDING, [])
    kept = []
    for move in moves:
        if transaction.parent is None or transaction in move.transactions:
            move.discard()
        else:
            kept.append(move)
    if moves:
        session.info[PENDING] = kept


def _ended(session: Session, transaction: Any) -> None:
    """The outermost transaction ended; whatever still waits was never committed (a closed session)."""
    if transaction.parent is None:
        for move in session.info.pop(PENDING, []):
            move.discard()


event.listen(model.Session, "after_commit", _committed)
event.listen(model.Session, "after_soft_rollback", _discarded)
event.listen(model.Session, "after_transaction_end", _ended)


def leftovers(root: Path, older_than: float) -> list[Path]:
    """Waiting copies that a crash left behind, last changed before `older_than` (seconds since 1970)."""
    return [path for path in sorted(root.rglob(f"*{WAITING}")) if path.stat().st_mtime < older_than]
