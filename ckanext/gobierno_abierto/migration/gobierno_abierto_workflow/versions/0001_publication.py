"""Revisions, runs, comments, file versions and notices of the publication workflow, and the portal's audit log.

No foreign keys to CKAN's tables: the history of a dataset outlives the dataset and its people.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE publication (
    package_id          text PRIMARY KEY,
    live                text NOT NULL CHECK (live IN ('inedito', 'publicado', 'retirado')),
    live_revision_id    text,
    published_at        timestamptz,
    withdraw_at         timestamptz,
    tombstone           jsonb
);
COMMENT ON TABLE publication IS 'Whether a dataset is public; a dataset without a row is what CKAN says it is';
COMMENT ON COLUMN publication.live_revision_id IS 'The revision that the live package was made from';
COMMENT ON COLUMN publication.published_at IS 'First publication';
COMMENT ON COLUMN publication.tombstone IS 'Of a withdrawn dataset: {title, name, reason, at}';

CREATE TABLE publication_run (
    id                  text PRIMARY KEY,
    package_id          text NOT NULL,
    kind                text NOT NULL CHECK (kind IN ('cambio', 'retiro')),
    state               text NOT NULL CHECK (state IN ('borrador', 'en_revision', 'observado', 'aprobado')),
    step                integer NOT NULL DEFAULT 0,
    reviewers           text,
    revision_id         text,
    base_revision_id    text,
    opened_by           text NOT NULL,
    opened_at           timestamptz NOT NULL,
    submitted_by        text,
    since               timestamptz NOT NULL,
    note                text NOT NULL DEFAULT '',
    publish_at          timestamptz,
    closed_at           timestamptz,
    outcome             text CHECK (outcome IN ('publicado', 'retirado', 'descartado', 'emergencia')),
    title               text NOT NULL,
    dataset_type        text NOT NULL,
    owner_org           text,
    CHECK ((closed_at IS NULL) = (outcome IS NULL))
);
COMMENT ON TABLE publication_run IS 'A proposal on its way; the states are those of workflow/transitions.py';
COMMENT ON COLUMN publication_run.reviewers IS
    'Who reviews at the present step: committee, organization_admins, coordinators';
COMMENT ON COLUMN publication_run.title IS 'Of the proposal, with type and owner: what the queue shows and filters by';
CREATE UNIQUE INDEX publication_run_open ON publication_run (package_id) WHERE closed_at IS NULL;
CREATE INDEX publication_run_queue ON publication_run (since, id) INCLUDE (reviewers, owner_org, dataset_type, kind)
    WHERE closed_at IS NULL AND state = 'en_revision';
CREATE INDEX publication_run_dates ON publication_run (publish_at) WHERE closed_at IS NULL AND state = 'aprobado';
CREATE INDEX publication_run_package ON publication_run (package_id);

CREATE TABLE publication_revision (
    id                  text PRIMARY KEY,
    package_id          text NOT NULL,
    number              integer NOT NULL,
    run_id              text,
    parent_id           text,
    content             jsonb NOT NULL,
    files               jsonb NOT NULL DEFAULT '{}',
    author_id           text,
    created             timestamptz NOT NULL,
    note                text NOT NULL DEFAULT '',
    published_at        timestamptz,
    approved_by         text,
    emergency_reason    text,
    UNIQUE (package_id, number)
);
COMMENT ON COLUMN publication_revision.content IS 'The whole dataset as package_show gives it';
COMMENT ON COLUMN publication_revision.files IS 'Resource id to publication_file.id';
COMMENT ON COLUMN publication_revision.approved_by IS 'The body (committee, coordination) whose approval was the last';
CREATE INDEX publication_revision_run ON publication_revision (run_id);
CREATE INDEX publication_revision_resources ON publication_revision USING gin ((content -> 'resources') jsonb_path_ops);

CREATE TABLE publication_comment (
    id                  text PRIMARY KEY,
    run_id              text NOT NULL,
    package_id          text NOT NULL,
    revision_id         text NOT NULL,
    author_id           text NOT NULL,
    created             timestamptz NOT NULL,
    resource_id         text,
    field               text,
    text                text NOT NULL
);
CREATE INDEX publication_comment_run ON publication_comment (run_id);

CREATE TABLE publication_file (
    id                  text PRIMARY KEY,
    package_id          text NOT NULL,
    resource_id         text NOT NULL,
    path                text NOT NULL,
    filename            text NOT NULL,
    format              text NOT NULL DEFAULT '',
    mimetype            text,
    size                bigint,
    sha256              text,
    uploaded_by         text,
    created             timestamptz NOT NULL,
    loaded              jsonb
);
COMMENT ON COLUMN publication_file.path IS 'Below ckan.storage_path; never written twice';
COMMENT ON COLUMN publication_file.loaded IS
    'What came of loading its table, or the problem; null while it waits or is no table';
CREATE INDEX publication_file_resource ON publication_file (resource_id);
CREATE INDEX publication_file_package ON publication_file (package_id);

CREATE TABLE publication_live_file (
    resource_id         text PRIMARY KEY,
    file_id             text NOT NULL
);
COMMENT ON TABLE publication_live_file IS 'Which version the resource''s own address gives';

CREATE TABLE publication_notice (
    id                  bigserial PRIMARY KEY,
    user_id             text NOT NULL,
    package_id          text,
    kind                text NOT NULL,
    arguments           jsonb NOT NULL DEFAULT '{}',
    created             timestamptz NOT NULL,
    read_at             timestamptz,
    sent_at             timestamptz,
    attempts            integer NOT NULL DEFAULT 0,
    next_attempt        timestamptz,
    problem             text
);
COMMENT ON TABLE publication_notice IS 'What somebody is told: shown in the portal, and an outbox for the e-mail';
COMMENT ON COLUMN publication_notice.next_attempt IS
    'When the e-mail is tried (again); null when there is nothing to send any more';
CREATE INDEX publication_notice_user ON publication_notice (user_id, created DESC);
CREATE INDEX publication_notice_due ON publication_notice (next_attempt) WHERE next_attempt IS NOT NULL;

CREATE TABLE portal_audit (
    seq                 bigint PRIMARY KEY,
    at                  timestamptz NOT NULL,
    actor_id            text,
    actor_name          text,
    action              text NOT NULL,
    package_id          text,
    revision_id         text,
    comment             text NOT NULL DEFAULT '',
    details             jsonb NOT NULL DEFAULT '{}',
    previous            text NOT NULL,
    hash                text NOT NULL
);
COMMENT ON TABLE portal_audit IS
    'Append-only: a trigger refuses changes, and each row carries the hash of the one before';
CREATE INDEX portal_audit_package ON portal_audit (package_id, seq);
"""

GUARD = """
CREATE OR REPLACE FUNCTION portal_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'portal_audit is append-only';
END
$$;
CREATE TRIGGER portal_audit_append_only BEFORE UPDATE OR DELETE ON portal_audit
    FOR EACH ROW EXECUTE FUNCTION portal_audit_is_append_only();
CREATE TRIGGER portal_audit_no_truncate BEFORE TRUNCATE ON portal_audit
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_is_append_only();
"""

DROPPED = """
DROP TABLE publication_notice, publication_live_file, publication_file, publication_comment, publication_revision,
    publication_run, publication, portal_audit;
DROP FUNCTION portal_audit_is_append_only();
"""


def upgrade() -> None:
    """Create everything."""
    op.execute(TABLES)
    op.execute(GUARD)


def downgrade() -> None:
    """Remove everything; what is published stays published, its history is lost."""
    op.execute(DROPPED)
