"""var/ckan.ini: the template of the extension, filled; the operator's own options laid over it."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

from .console import Failure

TEMPLATE = Path("ckanext", "gobierno_abierto", "ckan.ini.template")
SECTION = "[app:main]"
PLACE = re.compile("@([A-Z_]+)@")
#: The portal as it is run; tests/ops holds this list and tests/conftest.py to be the same.
PLUGINS = """
    gobierno_abierto_theme gobierno_abierto_workflow gobierno_abierto_files gobierno_abierto_quality
    gobierno_abierto_committees
    gobierno_abierto_metadata gobierno_abierto_search
    scheming_datasets scheming_groups scheming_organizations
    gobierno_abierto_table gobierno_abierto_chart gobierno_abierto_map gobierno_abierto_pdf gobierno_abierto_text
    dcat structured_data activity datastore image_view resource_proxy
""".split()


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each @NAME@ outside of comments replaced. A value's `%` is doubled: an ini interpolates it.

    :raises KeyError: when the template has a place that `values` lacks.
    """

    def value(match: re.Match[str]) -> str:
        return values[match.group(1)].replace("%", "%%")

    lines = template.splitlines(keepends=True)
    return "".join(line if line.startswith("#") else PLACE.sub(value, line) for line in lines)


def overlay(ini: str, options: Mapping[str, str]) -> str:
    """`ini` with each option of [app:main] replaced, or added to the section when it has no line of its own."""
    for key, value in options.items():
        line = f"{key} = {value}"
        pattern = re.compile(rf"^{re.escape(key)}\s*[=:].*(?:\n[ \t]+\S.*)*", re.MULTILINE)
        if pattern.search(ini):
            ini = pattern.sub(line.replace("\\", r"\\"), ini, count=1)
        else:
            ini = ini.replace(f"{SECTION}\n", f"{SECTION}\n{line}\n", 1)
    return ini


def read_options(path: Path) -> dict[str, str]:
    """The operator's options: lines of `option = value`, with or without the section's heading.

    :raises Failure: when the file cannot be read as such.
    """
    if not path.exists():
        return {}
    parser = configparser.RawConfigParser(strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    text = path.read_text(encoding="utf-8")
    try:
        parser.read_string(text if SECTION in text else f"{SECTION}\n{text}", source=path.name)
    except configparser.Error as error:
        raise Failure(
            f"{path} no se puede leer: {error}", "cada línea debe ser `opción = valor`; corrija el archivo y repita"
        ) from None
    return dict(parser["app:main"])


def render(root: Path, values: Mapping[str, str], options: Mapping[str, str]) -> str:
    """The whole configuration file of a clone."""
    template = (root / TEMPLATE).read_text(encoding="utf-8")
    return overlay(fill(template, {"PLUGINS": " ".join(PLUGINS), **values}), options)
