"""What is not in docs/ does not exist: every action, option, command and plugin is described there."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
import yaml

from tests.test_architecture import ROOT, SOURCE
from tests.test_conventions import ACTIONS

DOCS = ROOT / "docs"


def pages() -> dict[Path, str]:
    """Text of every Markdown page."""
    return {path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]}


TEXT = "\n".join(pages().values())


def options() -> list[str]:
    """Keys of every option that the extension declares."""
    keys = []
    for path in sorted(SOURCE.rglob("config_declaration.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            keys += [option["key"] for option in group["options"]]
    return [key for key in keys if key.startswith("gobierno_abierto.")]


def commands() -> list[str]:
    """Full names of the commands below `ckan gobierno-abierto`."""
    import importlib

    from ckanext.gobierno_abierto.common.cli import gobierno_abierto

    for path in SOURCE.glob("*/cli.py"):
        if path.parent.name != "common":
            importlib.import_module(f"ckanext.gobierno_abierto.{path.parent.name}.cli")

    def walk(group: click.Group, prefix: str) -> list[str]:
        found: list[str] = []
        for name, command in sorted(group.commands.items()):
            full = f"{prefix} {name}"
            found += walk(command, full) if isinstance(command, click.Group) else [full]
        return found

    return walk(gobierno_abierto, "ckan gobierno-abierto")


@pytest.mark.parametrize("name", sorted({action[1] for action in ACTIONS}))
def test_each_action_is_documented(name: str) -> None:
    assert f"`{name}`" in TEXT or f"`{name}(" in TEXT


@pytest.mark.parametrize("key", options())
def test_each_option_is_documented(key: str) -> None:
    assert key in TEXT


@pytest.mark.parametrize("command", commands())
def test_each_command_is_documented(command: str) -> None:
    assert command in TEXT


@pytest.mark.parametrize(
    "plugin", sorted(e.name for e in entry_points(group="ckan.plugins") if e.name.startswith("gobierno_abierto_"))
)
def test_each_plugin_is_documented(plugin: str) -> None:
    assert f"`{plugin}`" in TEXT


def test_links_between_pages_lead_somewhere() -> None:
    import re

    broken = []
    for path, text in pages().items():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if not target.startswith(("http:", "https:", "mailto:")) and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert not broken, "\n".join(broken)


def test_the_changelog_is_kept() -> None:
    assert "## " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
