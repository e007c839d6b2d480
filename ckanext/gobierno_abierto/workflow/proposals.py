"""Saves become proposals: what a writer changes in a public dataset is kept beside it until it is approved."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ..common import audit
from ..common.clock import now
from ..common.errors import as_ckan
from . import people, records, state, tables, versions
from .case import Case, open_case, user_of
from .errors import MergeNeeded
from .merge import merge
from .revisions import CARRIED_NOT, diff, normalised
from .transitions import BORRADOR, INEDITO, PUBLICADO, check

Update = Callable[[Context, dict[str, Any]], Any]


def live_content(package_id: str) -> dict[str, Any]:
    """The live dataset as package_show gives it, read past every cache."""
    context: Any = {"ignore_auth": True, "use_cache": False, "user": ""}
    return dict(tk.get_action("package_show")(context, {"id": package_id}))


def current(package_id: str) -> Any:
    """The revision that the open proposal is at, or None. A proposal of withdrawal has none of its own."""
    run = records.open_run(package_id)
    return records.revision(run.revision_id) if run and run.kind == "cambio" else None


def proposed_in(resource_id: str) -> str | None:
    """Id of the dataset whose open proposal has this resource."""
    if not resource_id or "\x00" in resource_id:
        return None
    found = records.row("proposed_resource", resource=json.dumps([{"id": resource_id}]))
    return str(found.package_id) if found else None


def initialise(package: Any) -> Any:
    """The first revision of a dataset that was public before the workflow knew it; returns the revision."""
    records.lock_package(package.id)
    at = now()
    versions.adopt_all(package, at)
    files = records.live_files(package.id)
    revision = records.add_revision(package.id, live_content(package.id), files, author_id=None)
    records.run("mark_published", id=revision.id, at=at, approved_by=None, reason=None)
    records.lock(package.id, PUBLICADO)
    records.run("set_live", package_id=package.id, revision_id=revision.id, at=at)
    audit.record("inicial", actor=None, package_id=package.id, revision_id=revision.id)
    return revision


def installed(package_id: str) -> None:
    """An operator's command wrote a public dataset that has versions: it gets one more, in the caller's transaction."""
    publication = records.publication(package_id)
    if publication is None or publication.live != PUBLICADO or publication.live_revision_id is None:
        return
    model.Session.flush()
    at, files = now(), records.live_files(package_id)
    revision = records.add_revision(
        package_id, live_content(package_id), files, author_id=None, parent_id=publication.live_revision_id
    )
    records.run("mark_published", id=revision.id, at=at, approved_by=None, reason=None)
    records.run("set_live", package_id=package_id, revision_id=revision.id, at=at)
    audit.record("instalar", actor=None, package_id=package_id, revision_id=revision.id)


def save(update: Update, context: Context, data_dict: dict[str, Any], package: Any) -> Any:
    """Keep what a package_update of a public dataset would do as a proposal; commits; answers the proposed dataset.

    Raises tk.ValidationError as package_update does, MergeNeeded, NotNow.
    """
    tk.check_access("package_update", context, dict(data_dict))
    user = user_of(context)
    case = open_case(package, user, lock=True)
    check("guardar", case.situation, case.person)
    if case.publication.live_revision_id is None:
        initialise(package)
        case = open_case(package, user, lock=True)
    before = records.revision(case.run.revision_id) if case.run else None
    made_from = data_dict.pop("publication_base", None)
    _refuse_carried(data_dict, package)
    content, saving = rehearse(update, context, data_dict, package)
    basis = before or records.revision(case.publication.live_revision_id)
    if made_from and made_from != basis.id:
        content = _merged(records.revision(str(made_from)), content, basis, user)
    content = _on_the_live_version(case, content)
    files = _files(content, saving, before.files if before else records.live_files(package.id), package.id)
    if normalised(content) != normalised(basis.content) or files != dict(basis.files):
        keep(case, content, files)
        tables.prepare_later(package.id)
    if not context.get("defer_commit"):
        model.repo.commit()
    if context.get("return_id_only"):
        return package.id
    return shown(package, user)


def _refuse_carried(data_dict: dict[str, Any], package: Any) -> None:
    """The owner is changed by a coordinator; the other fields that a proposal cannot carry are kept as they are."""
    wanted = data_dict.get("owner_org")
    if wanted and package.owner_org and wanted != package.owner_org:
        group = model.Group.get(wanted)
        if group is None or group.id != package.owner_org:
            message = tk._(
                "La organización de un conjunto publicado no cambia con una propuesta. Pida el traspaso a la "
                "coordinación del portal."
            )
            raise tk.ValidationError({"owner_org": [message]})
    data_dict.update(private=False, state="active")
    if package.owner_org:
        data_dict["owner_org"] = package.owner_org


def _merged(base: Any, content: dict[str, Any], theirs: Any, user: Any) -> dict[str, Any]:
    """A save that was made from an older revision, with what was saved meanwhile. Raises MergeNeeded."""
    if base is None or base.package_id != theirs.package_id:
        return content
    merged = merge(base.content, content, theirs.content)
    if merged.conflicts and not _alone(base, theirs, user):
        model.Session.rollback()
        raise as_ckan(MergeNeeded(fields=", ".join(dict.fromkeys(c["field"] for c in merged.conflicts))))
    return dict(merged.content)


def _on_the_live_version(case: Case, content: dict[str, Any]) -> dict[str, Any]:
    """What is saved into a proposal that was made from an older live version, with what is live now.

    Where both changed a field the save wins: its writer was told to compare, and the reviewer sees the difference.
    """
    run, live = case.run, case.publication.live_revision_id
    if run is None or run.base_revision_id == live:
        return content
    base = records.revision(run.base_revision_id)
    records.run("rebase_run", id=run.id, base_revision_id=live)
    return dict(merge(base.content if base else {}, content, records.revision(live).content).content)


def _alone(base: Any, latest: Any, user: Any) -> bool:
    """Whether only this person saved since `base`: who goes back to a form that they sent overwrites nobody's work."""
    found = records.rows("revisions", package_id=latest.package_id)
    later = [row.author_id for row in found if base.number < row.number <= latest.number]
    return user is not None and set(later) == {user.id}


