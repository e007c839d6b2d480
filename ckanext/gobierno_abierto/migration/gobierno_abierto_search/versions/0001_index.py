"""The search index: one table in CKAN's own database, and the trigger that keeps a purged dataset out of it.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A row is one document as CKAN hands it to its search engine. Nothing here needs more than the rights of
# the role that owns CKAN's database: no extension, no dictionary file, no superuser.
TABLE = """
CREATE TABLE gobierno_abierto_search_document (
    index_id                text PRIMARY KEY,
    id                      text NOT NULL,
    site_id                 text NOT NULL,
    name                    text,
    state                   text,
    capacity                text,
    permission_labels       text[] NOT NULL DEFAULT '{}',
    metadata_created        text COLLATE "C",
    metadata_modified       text COLLATE "C",
    title_sort              text COLLATE "C",
    fields                  jsonb NOT NULL DEFAULT '{}',
    text_search             tsvector NOT NULL DEFAULT '',
    field_search            tsvector NOT NULL DEFAULT '',
    title_folded            text NOT NULL DEFAULT '',
    stored                  text NOT NULL DEFAULT '{}',
    data_dict               text,
    validated_data_dict     text
)
"""

COMMENTS = """
COMMENT ON TABLE gobierno_abierto_search_document IS 'Search index: one row a dataset and site';
COMMENT ON COLUMN gobierno_abierto_search_document.fields IS
    'Whole values by field, always lists of text: exact match, ranges, sorting and facets';
COMMENT ON COLUMN gobierno_abierto_search_document.text_search IS
    'Words of the whole document (stems, and =surface forms); A title and name, B tags, C groups, D the rest';
COMMENT ON COLUMN gobierno_abierto_search_document.field_search IS 'Words of each text field, as field/stem';
COMMENT ON COLUMN gobierno_abierto_search_document.stored IS 'What CKAN may ask back with fl, as JSON';
"""

INDEXES = """
CREATE INDEX gobierno_abierto_search_document_id ON gobierno_abierto_search_document (id);
CREATE INDEX gobierno_abierto_search_document_name ON gobierno_abierto_search_document (name);
CREATE INDEX gobierno_abierto_search_document_modified ON gobierno_abierto_search_document (metadata_modified);
CREATE INDEX gobierno_abierto_search_document_fields
    ON gobierno_abierto_search_document USING gin (fields jsonb_path_ops);
CREATE INDEX gobierno_abierto_search_document_text ON gobierno_abierto_search_document USING gin (text_search);
CREATE INDEX gobierno_abierto_search_document_field ON gobierno_abierto_search_document USING gin (field_search);
"""

# No foreign key: CKAN's contract lets a document be indexed that has no dataset (and the same dataset once a
# site), but a dataset that disappears from the database takes its documents with it, whoever deletes it.
TRIGGER = """
CREATE OR REPLACE FUNCTION gobierno_abierto_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM gobierno_abierto_search_document WHERE id = OLD.id;
    RETURN OLD;
END
$$;
CREATE TRIGGER gobierno_abierto_search_forget
    AFTER DELETE ON package FOR EACH ROW EXECUTE FUNCTION gobierno_abierto_search_forget();
"""


def upgrade() -> None:
    for statement in (TABLE, COMMENTS, INDEXES, TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS gobierno_abierto_search_forget ON package")
    op.execute("DROP FUNCTION IF EXISTS gobierno_abierto_search_forget()")
    op.execute("DROP TABLE IF EXISTS gobierno_abierto_search_document")
