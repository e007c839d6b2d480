"""Reports of files, declared legal bases of personal data, checked links, scores and reminders.

No foreign keys to CKAN's tables: a report may stand for content that no resource has yet.

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
CREATE TABLE quality_report (
    subject         text PRIMARY KEY,
    resource_id     text NOT NULL,
    package_id      text NOT NULL,
    content         text NOT NULL,
    source          jsonb NOT NULL,
    state           text NOT NULL CHECK (state IN ('waiting', 'reading', 'checking', 'done', 'failed')),
    rows_read       bigint NOT NULL DEFAULT 0,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt    timestamptz,
    changed         timestamptz NOT NULL,
    finished        timestamptz,
    load_state      text CHECK (load_state IN ('pending', 'running', 'complete', 'error')),
    problem         jsonb,
    report          jsonb
);
COMMENT ON TABLE quality_report IS 'What the check of a content found; one row per content that is live or proposed';
COMMENT ON COLUMN quality_report.subject IS
    'The id of the resource whose live content it is, or the id of a content that waits beside it';
COMMENT ON COLUMN quality_report.content IS 'What identifies the content: the same content is not checked twice';
COMMENT ON COLUMN quality_report.source IS 'Where the content is: {name, format, path} or {name, format, url}';
COMMENT ON COLUMN quality_report.next_attempt IS 'When the clock may queue it again; null: it needs nothing';
COMMENT ON COLUMN quality_report.load_state IS
    'Of a waiting content: how far its DataStore table is; null: it has none';
CREATE INDEX quality_report_resource ON quality_report (resource_id);
CREATE INDEX quality_report_package ON quality_report (package_id);
CREATE INDEX quality_report_due ON quality_report (next_attempt) WHERE next_attempt IS NOT NULL;

CREATE TABLE quality_basis (
    id              text PRIMARY KEY,
    package_id      text NOT NULL,
    resource_id     text NOT NULL,
    column_name     text NOT NULL,
    kind            text NOT NULL,
    basis           text NOT NULL,
    declared_by     text NOT NULL,
    declared_at     timestamptz NOT NULL,
    accepted        boolean,
    note            text NOT NULL DEFAULT '',
    decided_by      text,
    decided_at      timestamptz,
    CHECK ((accepted IS NULL) = (decided_at IS NULL)),
    UNIQUE (resource_id, column_name, kind)
);
COMMENT ON TABLE quality_basis IS 'Legal bases that officers declare for columns with personal data';
COMMENT ON COLUMN quality_basis.accepted IS 'What a reviewer said of it; null: nobody has';

CREATE TABLE quality_link (
    resource_id     text PRIMARY KEY,
    package_id      text NOT NULL,
    url             text NOT NULL,
    checked         timestamptz,
    next_check      timestamptz NOT NULL,
    reachable       boolean,
    status          integer,
    failures        integer NOT NULL DEFAULT 0,
    first_failure   timestamptz,
    problem         jsonb
);
COMMENT ON TABLE quality_link IS 'Whether the links of public datasets answer';
COMMENT ON COLUMN quality_link.failures IS 'Checks in a row that failed';
CREATE INDEX quality_link_due ON quality_link (next_check);

CREATE TABLE quality_score (
    package_id      text PRIMARY KEY,
    owner_org       text,
    points          integer NOT NULL,
    measurable      integer NOT NULL,
    stars           integer NOT NULL,
    indicators      jsonb NOT NULL,
    overdue_days    integer,
    due             date,
    computed        timestamptz NOT NULL
);
COMMENT ON TABLE quality_score IS 'Points of each public dataset in the method of data.europa.eu (MQA)';
COMMENT ON COLUMN quality_score.measurable IS 'Points that could be measured; 405 when every link was asked';
COMMENT ON COLUMN quality_score.due IS 'Until when the promised update frequency holds; null: nothing was promised';
CREATE INDEX quality_score_organization ON quality_score (owner_org);

CREATE TABLE quality_reminder (
    package_id      text NOT NULL,
    due             date NOT NULL,
    number          integer NOT NULL,
    sent_at         timestamptz NOT NULL,
    PRIMARY KEY (package_id, due, number)
);
COMMENT ON TABLE quality_reminder IS 'Reminders of overdue data: which were sent, so that none is sent twice';
"""

NAMES = ("quality_reminder", "quality_score", "quality_link", "quality_basis", "quality_report")


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Remove the tables; the reports can be made again, the declared bases are lost."""
    for name in NAMES:
        op.execute(f"DROP TABLE {name}")
