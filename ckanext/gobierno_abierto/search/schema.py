"""Brings the index's table up to date from inside a process, as `ckan db upgrade` does from the shell."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from ckan.common import config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migration" / "gobierno_abierto_search"


def alembic_config() -> Config:
    """Alembic's configuration for the index's migrations on CKAN's database."""
    settings = Config(str(MIGRATIONS / "alembic.ini"))
    settings.set_main_option("sqlalchemy.url", str(config["sqlalchemy.url"]).replace("%", "%%"))
    return settings


def upgrade() -> None:
    """Run the pending migrations of the index."""
    command.upgrade(alembic_config(), "head")


def downgrade(version: str = "base") -> None:
    """Undo the migrations of the index down to `version`."""
    command.downgrade(alembic_config(), version)
