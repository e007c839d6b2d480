"""What can be wrong with a decision on personal data. No message holds a value of the file."""

from __future__ import annotations

from typing import ClassVar

from ...common.errors import Conflict, InvalidInput, NotAllowed, NotFound


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class UnknownResource(NotFound):
    """No resource, live or proposed, has this id."""

    template: ClassVar[str] = _("No existe el recurso «{id}».")


class UnknownVersion(NotFound):
    """The resource has no such content."""

    template: ClassVar[str] = _("El recurso no tiene la versión «{version}».")


class NotCheckedYet(Conflict):
    """The content has no finished report (HTTP 409)."""

    template: ClassVar[str] = _(
        "El archivo «{name}» todavía no tiene un informe terminado. Espere a que termine la revisión y "
        "vuelva a intentar."
    )


class FileChanged(Conflict):
    """The content is not the one of the report any more (HTTP 409)."""

    template: ClassVar[str] = _(
        "El archivo «{name}» cambió después de la revisión. No se guardó nada: espere el informe nuevo y "
        "decida de nuevo."
    )


class UnknownFinding(InvalidInput):
    """The report did not find that kind of data in that column."""

    template: ClassVar[str] = _(
        "La revisión no señaló «{kind}» en la columna «{column}». Vea en el informe las columnas señaladas."
    )


class UnknownColumn(InvalidInput):
    """A treatment for a column that the report did not point at. `known` names those that it did."""

    template: ClassVar[str] = _(
        "La columna «{column}» no está entre las que la revisión señaló. Puede tratar estas: {known}."
    )


class UnknownTable(InvalidInput):
    """The file has no such table."""

    template: ClassVar[str] = _("El archivo no tiene la tabla «{table}». Sus tablas son: {known}.")


class SeveralTables(InvalidInput):
    """Columns of more than one sheet would be masked at once."""

    template: ClassVar[str] = _(
        "Eligió tratar columnas de varias hojas ({tables}) y el resultado es un CSV de una sola. Trate una, o suba "
        "cada hoja como un archivo."
    )


class NothingToDo(InvalidInput):
    """No treatment was chosen."""

    template: ClassVar[str] = _("No eligió qué hacer con ninguna columna. Marque al menos una opción.")


class BadTreatments(InvalidInput):
    """`treatments` is no mapping of columns to treatments."""

    template: ClassVar[str] = _("«treatments» debe ser un objeto de columna a tratamiento, por ejemplo {example}.")


class NotPossible(InvalidInput):
    """A treatment that the kind of data does not have. `possible` names those that it has."""

    template: ClassVar[str] = _("«{treatment}» no sirve para la columna «{column}» ({label}). Elija entre: {possible}.")


class NotRewritten(InvalidInput):
    """A format in which the portal writes no file."""

    template: ClassVar[str] = _(
        "El portal no reescribe archivos {format}. Quite la columna en el sistema de origen y suba el archivo de nuevo."
    )


class LinkedFile(InvalidInput):
    """The file is not in the portal."""

    template: ClassVar[str] = _(
        "«{name}» es un enlace a otro sitio y el portal no puede cambiarlo allí. Quite la columna en el origen, o suba "
        "el archivo al portal."
    )


class Unreadable(InvalidInput):
    """The file cannot be read to its end. `detail` is a sentence."""

    template: ClassVar[str] = _(
        "El archivo «{name}» no se puede leer entero: {detail} Corríjalo y súbalo de nuevo antes de ocultar columnas."
    )


class NoHeadingRow(InvalidInput):
    """What stands where the names of the columns should be looks like data."""

    template: ClassVar[str] = _(
        "La primera fila de «{name}» parece llevar datos y no los nombres de las columnas. Póngale un encabezado y "
        "suba el archivo de nuevo: así ninguna fila queda sin ocultar."
    )


class NothingLeft(InvalidInput):
    """Every column would be removed."""

    template: ClassVar[str] = _(
        "No quedaría ninguna columna. Si todo el archivo es de personas, retírelo del conjunto."
    )


class StillFound(InvalidInput):
    """The masked file was read again, and the data are still recognised."""

    template: ClassVar[str] = _(
        "Después de ocultarla, la columna «{column}» todavía se reconoce como «{label}». No se guardó nada: quítela."
    )


class BasisLength(InvalidInput):
    """A legal basis that is too short to say anything, or too long."""

    template: ClassVar[str] = _(
        "La base legal tiene {length} caracteres y debe tener de {least} a {most}. Escriba la norma, su número y el "
        "artículo que manda publicar el dato."
    )


class NoteTooLong(InvalidInput):
    """A note that is too long."""

    template: ClassVar[str] = _("La nota tiene {length} caracteres y el máximo es {most}. Acórtela.")


class AlreadyAccepted(Conflict):
    """A reviewer accepted the basis (HTTP 409)."""

    template: ClassVar[str] = _(
        "La base legal de la columna «{column}» ya fue aceptada. Si quiere declarar otra, retírela primero."
    )


class NothingDeclared(NotFound):
    """There is no basis for this column and kind."""

    template: ClassVar[str] = _("No hay una base legal declarada para «{kind}» en la columna «{column}».")


class BasisChanged(Conflict):
    """The basis was declared anew after the reviewer read it (HTTP 409)."""

    template: ClassVar[str] = _(
        "La base legal de la columna «{column}» cambió después de que usted la leyó. Léala otra vez y decida de nuevo."
    )


class OwnBasis(NotAllowed):
    """Who declared a basis would judge it (HTTP 403), whatever rank they have."""

    template: ClassVar[str] = _(
        "No puede decidir sobre esta base legal porque la declaró usted. Debe hacerlo otra persona de quienes revisan."
    )


class OwnFile(NotAllowed):
    """Who uploaded the file would judge its basis (HTTP 403), whatever rank they have."""

    template: ClassVar[str] = _(
        "No puede decidir sobre esta base legal porque usted subió el archivo. Debe hacerlo otra persona de quienes "
        "revisan."
    )


class RefusalWithoutNote(InvalidInput):
    """A refusal says why."""

    template: ClassVar[str] = _("Falta decir por qué se rechaza la base legal. Escríbalo en la nota.")
