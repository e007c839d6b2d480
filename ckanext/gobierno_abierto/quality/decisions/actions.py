"""API actions on columns with personal data: see what was found, mask, declare a legal basis, judge it."""

from __future__ import annotations

import hashlib
import hmac
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context
from sqlalchemy import event
from werkzeug.datastructures import FileStorage

from ...common import audit
from ...common.errors import PortalError, as_ckan
from ..personal_data.treatments import require_secret
from . import bases, dictionary, masking
from .auth import judges, writes
from .content import Content, content_of
from .errors import (
    BadTreatments,
    BasisChanged,
    BasisLength,
    LinkedFile,
    NoHeadingRow,
    NoteTooLong,
    OwnBasis,
    OwnFile,
    RefusalWithoutNote,
)
from .shown import notes_on, shown

__all__ = [
    "quality_personal_data_declare",
    "quality_personal_data_decide",
    "quality_personal_data_mask",
    "quality_personal_data_show",
    "quality_personal_data_undeclare",
]

#: Characters of a legal basis, and at most of a note.
LEAST, MOST, NOTE = 20, 2_000, 2_000
_EXAMPLE = '{"cedula": "drop", "nacimiento": "generalise"}'


@contextmanager
def _edge() -> Iterator[None]:
    """The portal's errors become CKAN's, and nothing of the change stays."""
    try:
        yield
    except PortalError as error:
        model.Session.rollback()
        raise as_ckan(error) from error
    except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound):
        model.Session.rollback()
        raise


def _begin(name: str, context: Context, data_dict: dict[str, Any]) -> Content:
    """The content, once the caller may know of it and do this."""
    with _edge():
        content = content_of({**data_dict, "version": None})
        tk.check_access(name, context, data_dict)
        return content_of(data_dict) if data_dict.get("version") else content


def _actor(context: Context) -> Any:
    name = context.get("user")
    return model.User.get(name) if name else None


def _text(data_dict: dict[str, Any], name: str) -> str:
    """A text as PostgreSQL keeps it: no NUL, no halves of surrogate pairs."""
    value = data_dict.get(name)
    kept = str(value if value is not None else "").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return kept.replace("\r\n", "\n").strip()


def _commit(context: Context) -> None:
    if not context.get("defer_commit"):
        model.repo.commit()


@tk.side_effect_free
def quality_personal_data_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The columns in which personal data were found, and what was decided of each.

    :param id: the resource; one that is only in a proposal too
    :param version: a content that waits beside the live one; without it what waits, if anything does
    :returns: ``columns``, each with ``column``, ``table``, ``kind``, ``label``, ``confidence`` (0.5 to 1),
        ``masked_samples``, ``evidence`` (the heaviest first), ``advice``, ``treatments`` (possible for the kind and the
        format), ``decision`` (``none``, ``declared``, ``accepted`` or ``refused``) and ``basis`` (as in ``bases``) or
        None; ``blocking`` (the file cannot be sent yet) and ``pending`` (a reviewer must still judge a basis);
        ``bases`` of every column, of earlier files too; ``can``: what the caller may do; ``subject``, ``proposed``,
        ``state``, ``file`` (``name``, ``format``, ``rewritten``: whether the portal can mask it, ``why_not``)
    """
    content = _begin("quality_personal_data_show", context, data_dict)
    user = _actor(context)
    can = {
        "mask": writes(user, content.package),
        "declare": writes(user, content.package),
        "decide": judges(user, content.package) and not content.was_uploaded_by(user),
    }
    return shown(content, [name for name, allowed in can.items() if allowed])


def quality_personal_data_mask(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Write the file again with columns of personal data removed, hashed or made coarser, and save it as a new upload.

    A CSV or TSV keeps its separator, quotes and line ends and is written in UTF-8; of an XLSX, XLS or ODS one sheet is
    saved as a CSV. Of a public dataset the save is a proposal, as any other.

    :param id: the resource; one that is only in a proposal too
    :param treatments: object of column to ``drop``, ``hash`` or ``generalise``
    :param table: the sheet that is saved (the first by default)
    :param version: as in ``quality_personal_data_show``
    :returns: ``resource`` (as ``resource_patch`` answers it), ``file`` (``name``, ``format``, ``table``, ``rows``),
        ``treated`` (``column``, ``kind``, ``treatment``), ``still_found`` (columns made coarser in which personal data
        are still recognised) and ``notes``: sentences that whoever saved it should read
    """
    content = _begin("quality_personal_data_mask", context, data_dict)
    with _edge(), tempfile.TemporaryDirectory(prefix="ga-mask-") as folder:
        chosen = _treatments(data_dict.get("treatments"))
        report = content.checked()
        if content.is_link:
            raise LinkedFile(name=content.name)
        plan = masking.Plan.of(report, chosen, _text(data_dict, "table") or None)
        target = Path(folder, "archivo")
        secret = secret_of(content.package)
        with content.on_disk() as source:
            written = masking.write(source, content.name, report, plan, target, secret)
        content.refuse_changed()
        resource = _save(context, content, written, target)
    return {
        "resource": resource,
        "file": {"name": written.name, "format": written.format, "table": written.table, "rows": written.rows},
        "treated": [{"column": one.column, "kind": one.kind, "treatment": one.treatment} for one in written.treated],
        "still_found": list(written.still_found),
        "notes": notes_on(written),
    }


