"""The score of one dataset as everybody sees it, computed and kept."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib import files

from ...common.clock import now, today
from ...files.interfaces import resource_uploader, stored_path
from . import store
from .mqa import Score, score
from .overdue import Promise, promise

log = logging.getLogger(__name__)

#: A score is computed again after so long even if nothing was saved: files may be gone from the disk.
OLD = timedelta(days=7)


def public_package(reference: str) -> dict[str, Any] | None:
    """A public dataset (id or name) as a visitor sees it; None if there is none or it is not public."""
    known = store.public_dataset(reference)
    if known is None:
        return None
    context: Any = {"user": "", "auth_user_obj": None, "ignore_auth": False, "use_cache": False}
    try:
        return dict(tk.get_action("package_show")(context, {"id": known.id}))
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None


def reached(package: dict[str, Any], links: dict[str, Any]) -> dict[str, bool | None]:
    """Resource id to whether its address answers: links by what they answered, files by being in the storage."""
    found: dict[str, bool | None] = {}
    for resource in package.get("resources") or []:
        kind = resource.get("url_type") or ""
        if kind == "upload":
            found[resource["id"]] = _stored(resource["id"])
        elif kind == "datastore":
            found[resource["id"]] = bool(resource.get("datastore_active"))
        else:
            row = links.get(resource["id"])
            found[resource["id"]] = row.reachable if row and row.url == str(resource.get("url") or "").strip() else None
    return found


def _stored(resource_id: str) -> bool | None:
    """Whether an uploaded file is where it should be; None when its storage cannot say."""
    if stored_path(resource_id) is not None:
        return True
    uploader: Any = resource_uploader({"id": resource_id})
    storage = getattr(uploader, "storage", None)
    if storage is None:
        return False
    try:
        return bool(storage.exists(files.FileData(uploader.get_path(resource_id))))
    except Exception:
        return None


def computed(package: dict[str, Any]) -> tuple[Score, Promise]:
    """The score and the promise of a dataset as package_show gives it, now."""
    return score(package, reached(package, store.links_of(package["id"]))), promise(package, today())


def refresh(package_id: str) -> Score | None:
    """Compute and keep the score of a dataset; None, and none kept, if it is not public. It commits."""
    package = public_package(package_id)
    if package is None:
        store.run("forget_score", package_id=package_id)
        store.run("drop_links", package_id=package_id)
        model.Session.commit()
        return None
    store.sync_links(package["id"])
    found, kept = computed(package)
    store.keep_score(package["id"], package.get("owner_org"), found, kept)
    model.Session.commit()
    return found


def refresh_due(most: int) -> int:
    """Compute the scores that are missing or old, at most so many; how many were. It commits one by one."""
    store.run("forget_scores")
    model.Session.commit()
    done = 0
    for package_id in store.scores_due(now() - OLD, most):
        try:
            refresh(package_id)
            done += 1
        except Exception:
            model.Session.rollback()
            log.exception("The score of dataset %s could not be computed", package_id)
    return done
