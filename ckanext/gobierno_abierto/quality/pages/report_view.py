"""Pure: what `quality_report_show` answers, as the page of the report shows it: first what is to be done, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..decisions.gate import DECLARED, REFUSED, UNDECIDED
from ..definitions import GROUPS, definitions
from ..report import FAILED, PASSED
from . import personal_view
from .column_view import ColumnView, columns
from .personal_view import PersonalView
from .speech import Say

#: Severities in the order of the page: tone, and id of the section.
SEVERITIES: Mapping[str, tuple[str, str]] = {
    "error": ("bad", "errores"),
    "warning": ("warn", "advertencias"),
    "info": ("info", "sugerencias"),
}
#: The check whose places hold, as their value, how many values a row has.
COUNTS_VALUES = "ragged_rows"
CHECK_FAILED = "failed"
#: States in which the report is still to come, and in which anything is.
CHECKING = frozenset({"waiting", "reading", "checking"})
OPEN = CHECKING | {"loading"}


@dataclass(frozen=True)
class Place:
    """`where` is «línea 12, columna «edad»»; `value` an excerpt, empty when there is none or it is kept back."""

    where: str
    value: str


@dataclass(frozen=True)
class Item:
    """A fault of a check in one column, table or file; `more`: places that the report does not list."""

    where: str
    count: str
    detail: str
    places: tuple[Place, ...]
    more: str


@dataclass
class Finding:
    """A check that failed, with everything that it found."""

    check: str
    title: str
    advice: str
    group: str
    tone: str
    total: int = 0
    count: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """A sentence, its tone (ok, info, warn, bad) and what else there is, as (anchor, text)."""

    tone: str
    sentence: str
    rest: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class TableView:
    """A table of the file; `facts` are short phrases."""

    number: int
    name: str
    facts: tuple[str, ...]
    open: list[ColumnView]
    folded: list[ColumnView]
    #: How many columns stand in the report alone.
    left_out: int


@dataclass(frozen=True)
class ReportView:
    """Everything that the page shows; `groups` holds (severity, id of the section, findings) without empty ones."""

    state: str
    insider: bool
    verdict: Verdict
    personal: list[PersonalView]
    groups: list[tuple[str, str, list[Finding]]]
    #: (group, titles of faults that were looked for and not found)
    passed: list[tuple[str, list[str]]]
    #: (title, reason)
    skipped: list[tuple[str, str]]
    tables: list[TableView]
    facts: tuple[str, ...]


def view(answer: Mapping[str, Any], dictionary: Sequence[Mapping[str, Any]], say: Say) -> ReportView:
    """The page of an answer with a whole report; `dictionary` is what the resource's `columns` says."""
    report = answer.get("report") or {"results": [], "tables": [], "file": {}, "summary": {}}
    insider = is_insider(answer)
    personal = personal_view.personal(report["tables"], answer.get("bases") or [], insider, say)
    groups, passed, skipped = _sorted(report, say)
    return ReportView(
        state=answer["state"],
        insider=insider,
        verdict=verdict(answer, say),
        personal=personal,
        groups=groups,
        passed=passed,
        skipped=skipped,
        tables=[table_view(number, one, dictionary, say) for number, one in enumerate(report["tables"])],
        facts=_facts(report["file"], report["summary"], say),
    )


def is_insider(answer: Mapping[str, Any]) -> bool:
    """Whether the answer is for somebody of the dataset's entity or committee: only they get `versions`."""
    return answer.get("versions") is not None


def verdict(answer: Mapping[str, Any], say: Say) -> Verdict:
    """The answer in a sentence, with what there is to see."""
    report = answer.get("report")
    if not report or answer["state"] in CHECKING:
        return _without_report(answer, say)
    rest = tuple(_counted(report["summary"], say))
    insider = is_insider(answer)
    tone, sentence = _judged(report["summary"], _open(answer) if insider else Counter(), insider, say)
    return Verdict(tone, sentence, rest)


def _open(answer: Mapping[str, Any]) -> Counter[str]:
    """How many columns with personal data stand where (decisions/gate.py); a summary tells of none what was decided."""
    report = answer["report"]
    if "tables" not in report:
        return Counter({UNDECIDED: report["summary"]["personal_data"]})
    bases = {(one["column"], one["kind"]): one for one in answer.get("bases") or []}
    found = [one for table in report["tables"] for one in table["personal_data"]]
    return Counter(personal_view.decision_of(bases.get((one["column"], one.get("kind")))) for one in found)


