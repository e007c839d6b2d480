"""API actions on vocabularies and completeness."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .. import completeness, vocabularies

__all__ = ["metadata_completeness_show", "metadata_vocabulary_list", "metadata_vocabulary_show"]


@tk.side_effect_free
def metadata_vocabulary_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The controlled vocabularies: name, title ({es, en}), source and number of entries of each."""
    tk.check_access("metadata_vocabulary_list", context, data_dict)
    found = [vocabularies.load(name) for name in vocabularies.names()]
    return [
        {"name": v.name, "title": dict(v.title), "source": v.source, "uri": v.uri, "count": len(v.entries)}
        for v in found
    ]


@tk.side_effect_free
def metadata_vocabulary_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One vocabulary with its entries.

    :param name: name of the vocabulary, as `metadata_vocabulary_list` gives it
    :param q: (optional) only entries that look like this text
    """
    tk.check_access("metadata_vocabulary_show", context, data_dict)
    name = tk.get_or_bust(data_dict, "name")
    if name not in vocabularies.names():
        raise tk.ObjectNotFound(tk._("No existe el vocabulario «{name}».").format(name=name))
    vocabulary = vocabularies.load(name)
    query = str(data_dict.get("q") or "").strip()
    entries = [*vocabulary.find_all(query), *vocabulary.suggest(query, 20)] if query else vocabulary.entries
    return {
        "name": vocabulary.name,
        "title": dict(vocabulary.title),
        "source": vocabulary.source,
        "uri": vocabulary.uri,
        "entries": [
            {**e.attributes, "value": e.value, "label": dict(e.label), "uri": e.uri, "aliases": list(e.aliases)}
            for e in {entry.value: entry for entry in entries}.values()
        ],
    }


@tk.side_effect_free
def metadata_completeness_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How complete a dataset's description is and what publication still asks for.

    :param id: id or name of the dataset
    :returns: `{"id", "completeness" (0-100), "missing": [{"field", "label", "page", "resource"}]}`
    """
    tk.check_access("package_show", context, data_dict)
    dataset = tk.get_action("package_show")(dict(context), {"id": tk.get_or_bust(data_dict, "id")})
    try:
        schema = tk.get_action("scheming_dataset_schema_show")(dict(context), {"type": dataset["type"]})
    except tk.ObjectNotFound as error:
        raise tk.ValidationError(
            {"type": [tk._("El tipo «{type}» no tiene esquema.").format(type=dataset["type"])]}
        ) from error
    return {
        "id": dataset["id"],
        "completeness": completeness.completeness(schema, dataset),
        "missing": [field.as_dict() for field in completeness.missing_for_publication(schema, dataset)],
    }
