"""What the plugin does to datasets on their way into the search index and out of a search."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk

from . import helpers, indexing


def index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """The index document with our facets and words; repeating fields leave it, they are not indexable as they are."""
    schema = tk.h.scheming_get_dataset_schema(pkg_dict.get("type") or "dataset")
    if not schema:
        return pkg_dict
    data = json.loads(pkg_dict["validated_data_dict"])
    pkg_dict.update(indexing.facets(data))
    pkg_dict[indexing.TEXT_FIELD] = indexing.words(schema, data)
    for field in schema["dataset_fields"]:
        name = field["field_name"]
        if "repeating_subfields" in field or field.get("validators") == "ga_list":
            pkg_dict.pop(name, None)
            pkg_dict.pop(f"extras_{name}", None)
    return pkg_dict


def label_facets(search_results: dict[str, Any]) -> dict[str, Any]:
    """Search results whose facets show labels in the reader's language instead of codes."""
    for name, facet in (search_results.get("search_facets") or {}).items():
        if name in indexing.FACET_VOCABULARIES:
            for item in facet["items"]:
                item["display_name"] = helpers.metadata_facet_label(name, item["name"])
    return search_results
