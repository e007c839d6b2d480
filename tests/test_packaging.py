"""Whatever way it is installed, the extension is whole: wheel, sdist, editable and strictly editable.

Each variant is built by the same calls that pip makes and unpacked into a virtual environment of its own, whose only
other packages are the dependencies of the running one.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from configparser import ConfigParser
from email.parser import Parser
from fnmatch import fnmatch
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("ckanext", "gobierno_abierto")
#: Sources that the package is made with and does not need to run; patterns below the package.
BUILD_ONLY = ("*/README.md", "theme/styles/*", "i18n/core-gaps.*")
IGNORED = {"__pycache__", ".git", ".venv", "var", "build", "dist", ".mypy_cache", ".ruff_cache", ".hypothesis"}

PROBE = """
import importlib, json, pathlib, sys
from importlib.metadata import entry_points
site = pathlib.Path(sys.prefix).resolve()
found = {}
for entry in entry_points(group="ckan.plugins"):
    if entry.name.startswith("gobierno_abierto_"):
        plugin = entry.load()
        found[entry.name] = sys.modules[plugin.__module__].__file__
folders = {
    name: str(pathlib.Path(importlib.import_module(name).__file__).parent)
    for name in ("ckanext.gobierno_abierto", "ckanext.gobierno_abierto.schemas")
}
profiles = [entry.load().__name__ for entry in entry_points(group="ckan.rdf.profiles") if "gobierno" in entry.name]
print(json.dumps({"plugins": found, "folders": folders, "profiles": profiles}))
"""


def tree_files() -> list[Path]:
    """The project's files, as a clone has them: what git knows or would add; without git, what is on the disk."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        files = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        files = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return [path for path in files if not IGNORED & set(path.parts) and (ROOT / path).is_file()]


def shipped(path: Path) -> str | None:
    """Where a file of the tree lies below the installed package; None for what is not part of it."""
    if path.is_relative_to(PACKAGE):
        inside = path.relative_to(PACKAGE)
    elif path.is_relative_to("schemas"):
        inside = path
    else:
        return None
    return None if any(fnmatch(str(inside), pattern) for pattern in BUILD_ONLY) else str(inside)


EXPECTED = sorted(name for name in map(shipped, tree_files()) if name)
#: Each folder with a plugin.py has at least this entry point.
CAPABILITIES = {f"gobierno_abierto_{path.parent.name}" for path in ROOT.glob("ckanext/gobierno_abierto/*/plugin.py")}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the tree: building must neither use nor leave anything in the clone."""
    copy = tmp_path_factory.mktemp("source") / "project"
    for path in tree_files():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, copy / path)
    return copy


def build(source: Path, call: str, out: Path) -> Path:
    """One call of the build backend in a process of its own; returns the archive."""
    out.mkdir(parents=True, exist_ok=True)
    code = f"from setuptools import build_meta; print(build_meta.{call})".replace("OUT", repr(str(out)))
    subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=True)
    return next(out.glob("*.whl"), None) or next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(source, "build_wheel(OUT)", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(source, "build_sdist(OUT)", tmp_path_factory.mktemp("sdist"))


def from_sdist(sdist: Path, tmp_path: Path) -> Path:
    """The wheel that is built from the unpacked sdist."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    return build(next((tmp_path / "unpacked").iterdir()), "build_wheel(OUT)", tmp_path / "again")


def editable(source: Path, tmp_path: Path, mode: str) -> Path:
    """The wheel of an editable install, which leads back to a source tree of its own."""
    copy = shutil.copytree(source, tmp_path / "editable")
    return build(copy, f"build_editable(OUT, {{'editable_mode': '{mode}'}})", tmp_path / "wheel")


VARIANTS: dict[str, Callable[[Path, Path, Path, Path], Path]] = {
    "wheel": lambda source, wheel, sdist, tmp: wheel,
    "sdist": lambda source, wheel, sdist, tmp: from_sdist(sdist, tmp),
    "editable": lambda source, wheel, sdist, tmp: editable(source, tmp, "lenient"),
    "editable strict": lambda source, wheel, sdist, tmp: editable(source, tmp, "strict"),
}


