"""What may be wrong with a value: each error names the field, the value and what is allowed.

`label` (the field's name as the form shows it) is filled in by the validator that knows the field.
"""

from __future__ import annotations

from typing import Any

from ckanext.gobierno_abierto.common.errors import InvalidInput

#: Longest piece of a wrong value that a message repeats.
SHOWN = 60


def N_(text: str) -> str:
    """Marks a message for translation; it is translated when it is shown."""
    return text


class InvalidValue(InvalidInput):
    """A field's value cannot be accepted."""

    template = N_("«{label}»: «{value}» no es válido.")

    def __init__(self, value: Any = "", **arguments: Any) -> None:
        text = str(value)
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        super().__init__(**{"label": "", "value": shown, **arguments})

    def for_field(self, label: str) -> InvalidValue:
        """This error, saying which field it is about."""
        self.arguments["label"] = label
        return self


class UnknownTerm(InvalidValue):
    template = N_("«{label}»: «{value}» no está en el vocabulario. Valores admitidos: {options}.")


class UnknownTermInLongList(InvalidValue):
    template = N_("«{label}»: «{value}» no está en el vocabulario «{vocabulary}». Los más parecidos: {options}.")


class UnknownTermWithoutHint(InvalidValue):
    template = N_(
        "«{label}»: «{value}» no está en el vocabulario «{vocabulary}», que tiene {count} valores. "
        "Consúltelos con la acción metadata_vocabulary_show. Por ejemplo: {options}."
    )


class AmbiguousTerm(InvalidValue):
    template = N_("«{label}»: «{value}» puede ser varios valores. Escriba uno de estos códigos: {options}.")


class UnknownPlace(InvalidValue):
    template = N_(
        "«{label}»: «{value}» no es un departamento, una provincia ni un municipio conocido. Por ejemplo: {options}."
    )


class AmbiguousPlace(InvalidValue):
    template = N_("«{label}»: «{value}» nombra más de un lugar. Escriba el código con su año: {options}.")


class LostZero(InvalidValue):
    template = N_("«{label}»: al código «{value}» le falta el cero inicial. ¿Quiso decir {padded} ({name})?")


class UnknownClassifier(InvalidValue):
    template = N_("«{label}»: «{value}» usa el clasificador de {year}, que el portal no conoce. Admitidos: {years}.")


class NotText(InvalidValue):
    template = N_("«{label}»: se espera un texto, no {kind}.")


class NotAList(InvalidValue):
    template = N_("«{label}»: se espera una lista de textos, no {kind}.")


class NotSubfields(InvalidValue):
    template = N_("«{label}»: se espera una lista de objetos con los campos {subfields}, no {kind}.")


class TooLong(InvalidValue):
    template = N_("«{label}»: tiene {length} caracteres; se admiten {limit} como máximo.")


class ControlCharacters(InvalidValue):
    template = N_("«{label}»: contiene caracteres invisibles de control ({characters}). Bórrelos y escriba el texto.")


class PathInText(InvalidValue):
    template = N_("«{label}»: «{value}» contiene «{part}», que parece la ruta de un archivo. Quítelo.")


class NotADate(InvalidValue):
    template = N_("«{label}»: «{value}» no es una fecha. Escriba el año, año-mes o año-mes-día, como 2024-03-31.")


class NoSuchDay(InvalidValue):
    template = N_("«{label}»: el día «{value}» no existe en el calendario.")


class EndBeforeStart(InvalidValue):
    template = N_("«{label}»: «{value}» es anterior al inicio, «{start}». Cambie una de las dos fechas.")


class NotAnEmail(InvalidValue):
    template = N_("«{label}»: «{value}» no es un correo electrónico. Escriba uno como datos@entidad.gob.bo.")


class NotAUrl(InvalidValue):
    template = N_("«{label}»: «{value}» no es una dirección web. Debe empezar con http:// o https://.")


class NotAPhone(InvalidValue):
    template = N_("«{label}»: «{value}» no es un teléfono. Escriba uno como +591 2 2222333 o 71234567.")


class NotAnInteger(InvalidValue):
    template = N_("«{label}»: «{value}» no es un número entero de {minimum} o más.")


class NotADecimal(InvalidValue):
    template = N_("«{label}»: «{value}» no es un número de {minimum} o más. Use el punto como signo decimal.")


class NotADuration(InvalidValue):
    template = N_("«{label}»: «{value}» no es una duración ISO 8601. Por ejemplo: P1D (un día), P1M (un mes), PT1H.")


class TooLarge(InvalidValue):
    template = N_("«{label}»: «{value}» es mayor que {maximum}, el máximo admitido.")


class NotJson(InvalidValue):
    template = N_("«{label}»: no es una geometría GeoJSON, porque no es JSON. Pegue el texto del objeto «geometry».")


class WrongGeometry(InvalidValue):
    template = N_("«{label}»: no es una geometría GeoJSON. Su «type» debe ser uno de estos: {kinds}.")


class WrongCoordinates(InvalidValue):
    template = N_("«{label}»: las coordenadas no son las de una geometría {kind} completa y cerrada.")


class NotABox(InvalidValue):
    template = N_(
        "«{label}»: «{value}» no es un rectángulo. Escriba oeste, sur, este, norte: -69.64,-22.90,-57.45,-9.68."
    )


class OutsideTheWorld(InvalidValue):
    template = N_("«{label}»: la coordenada {value} está fuera del mundo (longitud -180 a 180, latitud -90 a 90).")


class WrongPattern(InvalidValue):
    template = N_("«{label}»: «{value}» no tiene la forma esperada. Por ejemplo: {example}.")
