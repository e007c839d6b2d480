"""The import rules of docs/developers/architecture.md, held by reading the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "ckanext.gobierno_abierto"
ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ckanext" / "gobierno_abierto"
#: Folders of the package that are not capabilities.
NOT_CAPABILITIES = {"common", "migration", "i18n", "__pycache__"}
CAPABILITIES = sorted(p.name for p in SOURCE.iterdir() if p.is_dir() and p.name not in NOT_CAPABILITIES)
#: A module is pure when its docstring's first lines say so; it may then import neither CKAN nor Flask.
PURE_MARK = "Pure:"
MAX_LINES = 400


def modules(folder: Path = SOURCE) -> Iterator[Path]:
    """Every Python file below `folder`."""
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def dotted(path: Path) -> str:
    """`ckanext.gobierno_abierto.x.y` of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, absolute dotted name) of everything a file imports, `from` names included."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def inner_imports(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    """Imports of the extension itself as (line, name, parts below the package)."""
    for line, name in imports(path):
        if name == PACKAGE or name.startswith(PACKAGE + "."):
            yield line, name, name.split(".")[2:]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_imports_common_and_interfaces_only(capability: str) -> None:
    faults = []
    for path in modules(SOURCE / capability):
        for line, name, parts in inner_imports(path):
            if not parts or parts[0] in {"common", "schemas", capability}:
                continue
            if len(parts) < 2 or parts[1] != "interfaces":
                faults.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not faults, "\n".join(faults)


def test_common_imports_no_capability() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(SOURCE / "common")
        for line, name, parts in inner_imports(path)
        if parts and parts[0] not in {"common", "schemas"}
    ]
    assert not faults, "\n".join(faults)


def test_nothing_imports_the_theme() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if "theme" not in path.relative_to(SOURCE).parts
        for line, _name, parts in inner_imports(path)
        if parts[:1] == ["theme"]
    ]
    assert not faults, "\n".join(faults)


def test_pure_modules_import_no_server() -> None:
    pure = [p for p in modules() if PURE_MARK in (ast.get_docstring(ast.parse(p.read_text(encoding="utf-8"))) or "")]
    assert len(pure) >= 5, "pure modules say 'Pure:' in their docstring"
    faults = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in pure
        for line, name in imports(path)
        if name.split(".")[0] in {"ckan", "flask", "sqlalchemy"}
        or (name.startswith("ckanext.") and not name.startswith(PACKAGE))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", list(modules()), ids=dotted)
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_namespace_package_has_no_init() -> None:
    assert not (ROOT / "ckanext" / "__init__.py").exists()


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_plugin_files_only_wire(capability: str) -> None:
    """A decision in plugin.py belongs to the capability's logic."""
    path = SOURCE / capability / "plugin.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    branches = [node.lineno for node in ast.walk(tree) if isinstance(node, (ast.If, ast.For, ast.While, ast.Try))]
    assert not branches, f"{path.relative_to(ROOT)} decides at lines {branches}"


def test_only_the_clock_knows_the_time() -> None:
    """`datetime.now`, `utcnow`, `date.today` stand in common/clock.py alone."""
    faults = []
    for path in modules():
        if path == SOURCE / "common" / "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in {"now", "utcnow", "today"}
                and isinstance(node.value, ast.Name)
                and node.value.id in {"datetime", "date", "dt"}
            ):
                faults.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not faults, "\n".join(faults)