def install(archive: Path, folder: Path) -> Path:
    """A virtual environment with nothing but `archive` and, behind it, the running one's packages; its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(archive) as unpacked:
        unpacked.extractall(site)
    here = sysconfig.get_paths()
    (site / "zz_dependencies.pth").write_text("\n".join({here["purelib"], here["platlib"]}) + "\n")
    return folder / "bin" / "python"


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_installed_extension_is_whole(variant: str, source: Path, wheel: Path, sdist: Path, tmp_path: Path) -> None:
    python = install(VARIANTS[variant](source, wheel, sdist, tmp_path), tmp_path / "venv")
    answer = subprocess.run([python, "-c", PROBE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    assert set(found["plugins"]) == entry_points(wheel)
    assert set(found["plugins"]) >= CAPABILITIES
    assert not [path for path in found["plugins"].values() if str(ROOT) in path], "it found the clone, not itself"
    package, schemas = (Path(found["folders"][name]) for name in sorted(found["folders"]))
    # `schemas/` lies inside of the installed package, and at the top of an editable one's source tree.
    places = {name: schemas.parent / name if name.startswith("schemas/") else package / name for name in EXPECTED}
    missing = [name for name, path in places.items() if not path.is_file()]
    assert not missing, f"setup.py's package_data leaves out {missing}"
    assert found["profiles"]


def test_the_wheel_holds_the_tree_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {f"{PACKAGE}/{name}" for name in EXPECTED}


def test_the_sdist_holds_what_an_operator_needs(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("setup.py", "pyproject.toml", "README.md", "requirements.txt", "test.ini", "bin/portal", "bin/test"):
        assert name in names
    assert {str(path) for path in tree_files() if path.is_relative_to(PACKAGE)} <= names
    assert not [name for name in names if name.startswith(("var/", ".venv/"))]


def entry_points(wheel: Path) -> set[str]:
    """Names of the plugins that a built wheel announces."""
    parser = ConfigParser(delimiters=("=",))
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        parser.read_string(archive.read(name).decode("utf-8"))
    return set(parser["ckan.plugins"])


def wheel_requirements(wheel: Path) -> list[Requirement]:
    """What the built wheel says that it needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    return [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]


def imported_modules() -> set[str]:
    """Top-level modules that the extension imports from elsewhere."""
    found = set()
    for path in ROOT.glob("ckanext/gobierno_abierto/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"ckanext", "ckan", "__future__"}


def test_every_import_is_a_declared_dependency(wheel: Path) -> None:
    """Of our own, or of CKAN's pinned requirements."""
    declared = {canonicalize_name(each.name) for each in wheel_requirements(wheel) if not each.marker}
    declared |= {canonicalize_name(Requirement(line).name) for line in requires("ckan") or [] if "requirements" in line}
    owners = packages_distributions()
    undeclared = {
        module: owners.get(module, ["not installed"])
        for module in imported_modules()
        if not declared & {canonicalize_name(name) for name in owners.get(module, [])}
    }
    assert not undeclared


def test_ranges_have_a_floor_and_a_ceiling(wheel: Path) -> None:
    """The next major version of a dependency is tried before it is allowed."""
    loose = []
    for each in wheel_requirements(wheel):
        operators = {part.operator for part in each.specifier}
        if (not each.marker or "portal" in str(each.marker)) and not (">=" in operators and operators & {"<", "~="}):
            loose.append(str(each))
    assert not loose


def locked(name: str) -> dict[str, list[Requirement]]:
    """Requirements of a lock file by distribution."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            each = Requirement(line)
            found.setdefault(canonicalize_name(each.name), []).append(each)
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locks_pin_exactly_and_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and "--" not in text
    for pins in locked(name).values():
        for each in pins:
            assert [part.operator for part in each.specifier] == ["=="], str(each)


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.txt", {"portal"}), ("requirements-dev.txt", {"portal", "dev"})]
)
def test_locks_satisfy_setup_py(name: str, extras: set[str], wheel: Path) -> None:
    """A dependency that was added to setup.py and not locked would be missing from the portal's environment."""
    pins = locked(name)
    for each in wheel_requirements(wheel):
        if each.marker and not any(each.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        versions = [next(iter(pin.specifier)).version for pin in pins.get(canonicalize_name(each.name), [])]
        assert versions, f"{each} is not in {name}: lock again (docs/dependencies.md)"
        assert all(each.specifier.contains(version) for version in versions), f"{each}: {versions}"


def test_both_locks_agree() -> None:
    """bin/test installs one over the other."""
    portal, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    for name, pins in portal.items():
        assert {str(pin.specifier) for pin in pins} & {str(pin.specifier) for pin in dev.get(name, [])}, name