def rehearse(
    update: Update, context: Context, data_dict: dict[str, Any], package: Any
) -> tuple[dict[str, Any], state.Saving]:
    """What package_update would make of the live dataset: its result and its uploads. The dataset stays as it is."""
    inner: Any = tk.fresh_context(context)
    inner.update({key: context[key] for key in ("ignore_auth", "for_edit", "api_version") if key in context})
    # CKAN leaves commit and index alone then; the savepoint below undoes the rest.
    inner["defer_commit"] = True
    with state.as_proposal(package.id) as saving, undone():
        versions.forget_files(package, data_dict.get("resources") or [])
        result = update(inner, data_dict)
    content = result if isinstance(result, dict) else live_content(package.id)
    for name in CARRIED_NOT:
        content[name] = getattr(package, name)
    return {**content, "private": False, "state": "active"}, saving


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done to the database inside is undone, and nobody hears of it at the next commit."""
    session = model.Session()
    session.flush()
    cache = {name: set(objects) for name, objects in getattr(session, "_object_cache", {}).items()}
    info = {key: copy.copy(value) for key, value in session.info.items()}
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        # A validation error has undone the whole transaction by itself.
        if savepoint.is_active:
            savepoint.rollback()
            session._object_cache = cache or {"new": set(), "deleted": set(), "changed": set()}  # type: ignore[attr-defined]
            session.info.clear()
            session.info.update(info)


def _files(content: dict[str, Any], saving: state.Saving, before: dict[str, str], package_id: str) -> dict[str, str]:
    """Resource id to file version of the proposal; its uploads are written now."""
    uploaded = {resource["id"] for resource in content["resources"] if resource.get("url_type") == "upload"}
    kept = {key: value for key, value in before.items() if key in uploaded and key not in saving.cleared}
    stored = {
        resource_id: _stored(upload, resource_id, package_id, kept.get(resource_id))
        for resource_id, upload in saving.uploads.items()
        if resource_id in uploaded
    }
    return {**kept, **stored}


def _stored(upload: Any, resource_id: str, package_id: str, present_id: str | None) -> str:
    """The version of an upload: the present one when it is the same file, as scripts send it night after night."""
    present = records.row("file", id=present_id) if present_id else None
    if present is not None and (present.sha256, present.filename) == (upload.facts.sha256, upload.facts.name):
        return str(present.id)
    return str(upload.store(resource_id, package_id))


def keep(case: Case, content: dict[str, Any], files: dict[str, str]) -> Any:
    """A new revision of the open proposal (opened when there is none), which returns to its writer if it was sent."""
    package, run, user_id = case.package, case.run, case.user.id if case.user else None
    at = now()
    named = {
        "title": content.get("title") or content.get("name") or package.name,
        "dataset_type": package.type,
        "owner_org": content.get("owner_org") or package.owner_org,
    }
    run_id = run.id if run else records.new_id()
    live = case.publication.live_revision_id if case.publication else None
    parent = run.revision_id if run else live
    revision = records.add_revision(package.id, content, files, author_id=user_id, run_id=run_id, parent_id=parent)
    if run is None:
        records.run(
            "add_run", id=run_id, package_id=package.id, kind="cambio", state=BORRADOR, reviewers=None, note="",
            revision_id=revision.id, base_revision_id=live, by=user_id or "", at=at, submitted_by=None, **named,
        )  # fmt: skip
    else:
        records.run("point_run", id=run_id, revision_id=revision.id, **named)
        if run.state in ("en_revision", "aprobado"):
            take_back(case, run)
    audit.record("guardar", actor=case.user, package_id=package.id, revision_id=revision.id)
    return revision


def take_back(case: Case, run: Any) -> None:
    """The proposal leaves its reviewers; they are told."""
    records.run("move_run", id=run.id, state=BORRADOR, step=0, reviewers=None, at=now())
    audit.record("retirar_envio", actor=case.user, package_id=case.package.id, revision_id=run.revision_id)
    people.tell("retirado_envio", case, case.reviewers)


def refuse_stale_draft(package: Any, made_from: str | None, user: Any) -> None:
    """A form of a draft that somebody else saved meanwhile. Raises MergeNeeded with the fields that they changed."""
    run = records.open_run(package.id)
    base = records.revision(str(made_from)) if made_from else None
    if run is None or base is None or base.package_id != package.id or base.id == run.revision_id:
        return
    latest = records.revision(run.revision_id)
    changed = diff(base.content, latest.content)
    if not changed.is_empty and not _alone(base, latest, user):
        names = [field["field"] for field in changed.as_dict()["fields"]]
        raise MergeNeeded(fields=", ".join([*names, *(["resources"] if changed.resources else [])]))


def keep_draft(package_id: str, context: Context) -> None:
    """A dataset that was never published was saved: the save is a revision too; the caller's commit keeps it."""
    package = model.Package.get(package_id)
    user = user_of(context)
    model.Session.flush()
    case = open_case(package, user, lock=True)
    content = live_content(package_id)
    files = records.live_files(package_id)
    before = records.revision(case.run.revision_id) if case.run else None
    if before is None or normalised(before.content) != normalised(content) or dict(before.files) != files:
        keep(case, content, files)


def keep_draft_now(package: Any, user: Any) -> None:
    """A dataset that was private before the workflow knew it gets its first revision when it is sent."""
    case = open_case(package, user, lock=True)
    # Somebody else may have sent it meanwhile.
    if case.live == INEDITO and case.run is None and package.state != "deleted":
        check("guardar", case.situation, case.person)
        keep(case, live_content(package.id), records.live_files(package.id))


def shown(package: Any, user: Any) -> dict[str, Any]:
    """The proposed dataset, or the live one where there is no proposal, with where it is."""
    from .status import status_of

    case = open_case(package, user)
    revision = records.revision(case.run.revision_id) if case.run and case.run.kind == "cambio" else None
    content = copy.deepcopy(revision.content) if revision else live_content(package.id)
    if case.live == INEDITO:
        content = live_content(package.id)
    return {**content, "publication": status_of(case)}
