"""What the seed last wrote: one row per object and one per field of it, so that a person's changes are told apart.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# No foreign key to CKAN's tables: the row must outlive an object that a person deleted, or the seed would make it
# again.
OBJECTS = """
CREATE TABLE gobierno_abierto_committees_seeded_object (
    kind        text NOT NULL CHECK (kind IN ('organization', 'group', 'dataset')),
    name        text NOT NULL,
    object_id   text NOT NULL,
    seeded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, name)
)
"""

FIELDS = """
CREATE TABLE gobierno_abierto_committees_seeded_field (
    kind        text NOT NULL,
    name        text NOT NULL,
    field       text NOT NULL,
    wanted      jsonb,
    stored      jsonb,
    PRIMARY KEY (kind, name, field),
    FOREIGN KEY (kind, name) REFERENCES gobierno_abierto_committees_seeded_object ON DELETE CASCADE
)
"""

COMMENTS = """
COMMENT ON TABLE gobierno_abierto_committees_seeded_object IS
    'Objects that the seed made or found, by the name that its files give them';
COMMENT ON COLUMN gobierno_abierto_committees_seeded_field.wanted IS 'The value in the file when it was last written';
COMMENT ON COLUMN gobierno_abierto_committees_seeded_field.stored IS
    'What the portal held right after; another value now means that a person changed it';
"""


def upgrade() -> None:
    for statement in (OBJECTS, FIELDS, COMMENTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE IF EXISTS gobierno_abierto_committees_seeded_field")
    op.execute("DROP TABLE IF EXISTS gobierno_abierto_committees_seeded_object")
