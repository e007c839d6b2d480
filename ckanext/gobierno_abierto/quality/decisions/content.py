"""The content that a decision is about: its resource, dataset and report, and its file on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from .. import jobs, reading_reports, reports
from ..problems import MissingFile
from .auth import package_of
from .errors import FileChanged, LinkedFile, NotCheckedYet, UnknownFinding, UnknownResource, UnknownVersion
from .gate import findings
from .masking import is_data


@dataclass(frozen=True)
class Content:
    """A content of a resource; `row` is its row of quality_report, None when nothing was ever checked."""

    resource_id: str
    package: Any
    row: Any

    @property
    def name(self) -> str:
        """What the file is called."""
        return str(self.row.source.get("name") or self.resource_id) if self.row is not None else self.resource_id

    @property
    def report(self) -> dict[str, Any] | None:
        """The finished report, or None."""
        return self.row.report if self.row is not None and self.row.state == reports.DONE else None

    @property
    def is_link(self) -> bool:
        """Whether the file is elsewhere."""
        return self.row is not None and bool(self.row.source.get("url"))

    @property
    def dictionary(self) -> Any:
        """The data dictionary that goes with the content, as it is kept."""
        if self.row is not None and "columns" in self.row.source:
            return self.row.source["columns"]
        resource = model.Session.get(model.Resource, self.resource_id)
        return (resource.extras or {}).get("columns") if resource is not None else None

    def was_uploaded_by(self, user: Any) -> bool:
        """Whether this user (a model.User) uploaded the file."""
        return self.row is not None and self.row.source.get("uploaded_by") in (user.id, user.name)

    def finding(self, column: str, kind: str) -> dict[str, Any]:
        """What the report says of this kind in this column. Raises NotCheckedYet, UnknownFinding."""
        for _table, finding in findings(self.checked()):
            if (finding["column"], finding["kind"]) == (column, kind):
                return dict(finding)
        shown = "…" if is_data(column) else column
        raise UnknownFinding(field="column", column=shown[:100], kind=kind[:100])

    def checked(self) -> dict[str, Any]:
        """The finished report. Raises NotCheckedYet."""
        if self.report is None:
            raise NotCheckedYet(name=self.name)
        return self.report

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The file that was checked. Raises LinkedFile, FileChanged."""
        assert self.row is not None
        if self.is_link:
            raise LinkedFile(name=self.name)
        if self.row.source.get("path"):
            # Joining an absolute path gives it as it is.
            path = Path(tk.config["ckan.storage_path"]) / self.row.source["path"]
            if not path.is_file():
                raise FileChanged(name=self.name)
            yield path
            return
        self.refuse_changed()
        try:
            with jobs.on_disk({"id": self.resource_id, "url_type": "upload"}) as path:
                yield path
        except MissingFile as error:
            raise FileChanged(name=self.name) from error

    def refuse_changed(self) -> None:
        """Raises FileChanged when the resource has another content by now than the one of the report."""
        session = model.Session()
        session.expire_all()
        resource = session.get(model.Resource, self.resource_id)
        present = reading_reports.choose(reports.of_resource(self.resource_id), self.resource_id, None, True)
        same = present is not None and (present.subject, present.content) == (self.row.subject, self.row.content)
        if same and self.row.subject == self.resource_id:
            known = {name: getattr(resource, name, None) for name in jobs.FIELDS}
            same = resource is not None and jobs.content_key(known) == self.row.content
        if not same:
            raise FileChanged(name=self.name)


def content_of(data_dict: dict[str, Any]) -> Content:
    """The content that a caller names: `version`, else what waits, else what is live.

    Raises UnknownResource, UnknownVersion.
    """
    resource_id = str(tk.get_or_bust(data_dict, "id"))
    package = package_of(resource_id)
    if package is None:
        raise UnknownResource(id=resource_id.replace("\x00", "")[:100])
    version = str(data_dict["version"]) if data_dict.get("version") else None
    row = reading_reports.choose(reports.of_resource(resource_id), resource_id, version, True)
    if row is None and version:
        raise UnknownVersion(version=version[:100])
    return Content(resource_id, package, row)
