"""Datasets as package_show gives them, for tests of what is pure."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PACKAGE: dict[str, Any] = {
    "id": "p1",
    "name": "escuelas",
    "type": "dataset",
    "owner_org": "o1",
    "title": "Escuelas de Bolivia",
    "notes": "Padrón de escuelas.\nSe actualiza cada año.",
    "license_id": "cc-by",
    "license_title": "Creative Commons Attribution",
    "language": ["es", "ay"],
    "temporal": [{"start": "2020-01-01", "end": "2023-12-31"}],
    "version": "",
    "private": False,
    "state": "active",
    "isopen": True,
    "metadata_created": "2024-01-01T00:00:00",
    "metadata_modified": "2024-01-02T00:00:00",
    "creator_user_id": "u1",
    "num_tags": 2,
    "num_resources": 2,
    "organization": {"id": "o1", "title": "INE"},
    "tags": [{"name": "educación", "id": "t1"}, {"name": "escuelas", "id": "t2"}],
    "groups": [{"name": "mesa-educacion", "id": "g1", "title": "Mesa de educación"}],
    "extras": [],
    "resources": [
        {
            "id": "r1",
            "name": "Padrón",
            "url": "https://x.bo/dataset/p1/resource/r1/download/padron.csv",
            "url_type": "upload",
            "format": "CSV",
            "size": 120,
            "hash": "aa",
            "position": 0,
            "package_id": "p1",
            "state": "active",
            "datastore_active": True,
            "metadata_modified": "2024-01-02T00:00:00",
            "columns": [{"name": "codigo", "title": "Código"}, {"name": "nombre", "title": ""}],
        },
        {
            "id": "r2",
            "name": "Guía",
            "url": "https://x.bo/guia.pdf",
            "format": "PDF",
            "position": 1,
            "package_id": "p1",
        },
    ],
}

FIELDS = ("title", "notes", "language", "temporal", "year")
RESOURCE_FIELDS = ("name", "description", "columns")
IDS = ("r1", "r2", "r3", "r4")

TEXTS = st.sampled_from(["", "a", "b", "a b", "b\r\na", "b\na"])
VALUES = st.one_of(
    TEXTS, st.none(), st.integers(0, 2), st.lists(TEXTS, max_size=2), st.lists(st.fixed_dictionaries({"k": TEXTS}))
)
NAMED = st.sets(st.sampled_from(["uno", "dos", "tres"])).map(lambda names: [{"name": name} for name in sorted(names)])


def resource_of(resource_id: str, values: dict[str, Any], file: str) -> dict[str, Any]:
    """A resource whose file is told by one word."""
    facts = {"url": f"https://x.bo/{file}", "hash": file, "size": len(file), "format": "CSV"} if file else {"url": ""}
    return {"id": resource_id, "metadata_modified": file, **facts, **values}


RESOURCES = st.permutations(IDS).flatmap(
    lambda order: st.integers(0, len(IDS)).flatmap(
        lambda many: st.tuples(
            *(
                st.builds(
                    resource_of,
                    st.just(one),
                    st.dictionaries(st.sampled_from(RESOURCE_FIELDS), VALUES, max_size=2),
                    st.sampled_from(["", "x", "yy"]),
                )
                for one in order[:many]
            )
        ).map(lambda found: [{**resource, "position": at} for at, resource in enumerate(found)])
    )
)

#: Any dataset: what is no content is there too, and differs.
PACKAGES = st.builds(
    lambda fields, **rest: {
        "id": "p1",
        **fields,
        **rest,
        "num_tags": len(rest["tags"]),
        "num_resources": len(rest["resources"]),
    },
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4),
    tags=NAMED,
    groups=NAMED,
    resources=RESOURCES,
    metadata_modified=st.sampled_from(["1", "2"]),
)
