"""The one door of a resource's file: every create, update, patch and revise goes through `get_resource_uploader`."""

from __future__ import annotations

import datetime as dt
import errno
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib import files, uploader
from ckan.lib.uploader import FKResourceUpload, ResourceUpload
from werkzeug.datastructures import FileStorage

from ..common.clock import now, now_naive
from ..common.errors import as_ckan
from . import placing
from .intake import FileFacts, inspect, recorded_format
from .problems import FileProblem

MB = 1 << 20


def max_bytes() -> int:
    """Largest file in bytes, from `ckan.max_resource_size` (MB)."""
    return int(tk.config["ckan.max_resource_size"]) * MB


def language() -> str:
    """Language of the messages' details: `es` or `en`."""
    try:
        return "en" if tk.h.lang() == "en" else "es"
    except (RuntimeError, TypeError, AttributeError):
        return "es"


def inspected(upload: Any, name: str | None = None) -> FileFacts:
    """Facts of an uploaded file; tk.ValidationError when it is refused."""
    try:
        return inspect(upload.stream, name or upload.filename or "", max_bytes=max_bytes(), language=language())
    except FileProblem as problem:
        raise as_ckan(problem) from problem


def take(resource: dict[str, Any]) -> FileFacts | None:
    """Inspect the file of a resource dict and record its facts there; None when it brings no file."""
    upload = resource.get("upload")
    if isinstance(upload, (str, bytes)) and upload:
        message = tk._("El campo upload debe llevar un archivo (multipart/form-data), no texto.")
        raise tk.ValidationError({"upload": [message]})
    if not upload or not isinstance(upload, FileStorage):
        return None
    facts = inspected(upload)
    resource.update(
        url=facts.name,
        url_type="upload",
        format=recorded_format(facts.format, resource.get("format")),
        mimetype=facts.mimetype,
        size=facts.size,
        hash=facts.sha256,
        hash_algorithm="sha256",
    )
    upload.filename = facts.name
    return facts


def forget(resource_id: str) -> None:
    """A link replaced the file: its size, type and hash no longer hold; the caller commits.

    CKAN keeps a field that a sender leaves out, so the saved row itself is cleared.
    """
    row = model.Resource.get(resource_id)
    if row is not None:
        row.hash, row.mimetype, row.size = "", None, None
        row.extras = {name: value for name, value in row.extras.items() if name != "hash_algorithm"}


class PortalUpload(ResourceUpload):
    """Files below `ckan.storage_path`, put in place when the database commits."""

    def __init__(self, resource: dict[str, Any]) -> None:
        facts = take(resource)
        super().__init__(resource)
        self.facts = facts
        if facts:
            self.filename, self.mimetype, self.filesize = facts.name, facts.mimetype, facts.size
            resource["last_modified"] = now_naive()

    def upload(self, id: str, max_size: int = 10) -> None:
        """Keep the file ready for the commit. Raises tk.ValidationError when the disk refuses it."""
        if not self.storage_path:
            return
        target = Path(self.get_path(id))
        if self.filename:
            try:
                placing.place(self.upload_file, target)  # type: ignore[arg-type]
            except OSError as error:
                raise disk_refused(error) from error
            finally:
                self.upload_file.close()  # type: ignore[union-attr]
        elif self.clear:
            forget(id)
            placing.remove(target)


def disk_refused(error: OSError) -> Exception:
    """The refusal of an upload that the disk did not take."""
    message = tk._(
        "El portal no pudo guardar el archivo. No se guardó nada; inténtelo otra vez o avise al administrador."
    )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message = tk._("El portal no tiene espacio para guardar el archivo. No se guardó nada; avise al administrador.")
    return tk.ValidationError({"upload": [message]})


class PortalStorageUpload(FKResourceUpload):
    """Files in a configured storage (`ckan.files.default_storages.resource`), such as S3."""

    def __init__(self, resource: dict[str, Any]) -> None:
        facts = take(resource)
        super().__init__(resource)
        if facts:
            self.filename, self.mimetype, self.filesize = facts.name, facts.mimetype, facts.size

    def upload(self, id: str, max_size: int = 10) -> None:
        """Hand the file to the storage."""
        super().upload(id, max_size)
        if self.clear and not self.filename:
            forget(id)


def resource_uploader(resource: dict[str, Any]) -> ResourceUpload | FKResourceUpload:
    """The uploader for this installation's storage."""
    try:
        files.get_storage(tk.config["ckan.files.default_storages.resource"])
    except files.exc.UnknownStorageError:
        return PortalUpload(resource)
    return PortalStorageUpload(resource)


def stored_path(resource_id: str) -> Path | None:
    """Where a resource's file is on this machine, or None when it is elsewhere or missing."""
    upload = uploader.get_resource_uploader({"id": resource_id})
    if not isinstance(upload, PortalUpload) or not upload.storage_path:
        return None
    path = Path(upload.get_path(resource_id))
    return path if path.is_file() else None


def day_ago() -> float:
    """Seconds since 1970, one day ago: a copy that waits longer belongs to no running request."""
    return (now() - dt.timedelta(days=1)).timestamp()
