"""The DataStore's tables as files: CSV, JSON and XLSX, sent while they are read, page after page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ..common.errors import InvalidInput
from . import xlsx
from .names import safe_name

PAGE = 20_000
Row = Sequence[Any]


class TooManyRows(InvalidInput):
    template = (
        "La tabla tiene {rows} filas y {columns} columnas, y Excel admite {max_rows} filas y {max_columns} columnas. "
        "Descárguela en CSV o JSON, o filtre antes con la API."
    )


@dataclass(frozen=True)
class Table:
    """A table ready to be sent: its columns (id and PostgreSQL type), number of rows and pages of rows."""

    columns: list[dict[str, Any]]
    total: int
    rows: Iterator[Row]

    @property
    def headings(self) -> list[str]:
        return [column["id"] for column in self.columns]

    @property
    def kinds(self) -> list[str]:
        return [column["type"] for column in self.columns]


def read(resource_id: str, user: str) -> Table:
    """The whole table in the order of its file. Raises tk.NotAuthorized, tk.ObjectNotFound as datastore_search does."""
    first = _page(resource_id, user, None, include_total=True)
    columns = [field for field in first["fields"] if field["id"] != "_id"]
    return Table(columns, first.get("total", 0), _rows(resource_id, user, first))


def _page(resource_id: str, user: str, after: int | None, *, include_total: bool = False) -> dict[str, Any]:
    search: dict[str, Any] = {
        "resource_id": resource_id,
        "limit": PAGE,
        "sort": "_id",
        "records_format": "lists",
        "include_total": include_total,
    }
    if after is not None:
        search["filters"] = {"_id": {"gt": after}}
    return tk.get_action("datastore_search")({"user": user}, search)


def _rows(resource_id: str, user: str, page: dict[str, Any]) -> Iterator[Row]:
    place = [field["id"] for field in page["fields"]].index("_id")
    while records := page["records"]:
        for record in records:
            yield [value for position, value in enumerate(record) if position != place]
        page = _page(resource_id, user, records[-1][place])


def as_csv(table: Table, _title: str) -> Iterator[bytes]:
    """RFC 4180, UTF-8 without mark, dates ISO 8601, empty for null. Cells stay as they are: it is the data."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.headings)
    for number, row in enumerate(table.rows, 1):
        writer.writerow(["" if value is None else value for value in row])
        if number % 1000 == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def as_json(table: Table, _title: str) -> Iterator[bytes]:
    """An array of objects, one line each."""
    buffer = io.StringIO()
    headings, comma = table.headings, "[\n"
    for number, row in enumerate(table.rows, 1):
        buffer.write(comma + json.dumps(dict(zip(headings, row, strict=True)), ensure_ascii=False, default=str))
        comma = ",\n"
        if number % 1000 == 0:
            yield _drain(buffer)
    buffer.write("\n]\n" if comma != "[\n" else "[]\n")
    yield _drain(buffer)


def as_xlsx(table: Table, title: str) -> Iterator[bytes]:
    """A workbook of one sheet; raises TooManyRows before the first byte when it cannot hold the table."""
    check_fits(table.total, len(table.columns))
    return xlsx.workbook(table.headings, table.kinds, table.rows, title)


def check_fits(rows: int, columns: int) -> None:
    """Raise TooManyRows when a sheet cannot hold so many rows (a heading included) or columns."""
    if rows + 1 > xlsx.MAX_ROWS or columns > xlsx.MAX_COLUMNS:
        raise TooManyRows(rows=rows, columns=columns, max_rows=xlsx.MAX_ROWS - 1, max_columns=xlsx.MAX_COLUMNS)


def _drain(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


#: Name of a format in the address: (writer, media type).
WRITERS: dict[str, tuple[Callable[[Table, str], Iterator[bytes]], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def filename(resource: dict[str, Any], extension: str) -> str:
    """Name of the downloaded file: of the uploaded file, else of the resource."""
    stem = str(resource.get("url") or "").split("?")[0].rstrip("/").rpartition("/")[2].rpartition(".")[0]
    return safe_name(f"{stem or resource.get('name') or resource['id']}.{extension}", extension)
