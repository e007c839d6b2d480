"""Template helpers of the theme; all begin with `ga_`."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import current_user
from flask import request
from markupsafe import Markup

from ckanext.gobierno_abierto.common import clock
from ckanext.gobierno_abierto.common.freshness import as_day as _as_date
from ckanext.gobierno_abierto.common.freshness import frequency_of, updated_on

from . import citation as _citation
from . import figures as _figures
from . import freshness as _freshness
from . import navigation as _navigation
from . import usage as _usage

__all__ = [
    "ga_asset",
    "ga_citation",
    "ga_column_type",
    "ga_committees",
    "ga_day",
    "ga_facet_field",
    "ga_figures",
    "ga_freshness",
    "ga_has_action",
    "ga_host",
    "ga_icon",
    "ga_kind",
    "ga_languages",
    "ga_licence",
    "ga_most_used",
    "ga_navigation",
    "ga_needs_scripts",
    "ga_newest",
    "ga_option",
    "ga_optional",
    "ga_plugin",
    "ga_size",
    "ga_themes",
    "ga_updated",
]

_PUBLIC = Path(__file__).parent / "public" / "gobierno_abierto"


@lru_cache(maxsize=64)
def _fingerprint(name: str) -> str:
    """Short hash of a public file, so that its address changes with its content."""
    path = _PUBLIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"


def ga_asset(name: str) -> str:
    """Address of one of the theme's files, with its version."""
    return f"{tk.h.url_for_static('/gobierno_abierto/' + name)}?v={_fingerprint(name)}"


def ga_icon(name: str, extra_class: str = "") -> Markup:
    """The sprite's drawing `name`, hidden from screen readers: words stand beside it."""
    return Markup(
        '<svg class="ga-icon {}" aria-hidden="true" focusable="false" width="20" height="20">'
        '<use href="{}#{}"></use></svg>'
    ).format(extra_class, ga_asset("icons.svg"), name)


def ga_option(name: str) -> Any:
    """Value of the option `gobierno_abierto.theme.<name>`."""
    return tk.config.get(f"gobierno_abierto.theme.{name}")


def ga_plugin(name: str) -> bool:
    """True when the plugin is loaded."""
    return bool(p.plugin_loaded(name))


def ga_optional(name: str, *args: Any, **kwargs: Any) -> Any:
    """What the helper `name` answers, or None where no plugin brings it."""
    helper = tk.h.get(name)
    return helper(*args, **kwargs) if helper else None


def ga_has_action(name: str) -> bool:
    """True when the API has this action."""
    try:
        tk.get_action(name)
    except KeyError:
        return False
    return True


def ga_navigation() -> list[_navigation.Link]:
    """The main menu."""
    return _navigation.main()


def ga_languages() -> list[dict[str, Any]]:
    """The languages on offer, each with this page's address in it."""
    return _navigation.languages()


def ga_needs_scripts() -> bool:
    """True when this page uses CKAN's scripts."""
    return _navigation.needs_scripts(request.endpoint, bool(current_user.is_authenticated))


def ga_day(value: Any) -> str:
    """A day in words in the page's language, or nothing."""
    day = _as_date(value)
    return _citation.long_date(day, tk.h.lang() or "es") if day else ""


def ga_updated(pkg: dict[str, Any]) -> date | None:
    """Day on which the data last changed: what the publisher says, else the newest file, else the metadata."""
    return updated_on(pkg)


def ga_freshness(pkg: dict[str, Any]) -> dict[str, Any]:
    """`{state, days, due, late, updated, frequency, label, tone}` of a dataset; `label` is translated."""
    code = frequency_of(pkg)
    terms = {term["value"]: term for term in ga_optional("metadata_vocabulary", "frecuencias") or []}
    term = terms.get(code or "", {})
    updated = ga_updated(pkg)
    result = _freshness.freshness(updated, term.get("days"), clock.today())
    words = {
        _freshness.UP_TO_DATE: (tk._("Al día"), "ok"),
        _freshness.DUE: (tk._("Por actualizar"), "warn"),
        _freshness.LATE: (tk._("Atrasado"), "bad"),
        _freshness.NO_PROMISE: ("", ""),
        _freshness.UNKNOWN: (tk._("Sin fecha"), "warn"),
    }
    label, tone = words[result.state]
    frequency = ga_optional("metadata_label", "frecuencias", code) if term else None
    return {**vars(result), "updated": updated, "frequency": frequency, "label": label, "tone": tone}


def ga_licence(pkg: dict[str, Any]) -> dict[str, Any]:
    """`{title, url, open}` of a dataset's licence; `open` is None when it is not known."""
    from ckan.model import Package

    code = pkg.get("license_id") or ""
    if code in {"", "notspecified"}:
        return {"title": tk._("Sin licencia declarada"), "url": None, "open": None}
    register: Any = Package.get_license_register()
    known = register.get(code)
    term = ga_optional("metadata_license", code) or {}
    is_open = term.get("open", bool(known and known.isopen()))
    return {
        "title": term.get("label") or (known.title if known else None) or pkg.get("license_title") or code,
        "url": term.get("url") or pkg.get("license_url") or (known.url if known else None),
        "open": is_open if term or known else None,
    }


