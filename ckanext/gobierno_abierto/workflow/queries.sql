-- What the workflow keeps: see migration/gobierno_abierto_workflow for the tables.

-- name: publication
-- Whether a dataset is public, as the workflow knows it.
SELECT * FROM publication WHERE package_id = :package_id

-- name: lock_package
-- CKAN locks the dataset's own row while it patches: taken first by everybody, so that nobody waits in a circle.
SELECT id FROM package WHERE id = :package_id FOR UPDATE

-- name: claim
-- The dataset's row exists, so that it can be locked.
INSERT INTO publication (package_id, live) VALUES (:package_id, :live) ON CONFLICT (package_id) DO NOTHING

-- name: lock
-- One transition of a dataset at a time: the second waits here and then sees what the first did.
SELECT * FROM publication WHERE package_id = :package_id FOR UPDATE

-- name: set_live
-- The dataset became public, or its live version changed.
UPDATE publication SET live = 'publicado', live_revision_id = :revision_id, tombstone = NULL,
    published_at = coalesce(published_at, :at)
WHERE package_id = :package_id

-- name: set_withdrawn
-- The dataset is withdrawn; what its address says from now on.
UPDATE publication SET live = 'retirado', withdraw_at = NULL, tombstone = CAST(:tombstone AS jsonb)
WHERE package_id = :package_id

-- name: set_withdraw_at
-- When the clock withdraws the dataset (or null: never).
UPDATE publication SET withdraw_at = :at WHERE package_id = :package_id

-- name: tombstones
-- The withdrawn dataset that has this id or name.
SELECT p.package_id, p.tombstone FROM publication p
WHERE p.live = 'retirado'
    AND (p.package_id = :reference OR p.package_id = (SELECT id FROM package WHERE name = :reference))

-- name: open_run
-- The dataset's open proposal.
SELECT * FROM publication_run WHERE package_id = :package_id AND closed_at IS NULL

-- name: run
-- One run, open or closed.
SELECT * FROM publication_run WHERE id = :id

-- name: add_run
-- A proposal begins.
INSERT INTO publication_run (id, package_id, kind, state, step, reviewers, revision_id, base_revision_id, opened_by,
    opened_at, submitted_by, since, note, title, dataset_type, owner_org)
VALUES (:id, :package_id, :kind, :state, 0, :reviewers, :revision_id, :base_revision_id, :by, :at, :submitted_by, :at,
    :note, :title, :dataset_type, :owner_org)

-- name: move_run
-- The proposal is at another place, and since when.
UPDATE publication_run SET state = :state, step = :step, reviewers = :reviewers, since = :at WHERE id = :id

-- name: submit_run
-- The proposal goes to its first reviewers with a note.
UPDATE publication_run SET state = 'en_revision', step = 0, reviewers = :reviewers, since = :at, note = :note,
    submitted_by = :by
WHERE id = :id

-- name: point_run
-- The proposal has a newer revision; what the queue shows follows it.
UPDATE publication_run SET revision_id = :revision_id, title = :title, dataset_type = :dataset_type,
    owner_org = :owner_org
WHERE id = :id

-- name: rebase_run
-- The proposal was merged with the live version.
UPDATE publication_run SET base_revision_id = :base_revision_id WHERE id = :id

-- name: date_run
-- When the clock publishes the proposal (or null: at once after the last approval).
UPDATE publication_run SET publish_at = :at WHERE id = :id

-- name: close_run
-- The proposal is over.
UPDATE publication_run SET closed_at = :at, outcome = :outcome WHERE id = :id

-- name: add_revision
-- The next revision of a dataset; the dataset's row is locked, so its number is free.
INSERT INTO publication_revision (id, package_id, number, run_id, parent_id, content, files, author_id, created, note)
SELECT :id, :package_id, coalesce(max(number), 0) + 1, :run_id, :parent_id, CAST(:content AS jsonb),
    CAST(:files AS jsonb), :author_id, :at, :note
FROM publication_revision WHERE package_id = :package_id

-- name: revision
-- One revision.
SELECT * FROM publication_revision WHERE id = :id

-- name: revision_number
-- The number of a revision, without reading its content.
SELECT number FROM publication_revision WHERE id = :id

-- name: revisions
-- A dataset's revisions without their content, the newest first.
SELECT id, package_id, number, run_id, parent_id, author_id, created, note, published_at, approved_by, emergency_reason
FROM publication_revision WHERE package_id = :package_id ORDER BY number DESC

-- name: published_revisions
-- The versions that were or are public, the newest first.
SELECT id, package_id, number, created, note, published_at, approved_by, emergency_reason
FROM publication_revision WHERE package_id = :package_id AND published_at IS NOT NULL ORDER BY number DESC

-- name: mark_published
-- The revision became the live version.
UPDATE publication_revision SET published_at = :at, approved_by = :approved_by, emergency_reason = :reason
WHERE id = :id

-- name: authors
-- Who wrote the revisions of a run, or uploaded a file that the run's present revision brings and the live one lacks.
SELECT DISTINCT r.author_id AS user_id FROM publication_revision r
WHERE r.run_id = :run_id AND r.author_id IS NOT NULL
UNION
SELECT w.opened_by FROM publication_run w WHERE w.id = :run_id AND w.kind = 'retiro'
UNION
SELECT f.uploaded_by FROM publication_file f
JOIN publication_revision r ON r.id = :revision_id
CROSS JOIN LATERAL jsonb_each_text(r.files) AS used (resource_id, file_id)
WHERE f.id = used.file_id AND f.uploaded_by IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM publication_revision b CROSS JOIN LATERAL jsonb_each_text(b.files) AS old (resource_id, file_id)
        WHERE b.id = :base_revision_id AND old.file_id = used.file_id
    )

-- name: proposed_resource
-- The dataset whose open proposal has a resource with this id.
SELECT r.package_id FROM publication_run r JOIN publication_revision v ON v.id = r.revision_id
WHERE r.closed_at IS NULL AND v.content -> 'resources' @> CAST(:resource AS jsonb)

-- name: add_file
-- A file that was uploaded; its path is never written again.
INSERT INTO publication_file (id, package_id, resource_id, path, filename, format, mimetype, size, sha256, uploaded_by,
    created)
VALUES (:id, :package_id, :resource_id, :path, :filename, :format, :mimetype, :size, :sha256, :uploaded_by, :at)

-- name: file
-- One file version.
SELECT * FROM publication_file WHERE id = :id

-- name: files
-- These file versions.
SELECT * FROM publication_file WHERE id = ANY(:ids)

-- name: set_loaded
-- What came of loading the table of a proposed file.
UPDATE publication_file SET loaded = CAST(:loaded AS jsonb) WHERE id = :id

-- name: live_file
-- The version that a resource's own address gives.
SELECT f.* FROM publication_live_file l JOIN publication_file f ON f.id = l.file_id WHERE l.resource_id = :resource_id

-- name: live_files
-- Resource id to file version of a dataset's live resources.
SELECT l.resource_id, l.file_id FROM publication_live_file l JOIN publication_file f ON f.id = l.file_id
WHERE f.package_id = :package_id

-- name: point_file
-- The resource's own address gives this version from now on.
INSERT INTO publication_live_file (resource_id, file_id) VALUES (:resource_id, :file_id)
ON CONFLICT (resource_id) DO UPDATE SET file_id = excluded.file_id

-- name: unpoint_file
-- The resource has no file any more.
DELETE FROM publication_live_file WHERE resource_id = :resource_id

-- name: unused_files
-- File versions that no revision but those of this run has, and no resource gives.
SELECT f.* FROM publication_file f
WHERE f.package_id = :package_id
    AND NOT EXISTS (SELECT 1 FROM publication_live_file l WHERE l.file_id = f.id)
    AND NOT EXISTS (
        SELECT 1 FROM publication_revision r CROSS JOIN LATERAL jsonb_each_text(r.files) AS used (resource_id, file_id)
        WHERE r.package_id = :package_id AND r.run_id IS DISTINCT FROM :run_id AND used.file_id = f.id
    )

-- name: forget_file
-- The file is removed from the disk at the commit.
DELETE FROM publication_file WHERE id = :id

-- name: all_files
-- Every file that the workflow keeps.
SELECT id, path FROM publication_file

-- name: pending_tables
-- File versions of open proposals whose table was asked for and is not there.
SELECT f.id, f.format FROM publication_file f
WHERE f.loaded ->> 'status' = 'pending' AND EXISTS (
    SELECT 1 FROM publication_run r JOIN publication_revision v ON v.id = r.revision_id
    CROSS JOIN LATERAL jsonb_each_text(v.files) AS used (resource_id, file_id)
    WHERE r.closed_at IS NULL AND used.file_id = f.id
)
ORDER BY f.created

