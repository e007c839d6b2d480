"""What can be wrong with a file or a link; each says which one, what is wrong and what to do."""

from __future__ import annotations

from ..common.errors import InvalidInput


class FileProblem(InvalidInput):
    """Base of every refusal of an upload; shown at the field `upload`."""

    def __init__(self, **arguments: object) -> None:
        super().__init__(field="upload", **arguments)


class EmptyFile(FileProblem):
    template = "El archivo «{name}» está vacío (0 bytes). Revise que se haya guardado bien y vuelva a enviarlo."


class UnknownExtension(FileProblem):
    template = (
        "El archivo «{name}» tiene una extensión que el portal no reconoce ({extension}). "
        "Envíelo en uno de estos formatos: {allowed}."
    )


class MissingExtension(FileProblem):
    template = (
        "El nombre del archivo «{name}» no tiene extensión y su contenido no basta para saber qué es. "
        "Agregue al nombre la extensión de su formato: {allowed}."
    )


class RefusedExtension(FileProblem):
    template = "El portal no recibe archivos «.{extension}» («{name}»). {instead}"


class NotWhatItSays(FileProblem):
    template = (
        "El archivo «{name}» dice ser {expected}, pero su contenido es {found}. "
        "Expórtelo de nuevo como {expected}, o cambie su extensión por la verdadera."
    )


class Damaged(FileProblem):
    template = "El archivo «{name}» no se puede leer como {expected}: {detail}. Ábralo, guárdelo otra vez y reenvíelo."


class IncompleteShapefile(FileProblem):
    template = (
        "Al shapefile «{name}» le falta {missing}. Un shapefile se envía en un ZIP con al menos .shp, .dbf y .shx, "
        "los tres con el mismo nombre."
    )


class UnsafeArchive(FileProblem):
    template = "El archivo comprimido «{name}» no se acepta: {detail}. Vuelva a comprimirlo sin eso."


class Protected(FileProblem):
    template = (
        "El archivo «{name}» está protegido con contraseña. Los datos abiertos se leen sin clave: "
        "quítela y vuelva a enviarlo."
    )


class TooDeep(FileProblem):
    template = "El archivo «{name}» tiene más de {limit} niveles anidados. Envíe los datos en una estructura más plana."


class TooLarge(FileProblem):
    template = (
        "El archivo «{name}» es demasiado grande: el máximo es {limit}. "
        "Divídalo (por año o por departamento), comprímalo en ZIP o publique un enlace."
    )


class BodyTooLarge(FileProblem):
    template = (
        "Se enviaron {size} y el máximo por archivo es {limit}. No se guardó nada. "
        "Divida el archivo (por año o por departamento), comprímalo en ZIP o publique un enlace."
    )


class UploadElsewhere(FileProblem):
    template = (
        "El recurso «{name}» lleva un archivo dentro de package_create, que no guarda archivos. "
        "Cree primero el conjunto de datos y envíe el archivo con resource_create."
    )


class LinkProblem(InvalidInput):
    """Base of every refusal of an address; shown at the field `url`."""

    def __init__(self, **arguments: object) -> None:
        super().__init__(field="url", **arguments)


class WrongScheme(LinkProblem):
    template = "La dirección «{url}» no se puede enlazar: debe empezar con {allowed}."


class MalformedLink(LinkProblem):
    template = "La dirección «{url}» no está bien escrita: {detail}. Cópiela de la barra del navegador."


class LinkTooLong(LinkProblem):
    template = "La dirección enlazada tiene {size} caracteres y el máximo es {limit}. Use una dirección más corta."


class InternalAddress(LinkProblem):
    template = (
        "El portal no lee la dirección «{url}»: {detail}. "
        "Publique el archivo en un sitio accesible desde internet o súbalo al portal."
    )


class TooManyRedirects(LinkProblem):
    template = "La dirección «{url}» redirige más de {limit} veces. Enlace la dirección final."
