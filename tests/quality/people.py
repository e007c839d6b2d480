"""Rows of people that nobody is, for the tests of what becomes of personal data."""

from __future__ import annotations

CARDS = tuple(f"{2345671 + 7919 * number} LP" for number in range(30))
NAMES = tuple(
    f"{name} {last}"
    for name in ("Juana", "Marco", "Rosa", "Luis", "Elena", "Felipe")
    for last in ("Quispe Mamani", "Condori Flores", "Rojas Vargas", "Choque Apaza", "Gutiérrez Lima")
)
BORN = tuple(f"{number % 28 + 1:02}/0{number % 9 + 1}/19{60 + number % 39}" for number in range(30))
TOWNS = ("La Paz", "Oruro", "Potosí", "Cañada; Ñuflo", 'La "Villa"')
HEADING = ("carnet", "nombre completo", "fecha de nacimiento", "municipio", "monto")
#: What is found in each column.
KINDS = {"carnet": "cedula", "nombre completo": "nombre_persona", "fecha de nacimiento": "fecha_nacimiento"}
ROWS = [
    [card, name, born, TOWNS[number % len(TOWNS)], str(100 + number)]
    for number, (card, name, born) in enumerate(zip(CARDS, NAMES, BORN, strict=True))
]
#: Everything that may appear nowhere but in the file.
SECRETS = (*CARDS, *(card[:7] for card in CARDS), *NAMES, *BORN)


def cell(value: str, mark: str, quote_all: bool = False) -> str:
    """A value as a delimited text holds it."""
    quoted = quote_all or any(one in value for one in (mark, '"', "\n", "\r"))
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if quoted else value


def text_of(rows: list[list[str]], mark: str = ",", ending: str = "\n", quote_all: bool = False) -> str:
    """Rows as a delimited text."""
    return "".join(mark.join(cell(value, mark, quote_all) for value in row) + ending for row in rows)


#: The table as the tests upload it.
CSV = text_of([list(HEADING), *ROWS]).encode()
