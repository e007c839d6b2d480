"""Pure: docs/officers/metadatos.md, field by field, written from the schemas so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable

from . import rdf, vocabularies
from .fields import DATASET_TYPES, Field, groups, label, load, pages, subfields, text

INTRODUCTION = """# Los metadatos, campo por campo

<!-- Esta página sale de los esquemas: `ckan gobierno-abierto metadata-docs docs/officers`. No se edita a mano. -->

Un conjunto de datos se describe con uno de estos esquemas. Los campos comunes son los mismos en todos; cada esquema
agrega los suyos.

- **Obligatorio**: sin él no se guarda ni un borrador.
- **Para publicar**: un borrador puede no tenerlo; un conjunto publicado, no.
- **Recomendado**: cuenta en el porcentaje de la descripción.

Donde se elige de una lista, un programa puede enviar el código, el nombre o la dirección (URI) del valor: el portal
guarda el código. Las fechas se escriben 2024, 2024-03 o 2024-03-31 (también 31/03/2024). La columna «En DCAT» dice
con qué propiedad sale el campo en el catálogo DCAT-AP 3; el prefijo `ga:` es del portal,
`https://datos.gob.bo/def/ga#`.
"""
HEADER = "| Campo | Nombre técnico | Se pide | Qué se escribe | En DCAT |\n| --- | --- | --- | --- | --- |\n"
#: How each validator's values are described.
_KINDS = {
    "ga_date": "fecha",
    "ga_email": "correo electrónico",
    "ga_url": "dirección web",
    "ga_phone": "teléfono",
    "ga_integer": "número entero",
    "ga_decimal": "número, con punto decimal",
    "ga_duration": "duración ISO 8601 (P1M)",
    "ga_bbox": "oeste, sur, este, norte en grados",
    "ga_geojson": "geometría GeoJSON",
    "ga_hash": "hexadecimal",
    "owner_org_validator": "una organización del portal",
    "tag_string_convert": "palabras separadas por comas",
    "name_validator": "minúsculas, números, - y _",
}
_ITEMS = {"url": "direcciones web", "reference": "nombres o direcciones web", "text": "textos"}


def page() -> str:
    """The page's text in Markdown, in Spanish."""
    parts = [INTRODUCTION]
    general = {field["field_name"] for field in load("dataset")["dataset_fields"]}
    for name in DATASET_TYPES:
        schema = load(name)
        parts.append(f"## {text(schema['about'])} (`{name}`)\n")
        for form_page, inside in pages(schema):
            own = [f for f in inside if name == "dataset" or f["field_name"] not in general or "label" in f and _own(f)]
            if own:
                parts.append(f"### {text(form_page.get('title'))}\n\n{text(form_page.get('description'))}\n")
                parts.append(_table(own))
        if name != "dataset":
            parts.append("Además, todos los campos del conjunto de datos general.\n")
    parts.append("## Archivos y enlaces\n\nLos mismos campos en todos los esquemas.\n")
    for title, inside in groups(load("dataset")["resource_fields"]):
        parts.append(f"### {text(title) or 'Lo principal'}\n")
        parts.append(_table(inside))
    for name, heading in (("organization", "Organizaciones y comités"), ("mesa", "Mesas")):
        parts.append(f"## {heading}\n")
        parts.append(_table(load(name)["fields"], dcat=False))
    parts.append(_vocabularies())
    return "\n".join(parts).rstrip() + "\n"


def _own(field: Field) -> bool:
    """Whether a schema says of a shared field something that the general one does not."""
    shared = next(f for f in load("dataset")["dataset_fields"] if f["field_name"] == field["field_name"])
    return field["label"] != shared["label"]


def _table(fields: Iterable[Field], dcat: bool = True) -> str:
    rows = []
    for field in fields:
        rows.append(_row(field, "", dcat))
        rows += [_row(inner, f"{label(field)}: ", dcat) for inner in subfields(field)]
    return HEADER + "\n".join(rows) + "\n"


def _row(field: Field, before: str, dcat: bool) -> str:
    name = f"{before}{label(field)}"
    help_text = text(field.get("help_text"))
    value = f"{_value(field)}. {help_text}" if help_text else _value(field)
    carried = f"`{rdf.property_name(field)}`" if dcat and rdf.kind(field) != "none" else ""
    cells = (name, f"`{field['field_name']}`", _asked(field), value, carried)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _asked(field: Field) -> str:
    if field.get("required"):
        return "obligatorio"
    if field.get("required_for_publication"):
        return "para publicar"
    return "recomendado" if field.get("recommended") else ""


def _value(field: Field) -> str:
    """What is written in a field, in a few words."""
    if subfields(field):
        return "se repite; cada vez, los campos que siguen"
    many = field.get("validators") == "ga_list"
    if "vocabulary" in field:
        title = vocabularies.load(field["vocabulary"]).title["es"].lower()
        how = "uno o más valores" if many else "un valor"
        return f"{how} de la lista «{title}»"
    if "pattern" in field:
        return f"{'uno o más códigos' if many else 'código'} como `{field['example']}`"
    if many:
        return f"uno o más {_ITEMS[field.get('item', 'text')]}"
    for validator in field.get("validators", "").split():
        if validator in _KINDS:
            return _KINDS[validator]
    return "texto con párrafos" if field.get("long") else "texto"


def _vocabularies() -> str:
    rows = []
    for name in vocabularies.names():
        vocabulary = vocabularies.load(name)
        rows.append(f"| {vocabulary.title['es']} | `{name}` | {len(vocabulary.entries)} | {vocabulary.source} |")
    return (
        "## Listas de valores\n\nLa acción `metadata_vocabulary_show` da los valores de cada una.\n\n"
        "| Lista | Nombre técnico | Valores | Fuente |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )
