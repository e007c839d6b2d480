"""Alembic's environment for the quality gate: one version table of its own, in CKAN's database."""

from __future__ import annotations

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

NAME = "gobierno_abierto_quality"
VERSION_TABLE = f"{NAME}_alembic_version"


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only the tables of this plugin are its migrations' business."""
    return kind != "table" or bool(name and (name.startswith("quality_") or name == VERSION_TABLE))


def run_offline() -> None:
    """Write the SQL of the migrations instead of running it."""
    context.configure(
        url=context.config.get_main_option("sqlalchemy.url"),
        target_metadata=metadata,
        literal_binds=True,
        version_table=VERSION_TABLE,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations in one transaction."""
    engine = engine_from_config(
        context.config.get_section(context.config.config_ini_section) or {},
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=VERSION_TABLE,
            include_name=include_name,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
