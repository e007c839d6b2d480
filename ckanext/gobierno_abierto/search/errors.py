"""What a search may answer instead of results. Every text names the parameter, the value and the way out."""

from __future__ import annotations

from ckanext.gobierno_abierto.common.errors import InvalidInput, PortalError


class QueryRefused(InvalidInput):
    """Base: the question cannot be answered as it stands (HTTP 400)."""

    template = "La búsqueda no es válida: {detail}"


class BadSyntax(QueryRefused):
    """The text is not in the query language."""

    template = "No se entiende «{text}» cerca del carácter {position}: {detail}"


class NotSupported(QueryRefused):
    """The language has it, this engine does not."""

    template = "Esta búsqueda no admite {feature}. {alternative}"


class BadParameter(QueryRefused):
    """A parameter has a value that it cannot have."""

    template = "El parámetro «{name}» no puede ser «{value}»: {expected}"


class BadSort(QueryRefused):
    """The order cannot be understood or computed."""

    template = "No se puede ordenar por «{value}»: {expected}"


class BadDate(QueryRefused):
    """Not a date nor a date computation."""

    template = "«{value}» no es una fecha: escriba AAAA-MM-DD, AAAA-MM-DDThh:mm:ssZ o un cálculo como NOW-7DAYS/DAY"


class TooComplex(QueryRefused):
    """More clauses, brackets or letters than one question may have."""

    template = "La búsqueda es demasiado larga o compleja ({what}; el máximo es {limit}). Divídala o acórtela"


class TooSlow(QueryRefused):
    """The statement timeout stopped it."""

    template = "La búsqueda tardó más de {seconds} segundos y se detuvo. Añada un filtro o una palabra más precisa"


class NoIndex(PortalError):
    """The table of the index does not exist yet."""

    template = "Falta la tabla del buscador. Ejecute «ckan db upgrade» y «ckan search-index rebuild»"