-- name: prepared_tables
-- File versions whose table stands apart, of proposals that are over.
SELECT f.id FROM publication_file f
WHERE f.loaded IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM publication_run r JOIN publication_revision v ON v.id = r.revision_id
    CROSS JOIN LATERAL jsonb_each_text(v.files) AS used (resource_id, file_id)
    WHERE r.closed_at IS NULL AND used.file_id = f.id
)

-- name: add_comment
-- What a reviewer asks for, or anybody answers.
INSERT INTO publication_comment (id, run_id, package_id, revision_id, author_id, created, resource_id, field, text)
VALUES (:id, :run_id, :package_id, :revision_id, :author_id, :at, :resource_id, :field, :text)

-- name: comments
-- The conversation of a run, in its order.
SELECT c.*, u.name AS author_name, u.fullname AS author_fullname FROM publication_comment c
LEFT JOIN "user" u ON u.id = c.author_id WHERE c.run_id = :run_id ORDER BY c.created, c.id

-- name: due
-- Proposals whose date has come.
SELECT package_id FROM publication_run WHERE closed_at IS NULL AND state = 'aprobado' AND publish_at <= :at
ORDER BY publish_at

-- name: due_withdrawals
-- Published datasets whose withdrawal date has come.
SELECT package_id FROM publication WHERE live = 'publicado' AND withdraw_at <= :at ORDER BY withdraw_at

-- name: stale
-- Proposals that have waited for their reviewers since before this moment, and of which nobody was reminded after it.
SELECT * FROM publication_run r WHERE r.closed_at IS NULL AND r.state = 'en_revision' AND r.since <= :before
    AND NOT EXISTS (
        SELECT 1 FROM portal_audit a
        WHERE a.package_id = r.package_id AND a.action = 'recordar' AND a.at > :before
    )
ORDER BY r.since

-- name: uninitialised
-- Datasets of these types that the workflow does not know yet, in an order that can be resumed.
SELECT p.id, p.private, p.state FROM package p
WHERE p.type = ANY(:types) AND p.state <> 'deleted' AND p.id > :after
    AND NOT EXISTS (SELECT 1 FROM publication x WHERE x.package_id = p.id AND x.live_revision_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM publication_run r WHERE r.package_id = p.id AND r.closed_at IS NULL)
ORDER BY p.id LIMIT :most

-- name: purge
-- A purged dataset leaves nothing but the audit log; each statement runs by itself.
WITH gone AS (SELECT :package_id AS id),
    a AS (DELETE FROM publication_comment USING gone WHERE package_id = gone.id),
    b AS (DELETE FROM publication_run USING gone WHERE package_id = gone.id),
    c AS (DELETE FROM publication_revision USING gone WHERE package_id = gone.id),
    d AS (DELETE FROM publication_notice USING gone WHERE package_id = gone.id),
    e AS (
        DELETE FROM publication_live_file USING gone, publication_file f
        WHERE f.package_id = gone.id AND publication_live_file.file_id = f.id
    )
DELETE FROM publication USING gone WHERE publication.package_id = gone.id

-- name: package_files
-- Every file version of a dataset.
SELECT * FROM publication_file WHERE package_id = :package_id

-- name: published_file
-- Whether a version of the dataset that is or was public has this file.
SELECT r.id FROM publication_revision r CROSS JOIN LATERAL jsonb_each_text(r.files) AS used (resource_id, file_id)
WHERE r.package_id = :package_id AND r.published_at IS NOT NULL AND used.file_id = :file_id LIMIT 1

-- name: public_tags
-- Which of these tags stand on a public dataset.
SELECT DISTINCT t.name FROM tag t
JOIN package_tag pt ON pt.tag_id = t.id AND pt.state = 'active'
JOIN package p ON p.id = pt.package_id AND p.state = 'active' AND NOT p.private
WHERE t.vocabulary_id IS NULL AND t.name = ANY(:names)

-- name: public_datasets
-- Which of these datasets everybody may see.
SELECT id FROM package WHERE id = ANY(:ids) AND state = 'active' AND NOT private

-- name: public_formats
-- Formats of public files that contain a text, the most frequent first, as CKAN's format_autocomplete gives them.
SELECT lower(r.format) AS format FROM resource r
JOIN package p ON p.id = r.package_id AND p.state = 'active' AND NOT p.private
WHERE r.state = 'active' AND strpos(lower(r.format), lower(:asked)) > 0
GROUP BY r.format ORDER BY count(*) DESC, r.format LIMIT :limit