def _treatments(given: Any) -> dict[str, str]:
    """Raises BadTreatments."""
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except ValueError:
            given = ()
    if given in (None, ""):
        given = {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise BadTreatments(field="treatments", example=_EXAMPLE)
    return {str(column): value for column, value in given.items()}


def secret_of(package: Any) -> bytes:
    """The secret of the hashes in the files of a dataset's organization, 32 bytes.

    Derived per organization, so that nobody follows a person from one entity's files to another's. Raises WeakSecret.
    """
    key = (tk.config.get("gobierno_abierto.quality.hash_secret") or tk.config.get("SECRET_KEY") or "").encode()
    require_secret(key)
    return hmac.new(key, f"huella {package.owner_org or package.id}".encode(), hashlib.sha256).digest()


def _save(context: Context, content: Content, written: masking.Written, path: Path) -> dict[str, Any]:
    """The written file as the resource's new upload, with its row in the audit log."""
    patch: dict[str, Any] = {"id": content.resource_id}
    columns = dictionary.columns_in(content.dictionary)
    if columns:
        patch["columns"] = dictionary.masked(columns, written.treated)
    if written.sheet or written.uncompressed:
        patch["format"] = written.format.upper()
    treated = [[one.column, one.kind, one.treatment] for one in written.treated]
    details = {"resource_id": content.resource_id, "subject": content.row.subject, "treated": treated}
    with path.open("rb") as stream:
        patch["upload"] = FileStorage(stream, filename=written.name, content_type="application/octet-stream")
        with _with_the_commit(lambda: _record("ocultar_datos", context, content, details)):
            return dict(tk.get_action("resource_patch")(tk.fresh_context(context), patch))


def _record(action: str, context: Context, content: Content, details: dict[str, Any]) -> None:
    audit.record(action, actor=_actor(context), package_id=content.package.id, details=details)


@contextmanager
def _with_the_commit(write: Callable[[], None]) -> Iterator[None]:
    """`write` just before what happens inside is committed.

    The audit log is locked until the commit, so that its row comes after every other lock of the save: taken earlier,
    it would wait for a dataset that somebody else holds while they wait for the log.
    """
    session, pending = model.Session(), [write]

    def before(_session: Any) -> None:
        if pending and not session.in_nested_transaction():
            pending.pop()()

    event.listen(session, "before_commit", before)
    try:
        yield
    finally:
        event.remove(session, "before_commit", before)


def quality_personal_data_declare(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Declare the legal basis on which a column with personal data is published; a reviewer judges it.

    It holds for this kind of data in this column of the resource, in its later files too. It replaces a basis that was
    refused or that nobody has judged; an accepted one must be withdrawn first.

    :param id: the resource; one that is only in a proposal too
    :param column: as the report names it
    :param kind: of the personal data, as the report names it
    :param basis: 20 to 2,000 characters
    :param version: as in ``quality_personal_data_show``
    :returns: what ``quality_personal_data_show`` answers
    """
    content = _begin("quality_personal_data_declare", context, data_dict)
    with _edge():
        column, kind = _named(content, data_dict)
        content.finding(column, kind)
        basis = _text(data_dict, "basis")
        if not LEAST <= len(basis) <= MOST:
            raise BasisLength(field="basis", length=len(basis), least=LEAST, most=MOST)
        user = _actor(context)
        bases.declare(content.package.id, content.resource_id, column, kind, basis, user.id if user else "")
        _record("declarar_base", context, content, _which(content, column, kind))
        _commit(context)
    return _now(context, data_dict)


def quality_personal_data_undeclare(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Withdraw the legal basis of a column, whether it was judged or not.

    :param id: the resource
    :param column: as the basis names it
    :param kind: as the basis names it
    :returns: what ``quality_personal_data_show`` answers
    """
    content = _begin("quality_personal_data_undeclare", context, data_dict)
    with _edge():
        column, kind = _text(data_dict, "column"), _text(data_dict, "kind")
        bases.withdraw(content.resource_id, column, kind)
        _record("retirar_base", context, content, _which(content, column, kind))
        _commit(context)
    return _now(context, data_dict)


def quality_personal_data_decide(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Accept or refuse a declared legal basis; a later decision replaces an earlier one.

    Never who declared it, who uploaded the file, or an editor or administrator of the entity (but a sysadmin).

    :param id: the resource
    :param column: as the basis names it
    :param kind: as the basis names it
    :param accepted: true or false
    :param note: why; needed for a refusal
    :param declared_at: of the basis that was read: another one is not judged in its place
    :param version: as in ``quality_personal_data_show``
    :returns: what ``quality_personal_data_show`` answers
    """
    content = _begin("quality_personal_data_decide", context, data_dict)
    with _edge():
        column, kind = _text(data_dict, "column"), _text(data_dict, "kind")
        accepted = tk.asbool(tk.get_or_bust(data_dict, "accepted"))
        basis = bases.locked(content.resource_id, column, kind)
        user = _actor(context)
        _four_eyes(content, basis, user)
        if data_dict.get("declared_at") and data_dict["declared_at"] != basis.declared_at.isoformat():
            raise BasisChanged(column=column)
        note = _text(data_dict, "note")
        if not accepted and not note:
            raise RefusalWithoutNote(field="note")
        if len(note) > NOTE:
            raise NoteTooLong(field="note", length=len(note), most=NOTE)
        bases.decide(basis, accepted=accepted, note=note, user_id=user.id if user else "")
        action = "aceptar_base" if accepted else "rechazar_base"
        _record(action, context, content, _which(content, column, kind))
        _commit(context)
    return _now(context, data_dict)


def _four_eyes(content: Content, basis: Any, user: Any) -> None:
    """Raises OwnBasis, OwnFile."""
    if user is not None and user.id == basis.declared_by:
        raise OwnBasis()
    if user is not None and content.was_uploaded_by(user):
        raise OwnFile()


def _named(content: Content, data_dict: dict[str, Any]) -> tuple[str, str]:
    """The column and kind of a finding. Raises NoHeadingRow for a column that is named after a value."""
    column, kind = _text(data_dict, "column"), _text(data_dict, "kind")
    if masking.is_data(column):
        raise NoHeadingRow(field="column", name=content.name)
    return column, kind


def _which(content: Content, column: str, kind: str) -> dict[str, Any]:
    """Of the audit log: the column and the kind, never the text or a value."""
    return {"resource_id": content.resource_id, "column": column, "kind": kind}


def _now(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    asked = {"id": data_dict["id"], "version": data_dict.get("version")}
    return dict(tk.get_action("quality_personal_data_show")(tk.fresh_context(context), asked))
