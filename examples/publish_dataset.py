#!/usr/bin/env python3
"""Create a dataset with a file, or update it: the same command does both, as often as you like.

    export CKAN_TOKEN=...            # an API token of your account; never write it into a command
    python publish_dataset.py https://datos.ejemplo.bo poblacion.csv \\
        --name poblacion-municipios --title "Población por municipio" --organization ine

Needs only `pip install ckanapi`. The dataset is found by its name and the file by its title; a file whose content has
not changed (same SHA-256) is not sent again. What is new waits for the committee's approval: the portal keeps it as a
proposal, and `--submit` sends that to review. Exit code: 0 done, 1 the portal refused (the reason is printed), 2 the
command is incomplete.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, ValidationError


def sha256(path: Path) -> str:
    """Hash of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def publish_dataset(portal: RemoteCKAN, wanted: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The dataset as it is now, and what was done: `created`, `updated` or `unchanged`."""
    try:
        present = portal.action.package_show(id=wanted["name"])
    except NotFound:
        return portal.action.package_create(**wanted), "created"
    changes = {key: value for key, value in wanted.items() if key != "owner_org" and present.get(key) != value}
    if not changes:
        return present, "unchanged"
    return portal.action.package_patch(id=present["id"], **changes), "updated"


def publish_file(portal: RemoteCKAN, dataset: dict[str, Any], path: Path, title: str) -> tuple[dict[str, Any], str]:
    """The file's resource and what was done."""
    present = next((one for one in dataset["resources"] if one.get("name") == title), None)
    if present and present.get("hash") == sha256(path):
        return present, "unchanged"
    with path.open("rb") as stream:
        if present:
            return portal.action.resource_patch(id=present["id"], upload=stream), "updated"
        return portal.action.resource_create(package_id=dataset["id"], name=title, upload=stream), "created"


def submit(portal: RemoteCKAN, dataset: dict[str, Any]) -> dict[str, Any]:
    """Send the open proposal to review, if there is one to send; where it is then."""
    where = portal.action.publication_show(id=dataset["id"])
    if "publication_submit" in where["can"]:
        where = portal.action.publication_submit(id=dataset["id"], note="publish_dataset.py")
    return where


def explain(error: Exception) -> str:
    """What the portal said, a line per field."""
    if isinstance(error, NotAuthorized):
        return "The token is missing, has expired, or may not do this. Make one in your account: API tokens."
    if isinstance(error, ValidationError) and isinstance(error.error_dict, dict):
        lines = []
        for field, messages in error.error_dict.items():
            if not field.startswith("__"):
                shown = "; ".join(map(str, messages)) if isinstance(messages, list) else str(messages)
                lines.append(f"  {field}: {shown}")
        return "The portal refused:\n" + "\n".join(lines)
    return f"The portal answered with an error: {error}"


def arguments() -> argparse.Namespace:
    """The command's arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the portal's address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--name", required=True, help="the dataset's name in its address")
    parser.add_argument("--title", required=True)
    parser.add_argument("--organization", required=True, help="the publishing organization's name")
    parser.add_argument("--notes", default="", help="what the data is about")
    parser.add_argument("--type", default="dataset", help="the kind of dataset")
    parser.add_argument("--submit", action="store_true", help="send what is proposed to the committee's review")
    parser.add_argument("--file-title", help="the file's title (default: its name)")
    return parser.parse_args()


def main() -> int:
    """Run the command; returns the exit code."""
    options = arguments()
    token = os.environ.get("CKAN_TOKEN")
    if not token:
        print("Set CKAN_TOKEN to an API token of your account.", file=sys.stderr)
        return 2
    if not options.file.is_file():
        print(f"There is no file {options.file}.", file=sys.stderr)
        return 2
    wanted = {
        "name": options.name,
        "title": options.title,
        "notes": options.notes or options.title,
        "type": options.type,
        "owner_org": options.organization,
    }
    try:
        with RemoteCKAN(options.url, apikey=token, user_agent="publish_dataset") as portal:
            dataset, done = publish_dataset(portal, wanted)
            print(f"dataset {done}: {options.url.rstrip('/')}/dataset/{dataset['name']}")
            resource, done = publish_file(portal, dataset, options.file, options.file_title or options.file.name)
            print(f"file {done}: {resource['url']} ({resource.get('format')}, {resource.get('size')} bytes)")
            if options.submit:
                print(f"publication: {submit(portal, dataset)['label']}")
            elif "publication" in resource or "publication" in dataset:
                print("not public yet: --submit sends it to review")
    # The last three are CKAN's own classes where CKAN is installed beside ckanapi.
    except (CKANAPIError, NotAuthorized, NotFound, ValidationError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The portal at {options.url} could not be reached: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
