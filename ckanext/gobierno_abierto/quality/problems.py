"""Why a table could not be loaded; each says where, what and what to do. Kept as a code and its arguments."""

from __future__ import annotations

from typing import Any

from ..common.errors import InvalidInput


class TableProblem(InvalidInput):
    """Base of everything that keeps a file from being a table. `code` is the class's name."""

    @property
    def code(self) -> str:
        return type(self).__name__


class NoRows(TableProblem):
    template = "El archivo no tiene filas de datos debajo del encabezado. Revise que sea el archivo correcto."


class NoHeading(TableProblem):
    template = "No se encontró una fila de encabezado. La primera fila debe llevar el nombre de cada columna."


class LongRow(TableProblem):
    template = (
        "La línea {line} tiene {found} valores y el encabezado {expected}. "
        "Si un valor lleva el separador «{delimiter}», escríbalo entre comillas."
    )


class LongLine(TableProblem):
    template = (
        "La línea {line} tiene más de {limit} caracteres sin terminar. "
        "Puede que falte cerrar unas comillas, o que el archivo no sea una tabla."
    )


class OpenQuote(TableProblem):
    template = (
        "En la línea {line} hay unas comillas que se abren y no se cierran. "
        "Ciérrelas, o escríbalas dobles si son parte del valor."
    )


class NulByte(TableProblem):
    template = "La línea {line} contiene un carácter nulo. Exporte otra vez el archivo como CSV en UTF-8."


class TooManyColumns(TableProblem):
    template = "La tabla tiene {found} columnas y el máximo es {limit}. Divídala, o páselas a filas."


class TooBig(TableProblem):
    template = (
        "El archivo ocupa {found} MB y el portal carga tablas de hasta {limit} MB. Divídalo, o publíquelo en CSV."
    )


class Unreadable(TableProblem):
    template = "El archivo no se puede leer como {format}: {detail}. Ábralo, guárdelo otra vez y reenvíelo."


class WrongType(TableProblem):
    template = (
        "El diccionario dice que la columna «{column}» es de tipo {type}, pero en la línea {line} "
        "hay un valor que no lo es. Corrija el valor o el tipo."
    )


class MissingFile(TableProblem):
    template = "El archivo del recurso ya no está en el portal. Vuelva a subirlo."


class Unfit(TableProblem):
    template = "La base de datos no aceptó la tabla: {detail}. Avise al administrador del portal."


class Interrupted(TableProblem):
    template = (
        "La carga se interrumpió por un fallo del portal, no del archivo. Vuelva a intentarla; si se repite, avise."
    )


class CheckProblem(InvalidInput):
    """Base of everything that keeps a content from being checked. `code` is the class's name."""

    @property
    def code(self) -> str:
        return type(self).__name__


class CheckTooLong(CheckProblem):
    template = (
        "La revisión pasó de {seconds} segundos y se detuvo. Divida el archivo, o publíquelo en un formato más simple."
    )


class CheckTooLarge(CheckProblem):
    template = (
        "La revisión necesitó más de {limit} MB de memoria y se detuvo: puede que el archivo se expanda demasiado. "
        "Ábralo, guárdelo otra vez como CSV y reenvíelo."
    )


class CheckCrashed(CheckProblem):
    template = (
        "El archivo hizo fallar al programa que lo lee. Ábralo, guárdelo otra vez y reenvíelo; si se repite, avise al "
        "administrador del portal."
    )


class NoContent(CheckProblem):
    template = "El archivo ya no está en el portal. Vuelva a subirlo."


class NoAnswer(CheckProblem):
    template = "El enlace no se pudo leer: {detail} Corríjalo, o suba el archivo al portal."


class CheckInterrupted(CheckProblem):
    template = "La revisión se interrumpió por un fallo del portal, no del archivo. Se intentará otra vez."


CODES: dict[str, type[InvalidInput]] = {
    one.__name__: one for base in (TableProblem, CheckProblem) for one in base.__subclasses__()
}


def message(code: str, arguments: dict[str, Any]) -> str:
    """The sentence for a kept problem, in the reader's language."""
    return CODES.get(code, Interrupted)(**arguments).message