def _judged(summary: Mapping[str, Any], people: Counter[str], insider: bool, say: Say) -> tuple[str, str]:
    """(tone, sentence)."""
    errors = summary["errors"]
    if errors and insider:
        text = say.ngettext("Tiene {n} error que corregir.", "Tiene {n} errores que corregir.", errors)
        return "bad", text.format(n=say.number(errors))
    if errors:
        text = say.ngettext("La revisión encontró {n} error.", "La revisión encontró {n} errores.", errors)
        return "bad", text.format(n=say.number(errors))
    undecided, declared = people[UNDECIDED] + people[REFUSED], people[DECLARED]
    if undecided:
        text = say.ngettext(
            "Falta decidir qué se hace con {n} columna de datos personales.",
            "Falta decidir qué se hace con {n} columnas de datos personales.",
            undecided,
        )
        return "bad", text.format(n=say.number(undecided))
    if declared:
        text = say.ngettext(
            "Espera que se revise la base legal de {n} columna de datos personales.",
            "Espera que se revise la base legal de {n} columnas de datos personales.",
            declared,
        )
        return "warn", text.format(n=say.number(declared))
    tone = "warn" if summary["warnings"] else "ok"
    if not insider:
        return tone, say.gettext("La revisión no encontró errores.")
    if summary["warnings"]:
        return tone, say.gettext("Se puede publicar. Antes conviene mirar las advertencias.")
    return tone, say.gettext("Se puede publicar: no se encontró nada que lo impida.")


def _counted(summary: Mapping[str, Any], say: Say) -> Iterable[tuple[str, str]]:
    """(anchor, how many there are) of what the page lists."""
    keys = ("personal_data", "errors", "warnings", "suggestions")
    people, errors, warnings, hints = (summary[key] for key in keys)
    kinds = (
        (
            "datos-personales",
            people,
            say.ngettext("{n} columna con datos personales", "{n} columnas con datos personales", people),
        ),
        ("errores", errors, say.ngettext("{n} error", "{n} errores", errors)),
        ("advertencias", warnings, say.ngettext("{n} advertencia", "{n} advertencias", warnings)),
        ("sugerencias", hints, say.ngettext("{n} sugerencia", "{n} sugerencias", hints)),
    )
    return [(anchor, text.format(n=say.number(count))) for anchor, count, text in kinds if count]


def _without_report(answer: Mapping[str, Any], say: Say) -> Verdict:
    state = answer["state"]
    if state == CHECK_FAILED:
        problem = answer.get("problem") or {}
        return Verdict("bad", str(problem.get("message") or answer.get("label") or ""))
    if state in CHECKING:
        return Verdict("info", say.gettext("La revisión está en curso; aquí se verá lo que encuentre."))
    return Verdict("info", say.gettext("Este archivo todavía no fue revisado."))


def _sorted(
    report: Mapping[str, Any], say: Say
) -> tuple[list[tuple[str, str, list[Finding]]], list[tuple[str, list[str]]], list[tuple[str, str]]]:
    """Findings by severity, what passed by group, what did not apply; a check counts once, as in the summary."""
    failed: dict[str, Finding] = {}
    passed: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for one in report["results"]:
        if one["result"] == FAILED:
            _add(failed, one, report["tables"], say)
        elif one["result"] == PASSED:
            passed[one["check"]] = one["group"]
        else:
            skipped.setdefault(one["check"], say.text(one["reason"]))
    groups = [
        (severity, section, [one for one in failed.values() if one.tone == tone])
        for severity, (tone, section) in SEVERITIES.items()
        if any(one.tone == tone for one in failed.values())
    ]
    for finding in failed.values():
        finding.count = say.ngettext("{n} caso", "{n} casos", finding.total).format(n=say.number(finding.total))
    good = [
        (say.text(label), [_title(code, say) for code, group in passed.items() if group == key and code not in failed])
        for key, label in GROUPS.items()
    ]
    rest = [(_title(code, say), why) for code, why in skipped.items() if code not in failed and code not in passed]
    return groups, [pair for pair in good if pair[1]], rest


def _title(code: str, say: Say) -> str:
    """What a check looks for; an old report may name one that is gone."""
    known = definitions().get(code)
    return say.text(known.title) if known else code.replace("_", " ")


def _add(failed: dict[str, Finding], one: Mapping[str, Any], tables: Sequence[Mapping[str, Any]], say: Say) -> None:
    finding = failed.get(one["check"])
    if finding is None:
        finding = failed[one["check"]] = Finding(
            check=one["check"],
            title=say.text(one["title"]),
            advice=say.text(one["advice"]),
            group=say.text(GROUPS.get(one["group"])),
            tone=SEVERITIES[one["severity"]][0],
        )
    finding.total += one["count"]
    finding.items.append(_item(one, tables, say))


