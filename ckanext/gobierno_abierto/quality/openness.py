"""Pure: the five stars of open data (5stardata.info) that a file's format can reach."""

from __future__ import annotations

#: 1: can be read; 2: structured; 3: in an open format; 4: names things with URIs. 0: unknown.
STARS = {
    "pdf": 1, "image": 1, "doc": 1, "docx": 1, "html": 1, "rtf": 1,
    "xls": 2, "xlsx": 2,
    "csv": 3, "tsv": 3, "ods": 3, "json": 3, "jsonl": 3, "geojson": 3, "kml": 3, "parquet": 3, "xml": 3, "shp": 3,
    "gpkg": 3,
}  # fmt: skip


def stars(format_name: str) -> int:
    """1 to 3 by the format; four and five need URIs and links, which a format alone does not prove."""
    return STARS.get(format_name, 0)
