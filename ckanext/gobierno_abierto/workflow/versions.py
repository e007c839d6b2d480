"""File versions: every upload is a new file that is never written again, and a pointer says which one is live.

The pointer is a row, changed in the transaction that publishes: a download gives the old file or the new one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ..common.clock import now
from ..files.interfaces import PortalUpload, disk_refused, keep, remove, resource_uploader
from . import records, state

FOLDER = "versiones"


def path_of(version: Any) -> Path:
    """Where a file version is on this machine."""
    return Path(tk.config["ckan.storage_path"]) / version.path


def uploader_of(resource: dict[str, Any]) -> Any:
    """The uploader of a resource's file; storages other than a folder keep CKAN's way."""
    if isinstance(resource_uploader({}), PortalUpload):
        return VersionedUpload(resource)
    if state.saving() is not None and resource.get("upload"):
        # Such a storage has one place a resource: the proposed file would be public at once.
        message = tk._(
            "El almacenamiento de este portal no guarda dos versiones de un archivo. Agregue el archivo como un "
            "recurso nuevo con un enlace, o pida al operador que use una carpeta (docs/operators/workflow.md)."
        )
        raise tk.ValidationError({"upload": [message]})
    return resource_uploader(resource)


class VersionedUpload(PortalUpload):
    """A resource's file: read where the pointer leads, written beside what was there."""

    def __init__(self, resource: dict[str, Any]) -> None:
        super().__init__(resource)
        if self.clear and not self.filename:
            # Before the validation, which deduces the link's own media type.
            resource.update(hash="", mimetype="", size=None)
            resource.pop("hash_algorithm", None)

    def get_path(self, id: str) -> str:
        """The live version; where CKAN itself would have put it when the workflow never saw an upload."""
        version = records.row("live_file", resource_id=id)
        return str(path_of(version)) if version else super().get_path(id)

    def upload(self, id: str, max_size: int = 10) -> None:
        """Keep the upload: for a proposal when its rehearsal is over, else at once. Raises tk.ValidationError."""
        if not self.storage_path:
            return
        current = state.saving()
        if self.filename and current:
            current.uploads[id] = self
        elif self.filename:
            version_id = self.store(id, package_of(id))
            records.run("point_file", resource_id=id, file_id=version_id)
        elif self.clear:
            _forget_facts(model.Session.get(model.Resource, id))
            if current:
                current.cleared.add(id)
            else:
                records.run("unpoint_file", resource_id=id)

    def store(self, resource_id: str, package_id: str) -> str:
        """Write the file to its place, with its row; the id of the version. Raises tk.ValidationError."""
        version_id = records.new_id()
        place = Path(FOLDER, version_id[:2], version_id[2:4], version_id)
        try:
            keep(self.upload_file, Path(tk.config["ckan.storage_path"]) / place)  # type: ignore[arg-type]
        except OSError as error:
            raise disk_refused(error) from error
        finally:
            self.upload_file.close()  # type: ignore[union-attr]
        assert self.facts is not None
        records.run(
            "add_file",
            id=version_id,
            package_id=package_id,
            resource_id=resource_id,
            path=str(place),
            filename=self.facts.name,
            format=self.facts.format,
            mimetype=self.facts.mimetype,
            size=self.facts.size,
            sha256=self.facts.sha256,
            uploaded_by=state.actor(),
            at=now(),
        )
        return version_id


def forget_files(package: Any, resources: list[dict[str, Any]]) -> None:
    """Before a save of these resources: those that were files and are links lose what the row says of the file.

    CKAN keeps what a sender leaves out, also of a file that the sent version does not have any more.
    """
    sent = {str(resource.get("id") or ""): resource for resource in resources}
    for row in package.resources:
        if row.url_type == "upload" and sent.get(row.id, {}).get("url_type", "upload") != "upload":
            _forget_facts(row)


def _forget_facts(row: Any) -> None:
    if row is not None:
        row.hash, row.mimetype, row.size = "", row.mimetype if row.url_type != "upload" else None, None
        row.extras = {name: value for name, value in row.extras.items() if name != "hash_algorithm"}


def package_of(resource_id: str) -> str:
    """The dataset of a resource that is being saved."""
    found = model.Session.get(model.Resource, resource_id)
    return str(found.package_id) if found else ""


def adopt_existing(resource: Any, at: Any) -> str | None:
    """A file version for a file that CKAN put in its place before; None when there is no such file."""
    upload = PortalUpload({"id": resource.id})
    path = Path(upload.get_path(resource.id))
    if not path.is_file():
        return None
    version_id = records.new_id()
    records.run(
        "add_file",
        id=version_id,
        package_id=resource.package_id,
        resource_id=resource.id,
        path=str(path.relative_to(Path(tk.config["ckan.storage_path"]))),
        filename=str(resource.url or "").rpartition("/")[2] or resource.id,
        format=resource.format or "",
        mimetype=resource.mimetype,
        size=path.stat().st_size,
        sha256=resource.hash if len(resource.hash or "") == 64 else None,
        uploaded_by=None,
        at=at,
    )
    records.run("point_file", resource_id=resource.id, file_id=version_id)
    return version_id


def adopt_all(package: Any, at: Any) -> None:
    """File versions for the files of a dataset that the workflow did not know."""
    known = records.live_files(package.id)
    for resource in package.resources:
        if resource.url_type == "upload" and resource.id not in known:
            adopt_existing(resource, at)


def discard_unused(package_id: str, run_id: str) -> None:
    """Remove, at the commit, the files that only this run's revisions have."""
    for version in records.rows("unused_files", package_id=package_id, run_id=run_id):
        records.run("forget_file", id=version.id)
        remove(path_of(version))


def discard_all(package_id: str) -> None:
    """Remove, at the commit, every file of a dataset that is purged."""
    for version in records.rows("package_files", package_id=package_id):
        records.run("forget_file", id=version.id)
        remove(path_of(version))
