"""Conventions that CKAN does not check for extensions: each action asks for permission and says what it does."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests.test_architecture import CAPABILITIES, PACKAGE, SOURCE


def public_functions(module_name: str) -> list[tuple[str, Callable[..., Any]]]:
    """The functions that CKAN's blanket would take from a module."""
    module = importlib.import_module(module_name)
    names = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    return [
        (name, getattr(module, name))
        for name in names
        if inspect.isfunction(getattr(module, name))
        and (getattr(module, name).__module__ == module_name or hasattr(module, "__all__"))
    ]


def actions() -> list[tuple[str, str, Callable[..., Any]]]:
    """(capability, action name, function) of every API action that the extension adds."""
    return [
        (capability, name, function)
        for capability in CAPABILITIES
        if (SOURCE / capability / "logic" / "action.py").exists()
        for name, function in public_functions(f"{PACKAGE}.{capability}.logic.action")
    ]


ACTIONS = actions()


def test_there_are_actions() -> None:
    assert ACTIONS


@pytest.mark.parametrize("capability,name,function", ACTIONS, ids=[a[1] for a in ACTIONS])
def test_an_action_asks_for_permission_and_is_described(
    capability: str, name: str, function: Callable[..., Any]
) -> None:
    source = inspect.getsource(inspect.unwrap(function))
    assert "check_access(" in source, f"{capability}.{name} never calls check_access"
    assert inspect.getdoc(function), f"{capability}.{name} has no docstring"


@pytest.mark.parametrize("capability,name,function", ACTIONS, ids=[a[1] for a in ACTIONS])
def test_an_action_has_an_auth_function(capability: str, name: str, function: Callable[..., Any]) -> None:
    """Either of its own name, or the name of a core one that it asks for."""
    own = dict(public_functions(f"{PACKAGE}.{capability}.logic.auth"))
    source = inspect.getsource(inspect.unwrap(function))
    asks_core = any(f'check_access("{core}"' in source for core in ("package_show", "resource_show", "sysadmin"))
    assert name in own or asks_core