def ga_kind(pkg: dict[str, Any]) -> str:
    """The kind of a dataset in words (`Estadística`); nothing for the general kind."""
    kind = pkg.get("type") or "dataset"
    if kind == "dataset":
        return ""
    return ga_optional("metadata_label", "tipos_de_conjunto", kind) or kind.replace("_", " ").capitalize()


def ga_size(resource: dict[str, Any]) -> str:
    """Size of a file in words (`1,2 MiB`), or nothing when it is not known."""
    try:
        size = int(resource.get("size") or 0)
    except (TypeError, ValueError):
        return ""
    return str(ga_optional("ga_file_size", size) or tk.h.localised_filesize(size)) if size > 0 else ""


def ga_column_type(postgres_type: str) -> str:
    """A column's type in words (`Número`), from the DataStore's name of it."""
    base = postgres_type.rstrip("[]0123456789(),").lower()
    if base in {"int", "int4", "int8", "integer", "bigint"}:
        return tk._("Número entero")
    if base in {"numeric", "float", "double precision", "real", "float8"}:
        return tk._("Número")
    if base in {"date", "timestamp", "timestamptz"}:
        return tk._("Fecha")
    if base in {"bool", "boolean"}:
        return tk._("Sí o no")
    return tk._("Texto") if base == "text" else postgres_type


def ga_host(url: str) -> str:
    """Host of an address of another site; nothing for the portal's own."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if host == urlsplit(tk.config.get("ckan.site_url", "")).hostname else host


def ga_citation(pkg: dict[str, Any]) -> str:
    """The sentence to cite a dataset by."""
    organization = pkg.get("organization") or {}
    updated = ga_updated(pkg)
    return _citation.citation(
        title=tk.h.dataset_display_name(pkg),
        author=organization.get("title") or pkg.get("author") or "",
        year=updated.year if updated else None,
        site=tk.config.get("ckan.site_title", ""),
        url=tk.h.url_for(f"{pkg.get('type') or 'dataset'}.read", id=pkg["name"], locale="default", _external=True),
        seen=clock.today(),
        language=tk.h.lang() or "es",
    )


def ga_figures() -> dict[str, int]:
    """Numbers of public datasets, organizations, files and tables."""
    return _figures.figures()


def _search(**query: Any) -> dict[str, Any]:
    """A search as nobody in particular; empty when the index does not answer."""
    from ckan.lib.search import SearchError
    from ckan.lib.search.common import SolrConnectionError

    empty: dict[str, Any] = {"results": [], "count": 0, "search_facets": {}}
    try:
        return tk.get_action("package_search")({"ignore_auth": False, "user": "", "auth_user_obj": None}, query)
    except (SearchError, SolrConnectionError, tk.ValidationError):
        return empty


def ga_newest(limit: int = 5) -> list[dict[str, Any]]:
    """The datasets published last."""
    return _search(q="*:*", rows=limit, sort="metadata_created desc")["results"]


def ga_most_used(limit: int = 5) -> list[dict[str, Any]]:
    """The datasets read most in the last weeks, each with `ga_reads`; empty when nothing was counted."""
    if ga_plugin("tracking"):
        ranked = _figures.most_read(limit, clock.today() - timedelta(days=_usage.RECENT_DAYS))
    else:
        ranked = _usage.most_used(limit * 2)
    if not ranked:
        return []
    reads = dict(ranked)
    wanted = " OR ".join(f'"{identifier}"' for identifier in reads)
    found = _search(q="*:*", fq=f"id:({wanted})", rows=len(reads))["results"]
    for pkg in found:
        pkg["ga_reads"] = reads.get(pkg["id"], 0)
    return sorted(found, key=lambda pkg: -pkg["ga_reads"])[:limit]


def ga_facet_field() -> str | None:
    """The search field that holds a dataset's theme; None on a portal whose datasets have none."""
    return "vocab_tema" if tk.h.get("metadata_vocabulary") else None


def ga_themes() -> list[dict[str, Any]]:
    """`{label, icon, url, count}` of each theme, from the portal's vocabulary or, without it, from CKAN's groups."""
    field = ga_facet_field()
    dataset = tk.h.default_package_type()
    if field:
        facets = _search(q="*:*", rows=0, **{"facet.field": [field], "facet.limit": 100})["search_facets"]
        counts = {item["name"]: item["count"] for item in facets.get(field, {}).get("items", [])}
        return [
            {
                "label": ga_optional("metadata_label", "temas", term["value"]) or term["value"],
                "icon": ga_optional("metadata_theme_icon", term["value"]) or "grid",
                "url": tk.h.url_for(f"{dataset}.search", **{field: term["value"]}),
                "count": counts.get(term["value"], 0),
            }
            for term in ga_optional("metadata_vocabulary", "temas") or []
        ]
    group_type = tk.h.default_group_type("group")
    groups = tk.get_action("group_list")({"user": ""}, {"all_fields": True, "type": group_type, "limit": 24})
    return [
        {
            "label": group["display_name"],
            "icon": "folder",
            "url": tk.h.url_for(f"{group_type}.read", id=group["name"]),
            "count": group.get("package_count", 0),
        }
        for group in groups
    ]


def ga_committees() -> list[dict[str, Any]]:
    """The committees that support publication; empty where no plugin knows any."""
    if not ga_has_action("committee_list"):
        return []
    try:
        return tk.get_action("committee_list")({"user": "", "auth_user_obj": None}, {})
    except (tk.NotAuthorized, tk.ValidationError):
        return []
