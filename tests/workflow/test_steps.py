"""workflow.yaml: what is read from it, and how each fault is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.gobierno_abierto.metadata.interfaces import DATASET_TYPES
from ckanext.gobierno_abierto.workflow import checks
from ckanext.gobierno_abierto.workflow.errors import WorkflowFileProblem
from ckanext.gobierno_abierto.workflow.steps import REVIEWERS, Step, Workflow, load
from tests.test_architecture import ROOT

CHECKS = frozenset({"completeness", "tables"})
TYPES = frozenset({"dataset", "contratacion"})

GOOD = """
default:
- &comite
  name: comite
  title: {es: "Revisión", en: "Review"}
  reviewers: committee
  checks: [completeness, tables, tables]
  warn_after_days: 10
contratacion:
- {name: entidad, title: {es: " Entidad ", en: Entity}, reviewers: organization_admins}
- {<<: *comite, warn_after_days: 3}
"""

STEP = "- name: comite\n  title: {es: a, en: b}\n  reviewers: committee\n"


def read(folder: Path, text: str) -> Workflow:
    path = folder / "workflow.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, CHECKS, TYPES)


def test_a_good_file(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    comite = Step("comite", {"es": "Revisión", "en": "Review"}, "committee", ("completeness", "tables"), 10)
    assert found.steps_of("dataset") == found.steps_of(None) == found.steps_of("default") == (comite,)
    entidad, second = found.steps_of("contratacion")
    assert entidad == Step("entidad", {"es": "Entidad", "en": "Entity"}, "organization_admins")
    assert (second.name, second.warn_after_days) == ("comite", 3)


BAD = [
    ("not YAML", "default: [", 1, "no es YAML"),
    ("nothing", "", 1, "Comience con «default:»"),
    ("a list", "- a", 1, "Comience con «default:»"),
    ("no default", "dataset:\n" + STEP, 1, "falta la lista «default»"),
    ("a type that is none", "default:\n" + STEP + "datset:\n" + STEP, 5, "¿Quiso decir «dataset»?"),
    ("a type twice", "default:\n" + STEP + "default:\n" + STEP, 5, "repetida"),
    ("no list", "default: {}", 1, "no es una lista con pasos"),
    ("no steps", "\ndefault: []", 2, "no es una lista con pasos"),
    ("a step that is a word", "default:\n- comite", 1, "no es un grupo de campos"),
    ("an unknown key", "default:\n" + STEP + "  reviewer: x", 5, "¿Quiso decir «reviewers»?"),
    ("a key twice", "default:\n" + STEP + "  name: otro", 5, "repetida"),
    ("no name", "default:\n- title: {es: a, en: b}\n  reviewers: committee", 2, "no tiene un nombre"),
    ("no slug", "default:\n" + STEP.replace("comite", "El comité"), 2, "«El comité» no sirve"),
    ("a number as name", "default:\n" + STEP.replace("comite", "7"), 2, "«7» no sirve"),
    ("a name twice", "default:\n" + STEP + STEP, 5, "ya está en workflow.yaml:2"),
    ("no title", "default:\n- name: comite\n  reviewers: committee", 2, "falta el título"),
    ("a plain title", "default:\n- name: comite\n  title: Comité\n  reviewers: committee", 3, "falta el título"),
    ("no English", "default:\n" + STEP.replace(", en: b", ""), 3, "en el idioma «en»"),
    ("an empty Spanish", "default:\n" + STEP.replace("es: a", "es: ' '"), 3, "en el idioma «es»"),
    ("another language", "default:\n" + STEP.replace("en: b", "en: b, fr: c"), 3, "el idioma «fr» no existe"),
    ("nobody reviews", "default:\n- name: comite\n  title: {es: a, en: b}", 2, "no dice quién revisa"),
    ("who is that", "default:\n" + STEP.replace(": committee", ": comitee"), 4, "¿Quiso decir «committee»?"),
    ("a list of reviewers", "default:\n" + STEP.replace(": committee", ": [committee]"), 4, "no dice quién revisa"),
    ("an unknown check", "default:\n" + STEP + "  checks:\n  - completenes", 5, "¿Quiso decir «completeness»?"),
    ("a check alone", "default:\n" + STEP + "  checks: tables", 5, "no es una lista de nombres"),
    ("a check that is a list", "default:\n" + STEP + "  checks: [[tables]]", 5, "no es una lista de nombres"),
    ("no days", "default:\n" + STEP + "  warn_after_days: 0", 5, "«0» no es un número de días"),
    ("days in words", "default:\n" + STEP + "  warn_after_days: diez", 5, "entre 1 y 365"),
    ("days that are true", "default:\n" + STEP + "  warn_after_days: true", 5, "entre 1 y 365"),
    ("a list of itself", "default: &a [*a]", 1, "no es YAML"),
]


@pytest.mark.parametrize("text,line,said", [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_file_says_where_what_and_how(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(WorkflowFileProblem) as caught:
        read(tmp_path, text)
    assert caught.value.message.startswith(f"workflow.yaml:{line}: ")
    assert said in caught.value.message
    assert caught.value.arguments["fix"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x01"], ids=["no file", "no text"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "workflow.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(WorkflowFileProblem, match="no se puede leer"):
        load(path, CHECKS, TYPES)


def test_the_portal_s_own_file() -> None:
    every = frozenset(checks.CHECKS)
    found = load(ROOT / "schemas" / "workflow.yaml", every, frozenset(DATASET_TYPES))
    for dataset_type in DATASET_TYPES:
        steps = found.steps_of(dataset_type)
        assert steps[-1].name == "comite" and steps[-1].reviewers == "committee"
        assert all(set(step.checks) == every and step.reviewers in REVIEWERS for step in steps)
    assert [step.reviewers for step in found.steps_of("contratacion")] == ["organization_admins", "committee"]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 500), st.sampled_from(["comite", "committee", "tables"]))
KEYS = st.sampled_from(["default", "name", "title", "reviewers", "checks", "warn_after_days", "es", "en", "<<"])
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4))
)


@given(st.one_of(st.text(max_size=200), DOCUMENTS.map(lambda value: json.dumps(value))))
def test_any_text_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "workflow.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        assert load(path, CHECKS, TYPES).steps_of("dataset")
    except WorkflowFileProblem as problem:
        assert problem.message.startswith(("workflow.yaml", str(path)))