def _item(one: Mapping[str, Any], tables: Sequence[Mapping[str, Any]], say: Say) -> Item:
    table = tables[one["table"]] if one["table"] is not None and one["table"] < len(tables) else None
    where = []
    if table is not None and len(tables) > 1 and table["name"]:
        where.append(say.gettext("tabla «{name}»").format(name=table["name"]))
    if one["column"]:
        where.append(say.gettext("columna «{name}»").format(name=one["column"]))
    counts = one["check"] == COUNTS_VALUES
    spots = (_place(spot, table, one["column"], counts, say) for spot in one["places"])
    places = tuple(place for place in spots if place)
    more = one["count"] - len(one["places"])
    text = say.gettext("y {n} más").format(n=say.number(more)) if places and more > 0 else ""
    return Item(
        where=", ".join(where),
        count=say.ngettext("{n} caso", "{n} casos", one["count"]).format(n=say.number(one["count"])),
        detail=say.text(one["detail"]),
        places=places,
        more=text,
    )


def _place(
    spot: Mapping[str, Any], table: Mapping[str, Any] | None, column: str | None, counts_values: bool, say: Say
) -> Place | None:
    """A place in words, None for the file as a whole; line numbers as editors show them, without thousands marks."""
    parts = []
    named = spot["column"] or spot["position"] or spot["value"]
    # Where a column itself is the matter, its name is the place.
    if spot["line"] and not (named and table is not None and spot["line"] == table["heading"]["line"]):
        unit = table["unit"] if table is not None else "line"
        text = {
            "row": say.gettext("fila {n}"),
            "record": say.gettext("registro {n}"),
        }.get(unit, say.gettext("línea {n}"))
        parts.append(text.format(n=spot["line"]))
    if spot["column"] and spot["column"] != column:
        parts.append(say.gettext("columna «{name}»").format(name=spot["column"]))
    elif spot["position"] and not spot["column"]:
        parts.append(say.gettext("columna {n}").format(n=spot["position"]))
    counts_values = counts_values and str(spot["value"]).isdecimal()
    if counts_values:
        n = int(spot["value"])
        parts.append(say.ngettext("{n} valor", "{n} valores", n).format(n=say.number(n)))
    if spot["character"]:
        parts.append(say.gettext("carácter {n}").format(n=spot["character"]))
    value = spot["value"] or ""
    if counts_values or value == spot["column"]:
        value = ""
    return Place(", ".join(parts), value) if parts or value else None


def table_view(number: int, table: Mapping[str, Any], dictionary: Iterable[Mapping[str, Any]], say: Say) -> TableView:
    """A table with its columns; `dictionary` is what the resource's `columns` says."""
    shown, folded = columns(table, dictionary, say)
    width = len(table["columns"])
    facts = [
        say.ngettext("{n} fila", "{n} filas", table["rows"]).format(n=say.number(table["rows"])),
        say.ngettext("{n} columna", "{n} columnas", width).format(n=say.number(width)),
    ]
    if not table["complete"]:
        facts.append(say.gettext("no se leyó hasta el final"))
    if table["heading"]["line"] > 1:
        facts.append(say.gettext("encabezado en la línea {n}").format(n=table["heading"]["line"]))
    geometries = table["geometries"]
    if geometries is not None:
        count = geometries["count"]
        facts.append(say.ngettext("{n} geometría", "{n} geometrías", count).format(n=say.number(count)))
    return TableView(number, table["name"], tuple(facts), shown, folded, width - len(shown) - len(folded))


def _facts(file: Mapping[str, Any], summary: Mapping[str, Any], say: Say) -> tuple[str, ...]:
    """Format, encoding, separator and rows of the file, those that are known."""
    found = []
    if file.get("format"):
        found.append(file["format"].upper())
    if file.get("encoding"):
        found.append(file["encoding"].upper().removesuffix("-SIG"))
    if file.get("delimiter"):
        marks = {"\t": say.gettext("tabulador"), " ": say.gettext("espacio")}
        found.append(
            say.gettext("separador {mark}").format(mark=marks.get(file["delimiter"], f"«{file['delimiter']}»"))
        )
    if summary.get("rows"):
        found.append(say.ngettext("{n} fila", "{n} filas", summary["rows"]).format(n=say.number(summary["rows"])))
    return tuple(found)
