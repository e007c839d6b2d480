"""What is looked at before CKAN validates: the shape of the whole thing sent, and its type.

CKAN answers a repeating field that is not a list of objects with an internal error text, and takes a dataset of a
type that nobody knows without any check. Both are refused here, in words.
"""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from .. import language
from ..clean import groups_from_form, shape_errors
from ..vocabularies import load


@tk.chained_action
def package_create(up_func: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_create, after a look at the type and the shape."""
    _refuse_unknown_type(data_dict)
    _refuse_wrong_shape(data_dict, data_dict.get("type") or "dataset")
    return up_func(context, data_dict)


@tk.chained_action
def package_update(up_func: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_update, after a look at the shape."""
    _refuse_wrong_shape(data_dict, data_dict.get("type") or "dataset")
    return up_func(context, data_dict)


@tk.chained_action
def package_patch(up_func: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """CKAN's package_patch, with a form's repeating fields as the lists that they are."""
    package = model.Package.get(data_dict.get("id")) if any("-" in key for key in data_dict) else None
    schema = tk.h.scheming_get_dataset_schema(package.type or "dataset") if package else None
    if schema:
        groups_from_form(data_dict, schema)
    return up_func(context, data_dict)


def _refuse_unknown_type(data_dict: dict[str, Any]) -> None:
    wanted = data_dict.get("type")
    known = {name for plugin in p.PluginImplementations(p.IDatasetForm) for name in plugin.package_types()}
    if wanted and known and wanted not in known | {"dataset"}:
        options = ", ".join(
            f"{entry.value} ({entry.text(language.current())})" for entry in load("tipos_de_conjunto").entries
        )
        message = tk._("«{value}» no es un tipo de conjunto de datos. Valores admitidos: {options}.")
        raise tk.ValidationError({"type": [message.format(value=str(wanted)[:60], options=options)]})


def _refuse_wrong_shape(data_dict: dict[str, Any], dataset_type: str) -> None:
    schema = tk.h.scheming_get_dataset_schema(dataset_type) if "scheming_get_dataset_schema" in tk.h else None
    found = shape_errors(data_dict, schema, language.current()) if schema else {}
    if found:
        raise tk.ValidationError(found)
