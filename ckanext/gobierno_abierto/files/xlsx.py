"""Pure: an XLSX workbook of one sheet, written while it is sent.

Rows go into the ZIP as they come and bytes come out, so a table of a million rows needs no temporary file and no more
memory than a page of rows. Text is always text: a cell that begins with `=`, `+`, `-` or `@` is never a formula
(ECMA-376, part 1, 18.3.1.4: type `inlineStr`).
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

#: Limits of the format (Excel specifications and limits).
MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_576, 16_384, 32_767
#: Whole numbers beyond 15 digits lose their last ones in a spreadsheet: they go as text.
MAX_EXACT = 10**15
EPOCH = dt.datetime(1899, 12, 30)
#: XML 1.0 has no place for these characters.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?)?$")
NUMERIC = frozenset("int int2 int4 int8 integer smallint bigint numeric float4 float8 float double".split())
TIMES = frozenset("timestamp timestamptz date".split())
FLUSH = 1 << 18

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"""  # noqa: E501
_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""  # noqa: E501
_BOOK_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"""  # noqa: E501
#: Style 1: bold heading; 2: date; 3: date and time.
_STYLES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/><xf xfId="0" numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>"""  # noqa: E501
_SHEET_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)


def _book(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", ILLEGAL.sub("", title)).strip("' ")[:31] or "Datos"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<sheets><sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


class _Outlet:
    """A write-only stream; what was written is taken away with `take`."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        data = b"".join(self.parts)
        self.parts, self.size = [], 0
        return data


def text_cell(value: str, style: int = 0) -> str:
    """A cell that no spreadsheet takes for a formula."""
    clean = ILLEGAL.sub("", value)[:MAX_TEXT]
    mark = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{mark}><is><t xml:space="preserve">{escape(clean)}</t></is></c>'


def serial(value: str) -> tuple[float, int] | None:
    """(days since the spreadsheets' epoch, style) of an ISO date or timestamp without zone; None when it is not one."""
    match = ISO.match(value)
    if not match:
        return None
    try:
        moment = dt.datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    if moment < dt.datetime(1900, 3, 1):
        return None
    days = (moment - EPOCH) / dt.timedelta(days=1)
    return days, 2 if moment.time() == dt.time() else 3


def cell(value: Any, kind: str) -> str:
    """One cell; `kind` is the column's PostgreSQL type."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float, Decimal)) and -MAX_EXACT < value < MAX_EXACT:
        return f"<c><v>{value}</v></c>"
    if kind in TIMES and isinstance(value, str) and (found := serial(value)):
        return f'<c s="{found[1]}"><v>{found[0]:.10g}</v></c>'
    if kind in NUMERIC and isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d+)?", value):
        return f"<c><v>{value}</v></c>"
    return text_cell(value if isinstance(value, str) else str(value))


def workbook(
    headings: Sequence[str], kinds: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "Datos"
) -> Iterator[bytes]:
    """The bytes of a workbook. Raises ValueError past MAX_ROWS or MAX_COLUMNS (the caller checks before it begins)."""
    if len(headings) > MAX_COLUMNS:
        raise ValueError(f"{len(headings)} columns")
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:  # type: ignore[call-overload]
        for name, body in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELS),
            ("xl/workbook.xml", _book(title)),
            ("xl/_rels/workbook.xml.rels", _BOOK_RELS),
            ("xl/styles.xml", _STYLES),
        ):
            archive.writestr(name, body)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            first = "".join(text_cell(heading, 1) for heading in headings)
            sheet.write(f"{_SHEET_START}<row>{first}</row>".encode())
            for number, row in enumerate(rows, 2):
                if number > MAX_ROWS:
                    raise ValueError(f"{number} rows")
                cells = "".join(cell(value, kind) for value, kind in zip(row, kinds, strict=True))
                sheet.write(f"<row>{cells}</row>".encode())
                if outlet.size > FLUSH:
                    yield outlet.take()
            sheet.write(b"</sheetData></worksheet>")
    yield outlet.take()
