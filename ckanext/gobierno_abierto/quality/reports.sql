-- Rows of quality_report: one per content that is live or waits beside it.

-- name: report
-- The report of one content.
SELECT * FROM quality_report WHERE subject = :subject

-- name: reports_of_resource
-- What is known of a resource's contents, the newest first.
SELECT * FROM quality_report WHERE resource_id = :resource_id ORDER BY changed DESC, subject

-- name: reports_of_package
-- What is known of a dataset's contents.
SELECT * FROM quality_report WHERE package_id = :package_id ORDER BY subject

-- name: states
-- How far several contents are.
SELECT subject, content, state, load_state FROM quality_report WHERE subject = ANY(:subjects)

-- name: announce
-- A content is there and waits; a row of the same content stays as it is. One row when something was written.
INSERT INTO quality_report (subject, resource_id, package_id, content, source, state, changed, next_attempt, load_state)
VALUES (:subject, :resource_id, :package_id, :content, cast(:source AS jsonb), 'waiting', :at, :next_attempt,
    :load_state)
ON CONFLICT (subject) DO UPDATE SET content = excluded.content, source = excluded.source, state = 'waiting',
    package_id = excluded.package_id, rows_read = 0, attempts = 0, changed = excluded.changed,
    next_attempt = excluded.next_attempt, finished = NULL, load_state = excluded.load_state, problem = NULL,
    report = NULL
WHERE quality_report.content <> excluded.content OR :again

-- name: begin
-- A worker takes the content, whatever an earlier one left; no row when it changed meanwhile or is done.
UPDATE quality_report SET state = 'reading', rows_read = 0, attempts = attempts + 1, changed = :at,
    next_attempt = :next_attempt, problem = NULL
WHERE subject = :subject AND content = :content AND state IN ('waiting', 'reading', 'checking', 'failed')
RETURNING attempts

-- name: progress
-- So many rows were read.
UPDATE quality_report SET state = 'checking', rows_read = :rows_read, changed = :at, next_attempt = :next_attempt
WHERE subject = :subject AND content = :content

-- name: finish
-- The report is there.
UPDATE quality_report SET state = 'done', changed = :at, finished = :at, next_attempt = NULL, problem = NULL,
    rows_read = :rows_read, report = cast(:report AS jsonb)
WHERE subject = :subject AND content = :content

-- name: fail
-- It could not be checked; the clock tries again at `next_attempt`, or not at all.
UPDATE quality_report SET state = 'failed', changed = :at, finished = :at, next_attempt = :next_attempt,
    problem = cast(:problem AS jsonb)
WHERE subject = :subject AND content = :content

-- name: set_load_state
-- How far the table of a waiting content is.
UPDATE quality_report SET load_state = :load_state, changed = :at WHERE subject = :subject

-- name: adopt
-- A waiting content becomes the resource's live one.
INSERT INTO quality_report (subject, resource_id, package_id, content, source, state, rows_read, attempts, next_attempt,
    changed, finished, problem, report)
SELECT resource_id, resource_id, package_id, :content, cast(:source AS jsonb), state, rows_read, attempts, next_attempt,
    changed, finished, problem, report
FROM quality_report WHERE subject = :subject AND state IN ('done', 'failed')
ON CONFLICT (subject) DO UPDATE SET content = excluded.content, source = excluded.source, state = excluded.state,
    rows_read = excluded.rows_read, attempts = excluded.attempts, next_attempt = excluded.next_attempt,
    changed = excluded.changed, finished = excluded.finished, load_state = NULL, problem = excluded.problem,
    report = excluded.report

-- name: forget
-- The content is gone.
DELETE FROM quality_report WHERE subject = :subject

-- name: forget_resource
-- The resource is gone, with what waited beside it.
DELETE FROM quality_report WHERE resource_id = :resource_id

-- name: forget_bases
-- What was declared of a resource that is gone.
DELETE FROM quality_basis WHERE resource_id = :resource_id

-- name: due
-- Contents whose worker died, that the queue lost or that are tried again, the longest waiting first.
SELECT subject FROM quality_report WHERE next_attempt <= :at ORDER BY next_attempt LIMIT :most

-- name: postpone
-- It was queued: the clock looks at it again later.
UPDATE quality_report SET next_attempt = :next_attempt WHERE subject = :subject AND next_attempt IS NOT NULL

-- name: unknown
-- Files and links of active resources that were never checked, for an operator's command.
SELECT r.id FROM resource r JOIN package p ON p.id = r.package_id
WHERE r.state = 'active' AND p.state = 'active' AND coalesce(r.url_type, '') IN ('', 'upload')
    AND NOT EXISTS (SELECT 1 FROM quality_report q WHERE q.subject = r.id AND q.state = 'done')
ORDER BY r.created, r.id

-- name: stale
-- Contents that failed or wait.
SELECT subject FROM quality_report WHERE state = ANY(:states) ORDER BY changed, subject

-- name: waiting_contents
-- Contents that wait beside the live ones.
SELECT subject, package_id FROM quality_report
WHERE subject <> resource_id AND (cast(:package_id AS text) IS NULL OR package_id = :package_id)
