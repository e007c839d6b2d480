"""The portal's pages: what a browser test visits, as whom, with which answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageType:
    """A kind of page. `path` may hold places: {dataset}, {resource}, {organization}, {group}, {user}.

    `role` is who looks: None for a reader without account, else a role of the demonstration's accounts.
    """

    name: str
    path: str
    role: str | None = None
    status: int = 200


PUBLIC = (
    PageType("front", "/"),
    PageType("front-english", "/en/"),
    PageType("search", "/dataset/"),
    PageType("search-words", "/dataset/?q=agua"),
    PageType("search-filtered", "/dataset/?organization={organization}"),
    PageType("search-nothing", "/dataset/?q=zzzzxxqq"),
    PageType("dataset", "/dataset/{dataset}"),
    PageType("resource", "/dataset/{dataset}/resource/{resource}"),
    PageType("activity", "/dataset/activity/{dataset}"),
    PageType("organizations", "/organization/"),
    PageType("organization", "/organization/{organization}"),
    PageType("organization-about", "/organization/about/{organization}"),
    PageType("groups", "/group/"),
    PageType("group", "/group/{group}"),
    PageType("themes", "/temas"),
    PageType("developers", "/desarrolladores"),
    PageType("about", "/about"),
    PageType("accessibility", "/accesibilidad"),
    PageType("login", "/user/login"),
    PageType("password-reset", "/user/reset"),
    PageType("not-found", "/esta-pagina-no-existe", status=404),
    PageType("forbidden", "/dataset/edit/{dataset}", status=403),
)

SIGNED_IN = (
    PageType("dashboard", "/dashboard/datasets", role="officer"),
    PageType("profile", "/user/{user}", role="officer"),
    PageType("profile-edit", "/user/edit/{user}", role="officer"),
    PageType("tokens", "/user/{user}/api-tokens", role="officer"),
    PageType("dataset-new", "/dataset/new", role="officer"),
    PageType("dataset-edit", "/dataset/edit/{dataset}", role="sysadmin"),
    PageType("dataset-files", "/dataset/resources/{dataset}", role="sysadmin"),
    PageType("resource-new", "/dataset/{dataset}/resource/new", role="sysadmin"),
    PageType("resource-edit", "/dataset/{dataset}/resource/{resource}/edit", role="sysadmin"),
    PageType("organization-new", "/organization/new", role="sysadmin"),
    PageType("members", "/organization/manage_members/{organization}", role="sysadmin"),
    PageType("administration", "/ckan-admin/", role="sysadmin"),
)

ALL = PUBLIC + SIGNED_IN
