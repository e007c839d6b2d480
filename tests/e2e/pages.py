"""The portal's pages: what a browser test visits, as whom, with which answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageType:
    """A kind of page. `path` may hold places: {dataset}, {resource}, {organization}, {group}, {user}.

    `account` is who looks: None for a reader, else a user of the demonstration.
    """

    name: str
    path: str
    account: str | None = None
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
    PageType("resource-quality", "/dataset/{dataset}/resource/{resource}/calidad"),
    PageType("dataset-quality", "/dataset/{dataset}/calidad"),
    PageType("organization-quality", "/organization/{organization}/calidad"),
    PageType("quality", "/calidad"),
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
    PageType("dashboard", "/dashboard/datasets", account="oficial-ine"),
    PageType("profile", "/user/{user}", account="oficial-ine"),
    PageType("profile-edit", "/user/edit/{user}", account="oficial-ine"),
    PageType("tokens", "/user/{user}/api-tokens", account="oficial-ine"),
    PageType("publish", "/publicar", account="oficial-ine"),
    PageType("dataset-new", "/dataset/new", account="oficial-ine"),
    PageType("dataset-edit", "/dataset/edit/{dataset}", account="administradora"),
    PageType("dataset-files", "/dataset/resources/{dataset}", account="administradora"),
    PageType("resource-new", "/dataset/{dataset}/resource/new", account="administradora"),
    PageType("resource-edit", "/dataset/{dataset}/resource/{resource}/edit", account="administradora"),
    PageType("organization-new", "/organization/new", account="administradora"),
    PageType("members", "/organization/manage_members/{organization}", account="administradora"),
    PageType("administration", "/ckan-admin/", account="administradora"),
)

ALL = PUBLIC + SIGNED_IN
