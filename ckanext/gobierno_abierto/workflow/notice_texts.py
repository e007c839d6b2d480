"""What each kind of notice says, in the portal and by e-mail: one table, Spanish message ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel import Locale
from babel.dates import format_date, format_time

from ..common.clock import LA_PAZ

#: Characters of a title that a subject shows.
SUBJECT_TITLE = 120


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


@dataclass(frozen=True)
class Kind:
    """Message ids with the places {title}, {organization}, {by} (first in its sentence) and {date}.

    `asked` is what the reader is to do, empty for nothing. `remark` announces the reason or comment that the notice
    carries; a kind without it never shows one.
    """

    subject: str
    happened: str
    asked: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Remark:
    """A comment, and what it is about (empty for the whole proposal)."""

    text: str
    where: str = ""


@dataclass(frozen=True)
class NoticeText:
    """A notice in the reader's language; `when` is when it happened, Bolivian time."""

    subject: str
    happened: str
    asked: str
    remark: str
    remarks: list[Remark]
    when: str


REVIEW = _("Lea la propuesta y apruébela, u observe lo que haya que corregir.")
REASON = _("Motivo:")

KINDS: dict[str, Kind] = {
    "enviado": Kind(
        _("Espera su revisión: «{title}»"),
        _("{by} envió a revisión «{title}», de {organization}."),
        REVIEW,
        _("Nota de quien la envía:"),
    ),
    "observado": Kind(
        _("Piden cambios: «{title}»"),
        _("{by} leyó la propuesta de «{title}» y pide cambios."),
        _("Corrija lo que se pide y vuelva a enviarla. Mientras tanto no se publica nada."),
        _("Lo que se pide:"),
    ),
    "aprobado": Kind(
        _("Aprobado: «{title}»"),
        _("{by} aprobó la propuesta de «{title}»."),
        _("No tiene que hacer nada más: le avisaremos cuando se publique."),
        _("Comentario de quien revisó:"),
    ),
    "publicado": Kind(
        _("Publicado: «{title}»"),
        _("Lo que se propuso para «{title}» ya es público."),
    ),
    "no_publicado": Kind(
        _("No se pudo publicar: «{title}»"),
        _("Llegó la fecha de «{title}», pero no se pudo publicar."),
        _("Corrija el problema y publíquelo desde su página."),
        _("Problema:"),
    ),
    "programado": Kind(
        _("Tiene fecha de publicación: «{title}»"),
        _("{by} fijó la publicación de «{title}» para el {date}."),
        _("Si para entonces está aprobado, se publica solo."),
    ),
    "retiro_programado": Kind(
        _("Tiene fecha de retiro: «{title}»"),
        _("{by} fijó el retiro de «{title}» para el {date}."),
        _("Desde entonces su dirección mostrará solo el título, el motivo y la fecha."),
        REASON,
    ),
    "fecha_quitada": Kind(
        _("Ya no tiene fecha: «{title}»"),
        _("{by} quitó la fecha que tenía «{title}»."),
    ),
    "vencimiento": Kind(
        _("Datos por actualizar: «{title}»"),
        _("«{title}», de {organization}, debía actualizarse hasta el {date}, según la frecuencia que se declaró."),
        _("Suba los datos nuevos y escriba su fecha. Si ya no se actualizan, corrija la frecuencia de actualización."),
    ),
    "retirado_envio": Kind(
        _("Ya no espera su revisión: «{title}»"),
        _("{by} retiró de la revisión la propuesta de «{title}»."),
        _("No tiene que hacer nada: le avisaremos si la vuelven a enviar."),
    ),
    "descartado": Kind(
        _("Descartado: «{title}»"),
        _("{by} descartó la propuesta de «{title}»."),
        _("Lo que ya era público no cambió."),
    ),
    "retiro_propuesto": Kind(
        _("Proponen retirar: «{title}»"),
        _("{by} propone retirar del portal «{title}», de {organization}."),
        _("Apruebe el retiro u observe lo que haya que corregir."),
        REASON,
    ),
    "retirado": Kind(
        _("Retirado: «{title}»"),
        _("«{title}» ya no está en el portal."),
        _("Su dirección muestra el título, el motivo y la fecha del retiro."),
        REASON,
    ),
    "restaurado": Kind(
        _("Otra vez público: «{title}»"),
        _("{by} restauró «{title}»: vuelve a ser público, como estaba antes de su retiro."),
    ),
    "emergencia": Kind(
        _("Publicado de emergencia: «{title}»"),
        _("{by} publicó «{title}», de {organization}, sin esperar la aprobación del comité."),
        _("Léalo y, si algo está mal, pida que se corrija o se retire."),
        REASON,
    ),
    "recordatorio": Kind(
        _("Sigue esperando su revisión: «{title}»"),
        _("La propuesta de «{title}», de {organization}, espera su revisión desde el {date}."),
        REVIEW,
    ),
}
#: For a row whose kind another version of the portal wrote.
UNKNOWN = Kind(_("Hay novedades: «{title}»"), _("Hay novedades sobre «{title}»."))


def text_of(kind: str, arguments: Mapping[str, Any], created: datetime) -> NoticeText:
    """A notice's words in the language of the present request.

    `arguments` may have `title`, `name`, `organization`, `by`, `date` (ISO 8601), `reason` or `comment`, and `comments`
    (a list of `{text, where}`).
    """
    says = KINDS.get(kind, UNKNOWN)
    title = _one_line(arguments.get("title")) or _one_line(arguments.get("name")) or tk._("(sin título)")
    places = {
        "title": title,
        "organization": _one_line(arguments.get("organization")) or tk._("sin organización"),
        "by": _one_line(arguments.get("by")) or tk._("El portal"),
        "date": moment(arguments.get("date")) or tk._("una fecha por fijar"),
    }
    return NoticeText(
        subject=tk._(says.subject).format(**{**places, "title": shortened(title, SUBJECT_TITLE)}),
        happened=tk._(says.happened).format(**places),
        asked=tk._(says.asked) if says.asked else "",
        remark=tk._(says.remark) if says.remark else "",
        remarks=_remarks(arguments) if says.remark else [],
        when=moment(created),
    )


def moment(value: datetime | str | None) -> str:
    """Day and time in Bolivia in the reader's language (`28 de febrero de 2025, 23:59`); empty for None."""
    if not value:
        return ""
    aware = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = aware.astimezone(LA_PAZ)
    locale = _locale()
    return f"{format_date(local, 'long', locale=locale)}, {format_time(local, 'short', locale=locale)}"


def _locale() -> Locale:
    try:
        return Locale.parse(str(tk.h.lang() or "es"))
    except RuntimeError:
        # A command, outside of any request.
        return Locale("es")


def shortened(text: str, most: int) -> str:
    """The text in at most `most` characters, an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _one_line(value: Any) -> str:
    """Without line breaks and other control characters, which have no place in a subject or a sentence."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value or "")).split())


def _remarks(arguments: Mapping[str, Any]) -> list[Remark]:
    whole = str(arguments.get("reason") or arguments.get("comment") or "").strip()
    said = [Remark(whole)] if whole else []
    for comment in arguments.get("comments") or []:
        said.append(Remark(str(comment.get("text") or "").strip(), _one_line(comment.get("where"))))
    return [remark for remark in said if remark.text]
