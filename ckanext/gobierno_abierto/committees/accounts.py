"""The demonstration accounts: one per role, with generated passwords that only the output file holds."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import yaml
from ckan.lib import api_token

from .errors import AccountsNeedSeed, AccountTaken

SPECIFICATION = Path(__file__).with_name("accounts.yaml")
#: Where an account says that it is one of these (private plugin data of the user).
MARK = "gobierno_abierto_demo"
MAIL_DOMAIN = "datos.example"
TOKEN_NAME = "demo"


@dataclass(frozen=True)
class Wanted:
    """One account of accounts.yaml; `organizations` is name to role."""

    name: str
    role: str
    fullname: str
    sysadmin: bool = False
    organizations: dict[str, str] = field(default_factory=dict)
    token: bool = False


@dataclass(frozen=True)
class Account:
    """One row of the output file. `token` is an API token where the role has one."""

    role: str
    name: str
    password: str
    token: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What happened: the accounts as written, and the names of those made, given a new password, kept, left deleted."""

    accounts: list[Account]
    created: list[str]
    renewed: list[str]
    kept: list[str]
    deleted: list[str]


def specification(lang: str = "es") -> list[Wanted]:
    """The accounts to have, from accounts.yaml."""
    rows = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))["accounts"]
    return [Wanted(**{**row, "role": row["role"][lang]}) for row in rows]


def read(path: Path) -> dict[str, Account]:
    """The accounts that a former run wrote, by name; empty when there is no file or it cannot be read."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return {row["name"]: Account(**row) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(path: Path, accounts: list[Account]) -> None:
    """The file, readable by its owner alone from its first byte, replaced at once or not at all."""
    text = json.dumps({"accounts": [asdict(account) for account in accounts]}, ensure_ascii=False, indent=2)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text + "\n")
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def ensure(path: Path) -> Outcome:
    """Make or complete the accounts and write `path`.

    A password that the file holds and that still opens the account stays. Accounts that a person deleted stay
    deleted.

    :raises AccountTaken: a name belongs to an account that is not of these; nothing has been written
    :raises AccountsNeedSeed: an organization is missing; nothing has been written
    """
    wanted, known = specification(), read(path)
    _refuse_before_writing(wanted)
    outcome = Outcome([], [], [], [], [])
    for one in wanted:
        user = model.User.get(one.name)
        if user is not None and user.state == "deleted":
            outcome.deleted.append(one.name)
            continue
        former = known.get(one.name)
        password = former.password if former else secrets.token_urlsafe(12)
        if user is None:
            _create(one, password)
            outcome.created.append(one.name)
        elif former and user.validate_password(password):
            outcome.kept.append(one.name)
        else:
            password = secrets.token_urlsafe(12)
            _patch(one, {"password": password})
            outcome.renewed.append(one.name)
        _join(one)
        outcome.accounts.append(Account(one.role, one.name, password, _token(one, former)))
        # Written as it grows: a later failure does not lose the passwords of the accounts already made.
        write(path, outcome.accounts)
    return outcome


def _refuse_before_writing(wanted: list[Wanted]) -> None:
    for one in wanted:
        user = model.User.get(one.name)
        if user is not None and not (user.plugin_extras or {}).get(MARK):
            raise AccountTaken(name=one.name)
        for organization in one.organizations:
            group = model.Group.get(organization)
            if group is None or group.state != "active":
                raise AccountsNeedSeed(name=organization)


def _context() -> Any:
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": site_user["name"], "ignore_auth": True}


def _create(one: Wanted, password: str) -> None:
    tk.get_action("user_create")(
        _context(),
        {
            "name": one.name,
            "fullname": one.fullname,
            "email": f"{one.name}@{MAIL_DOMAIN}",
            "password": password,
            "plugin_extras": {MARK: {"role": one.role}},
        },
    )
    if one.sysadmin:
        _patch(one, {"sysadmin": True})


def _patch(one: Wanted, changes: dict[str, Any]) -> None:
    tk.get_action("user_patch")(_context(), {"id": one.name, **changes})


def _join(one: Wanted) -> None:
    for organization, role in one.organizations.items():
        group = model.Group.get(organization)
        user = model.User.get(one.name)
        assert group is not None and user is not None
        joined = model.Session.query(model.Member).filter_by(
            table_name="user", table_id=user.id, group_id=group.id, state="active"
        )
        if joined.first() is None:
            tk.get_action("organization_member_create")(
                _context(), {"id": organization, "username": one.name, "role": role}
            )


def _token(one: Wanted, former: Account | None) -> str | None:
    """The API token of an account that has one: the file's if it still opens that account, else a new one."""
    if not one.token:
        return None
    if former and former.token:
        owner = api_token.get_user_from_token(former.token, update_access_time=False)
        if owner is not None and owner.name == one.name:
            return former.token
    made = tk.get_action("api_token_create")(_context(), {"user": one.name, "name": TOKEN_NAME})
    return str(made["token"])
