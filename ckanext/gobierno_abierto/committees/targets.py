"""The objects that the seed makes, at CKAN's edge: find, read, create and change an organization, a mesa or a dataset.

Each target reads an object as the plain values that the seed's files hold, so that the two can be compared.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins.toolkit as tk
from werkzeug.datastructures import FileStorage

from .seedfiles import DATASET, GROUP, ORGANIZATION, Wanted
from .threeway import Record, canonical

#: What of a file counts as a person's change; sizes, hashes and DataStore marks are set by the portal itself.
_RESOURCE_VALUES = ("id", "url", "name", "description", "format", "columns", "last_modified")


def context() -> Any:
    """A context in which the portal itself acts."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": site_user["name"], "ignore_auth": True}


class GroupTarget:
    """An organization or a mesa; its fields are those of its schema."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def state(self, reference: str) -> tuple[str, str] | None:
        """(id, state) of the object with this id or name; None if there is none or it is of the other kind."""
        found = model.Group.get(reference)
        if found is None or found.is_organization != (self.kind == ORGANIZATION):
            return None
        return found.id, found.state

    def wanted(self, one: Wanted) -> dict[str, Any]:
        """The values that the file wants, by field."""
        return dict(one.fields)

    def read(self, found_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the portal holds in these fields."""
        shown = tk.get_action(f"{self.kind}_show")(
            context(),
            {"id": found_id, "include_datasets": False, "include_dataset_count": False, "include_users": False},
        )
        return {name: shown.get(name) for name in fields}

    def check(self, one: Wanted) -> None:
        """Nothing to check beforehand: it is written in the transaction that may still be undone."""

    def create(self, one: Wanted) -> str:
        """Make it, without any member: CKAN would leave the portal's own account as its admin."""
        acting = context()
        made = tk.get_action(f"{self.kind}_create")(acting, dict(one.fields))
        tk.get_action("member_delete")(context(), {"id": made["id"], "object": acting["user"], "object_type": "user"})
        return str(made["id"])

    def change(self, found_id: str, one: Wanted, writes: Mapping[str, Any], records: Mapping[str, Record]) -> None:
        """Write these fields and leave the others."""
        tk.get_action(f"{self.kind}_patch")(context(), {"id": found_id, **writes})


class DatasetTarget:
    """A demonstration dataset with its files; `files` is one field: what the file lists against what is there."""

    kind = DATASET

    def state(self, reference: str) -> tuple[str, str] | None:
        """(id, state) of the dataset with this id or name."""
        found = model.Package.get(reference)
        return (found.id, found.state) if found is not None else None

    def wanted(self, one: Wanted) -> dict[str, Any]:
        """The values that the file wants, in the form in which `read` gives the portal's."""
        values = {"private": False, "state": "active", **one.fields}
        if "tag_string" in values:
            values["tag_string"] = _sorted_words(str(values["tag_string"]).split(","))
        values["groups"] = sorted(values.get("groups") or [])
        return {**values, "files": [_file_facts(listed) for listed in one.files]}

    def read(self, found_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the portal holds in these fields."""
        shown = tk.get_action("package_show")(context(), {"id": found_id})
        values: dict[str, Any] = {name: shown.get(name) for name in fields}
        values["tag_string"] = _sorted_words([tag["name"] for tag in shown.get("tags") or []])
        values["groups"] = sorted(group["name"] for group in shown.get("groups") or [])
        values["owner_org"] = (shown.get("organization") or {}).get("name")
        values["files"] = [
            {name: canonical(resource.get(name)) for name in _RESOURCE_VALUES} for resource in shown["resources"]
        ]
        return {name: values.get(name) for name in fields}

    def check(self, one: Wanted) -> None:
        """Run the schema's validators without writing anything.

        :raises ValidationError: as package_create would
        """
        data = {**_package_fields(self.wanted(one)), "resources": [_resource_fields(listed) for listed in one.files]}
        plugin = lib_plugins.lookup_package_plugin(data.get("type") or "dataset")
        acting = {**context(), "model": model, "session": model.Session}
        _, errors = lib_plugins.plugin_validate(plugin, acting, data, plugin.create_package_schema(), "package_create")
        if errors:
            raise tk.ValidationError(errors)

    def create(self, one: Wanted) -> str:
        """Make it as a draft without files: `change` brings them and the state that is wanted, in one step."""
        made = tk.get_action("package_create")(context(), {**_package_fields(self.wanted(one)), "state": "draft"})
        return str(made["id"])

    def change(self, found_id: str, one: Wanted, writes: Mapping[str, Any], records: Mapping[str, Record]) -> None:
        """Write these fields, uploading the files whose content is new."""
        data = {"id": found_id, **_package_fields({name: value for name, value in writes.items() if name != "files"})}
        with ExitStack() as opened:
            if "files" in writes:
                data["resources"] = _resources(found_id, one, records.get("files"), opened)
            tk.get_action("package_patch")(context(), data)


TARGETS: dict[str, GroupTarget | DatasetTarget] = {
    ORGANIZATION: GroupTarget(ORGANIZATION),
    GROUP: GroupTarget(GROUP),
    DATASET: DatasetTarget(),
}


def _sorted_words(words: list[str]) -> str:
    return ", ".join(sorted(word.strip() for word in words if word.strip()))


def _package_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The seed's values as package_create takes them."""
    data = {name: value for name, value in values.items() if name not in {"tag_string", "groups", "files"}}
    if "tag_string" in values:
        data["tags"] = [{"name": word} for word in str(values["tag_string"]).split(", ") if word]
    if "groups" in values:
        data["groups"] = [{"name": name} for name in values["groups"]]
    return data


def _file_facts(listed: Mapping[str, Any]) -> dict[str, Any]:
    if "path" not in listed:
        return dict(listed)
    path = Path(listed["path"])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {**listed, "path": path.name, "sha256": digest}


def _resource_fields(listed: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in listed.items() if name != "path"}
    return {"url": Path(listed["path"]).name, "url_type": "upload", **values} if "path" in listed else values


def _resources(found_id: str, one: Wanted, record: Record | None, opened: ExitStack) -> list[dict[str, Any]]:
    """The dataset's files as package_patch takes them: those already there keep their id, and their content too
    unless the seed's file changed."""
    shown = tk.get_action("package_show")(context(), {"id": found_id})
    by_id = {resource["id"]: resource for resource in shown["resources"]}
    former = (
        {
            _key(facts): (by_id[stored["id"]], facts.get("sha256"))
            for facts, stored in zip(record.wanted or [], record.stored or [], strict=False)
            if stored["id"] in by_id
        }
        if record
        else {}
    )
    resources = []
    for listed in one.files:
        facts = _file_facts(listed)
        there, digest = former.get(_key(facts), ({}, None))
        resource = {**there, **{name: value for name, value in listed.items() if name != "path"}}
        if "path" in listed and digest != facts["sha256"]:
            path = Path(listed["path"])
            stream = opened.enter_context(path.open("rb"))
            content_type = mimetypes.guess_type(path.name)[0]
            resource = {**resource, "url": path.name, "url_type": "upload"}
            resource["upload"] = FileStorage(stream, filename=path.name, content_type=content_type)
        resources.append(resource)
    return resources


def _key(facts: Mapping[str, Any]) -> str:
    return str(facts.get("path") or facts.get("url"))
