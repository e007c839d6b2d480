"""Template helpers: codes as words in the page's language."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from . import completeness, fields, indexing, language, vocabularies


def metadata_vocabulary(name: str) -> list[dict[str, Any]]:
    """Entries of a vocabulary: value, label in the page's language, uri and its own attributes."""
    lang = language.current()
    return [
        {**entry.attributes, "value": entry.value, "label": entry.text(lang), "uri": entry.uri}
        for entry in vocabularies.load(name).entries
    ]


def metadata_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """ckanext-scheming's `choices_helper`: the values that a field takes, with their labels."""
    entries = vocabularies.load(field["vocabulary"]).entries
    return [{"value": entry.value, "label": dict(entry.label)} for entry in entries]


def metadata_label(vocabulary: str, value: Any) -> str:
    """Label of a code in the page's language; the code itself if the vocabulary does not know it."""
    return vocabularies.label(vocabulary, str(value), language.current())


def metadata_facet_label(field: str, value: Any) -> str:
    """Label of a value of a search facet; the value itself for facets that hold words."""
    vocabulary = indexing.FACET_VOCABULARIES.get(field)
    return metadata_label(vocabulary, value) if vocabulary else str(value)


def metadata_theme_icon(code: str) -> str:
    """Key of a theme's icon."""
    entry = vocabularies.load("temas").get(code)
    return str(entry.attributes["icon"]) if entry else ""


def metadata_license(license_id: str) -> dict[str, Any] | None:
    """A licence: value, label, url, and whether the portal counts it as open; None if unknown."""
    entry = vocabularies.load("licencias").get(license_id)
    if entry is None:
        return None
    return {"value": entry.value, "label": entry.text(language.current()), "uri": entry.uri, **entry.attributes}


def metadata_completeness(package: dict[str, Any]) -> float | None:
    """Percentage of a dataset's description that is filled; None for a type without schema."""
    schema = tk.h.scheming_get_dataset_schema(package.get("type") or "dataset")
    return completeness.completeness(schema, package) if schema else None


def metadata_missing(package: dict[str, Any]) -> list[dict[str, Any]]:
    """What publication still asks for of a dataset, with labels in the page's language."""
    schema = tk.h.scheming_get_dataset_schema(package.get("type") or "dataset")
    found = completeness.missing_for_publication(schema, package) if schema else []
    return [{**field.as_dict(), "label": fields.text(field.label, language.current())} for field in found]


def metadata_field_groups(schema_fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The folded groups of a one-page form: title in the page's language (empty for the first) and fields."""
    lang = language.current()
    return [{"title": fields.text(title, lang), "fields": inside} for title, inside in fields.groups(schema_fields)]


def metadata_pages(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The form's pages: title and description in the page's language, and fields."""
    lang = language.current()
    return [
        {
            "title": fields.text(page.get("title"), lang),
            "description": fields.text(page.get("description"), lang),
            "fields": inside,
        }
        for page, inside in fields.pages(schema)
    ]


def metadata_post_to_same_page() -> None:
    """Make a page of a dataset form answer to its own address.

    CKAN sends the form of a draft to the page that creates datasets, which knows nothing of ckanext-scheming's pages:
    a correction on page 2 would be taken for a whole dataset without title.
    """
    tk.g.form_action = ""


def metadata_any_error(inside: list[dict[str, Any]], errors: dict[str, Any] | None) -> bool:
    """Whether one of these fields has an error."""
    return any(field["field_name"] in (errors or {}) for field in inside)


def metadata_subfield_groups(
    field: dict[str, Any], data: dict[str, Any], errors: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """The repetitions of a repeating field as the form shows them: index, and flat data and errors.

    The data is a list when it comes from the dataset, and `contact-0-email` keys when a form comes back with errors.
    A field without any shows `form_blanks` (1) empty ones.
    """
    name, flat = field["field_name"], tk.h.scheming_flatten_subfield(field, data)
    wrong = (errors or {}).get(name)
    listed = {name: wrong} if isinstance(wrong, list) and all(isinstance(item, dict) for item in wrong) else {}
    flat_errors = tk.h.scheming_flatten_subfield(field, listed)
    indexes = {key.split("-")[1] for key in flat if key.startswith(f"{name}-") and key.count("-") > 1}
    used = sorted(int(index) for index in indexes if index.isdigit()) or list(range(field.get("form_blanks", 1)))
    return [{"index": index, "data": flat, "errors": flat_errors} for index in used]


def metadata_facet_field(name: str) -> str:
    """The search facet that lists a field's values; empty if there is none."""
    return indexing.FACETS[name][0] if name in indexing.FACETS else ""


def metadata_date(value: Any) -> str:
    """A date of any precision as people of the page's language write it."""
    parts = str(value or "").split("-")
    return "/".join(reversed(parts)) if all(part.isdigit() for part in parts) else str(value or "")


def metadata_filled(field: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether a dataset or resource says something in a field."""
    return completeness.is_filled(field, data)


@tk.chained_helper
def humanize_entity_type(next_helper: Any, entity_type: str, object_type: str, purpose: str) -> str | None:
    """CKAN's words for the pages of a type; None: the template's own text.

    CKAN makes them from the type's code, without accents and with an English plural (`Rendicion cuentass`). Ours are
    all datasets: the usual texts serve, and only a new one says of what kind it is.
    """
    known = vocabularies.load("tipos_de_conjunto").get(object_type)
    if entity_type != "package" or known is None:
        return next_helper(entity_type, object_type, purpose)
    if object_type != "dataset" and purpose in ("create label", "create title"):
        return tk._("Nuevo conjunto de datos: {kind}").format(kind=known.text(language.current()))
    return None
