-- The portal's audit log; common/audit.py reads these by name.

-- name: lock
-- One writer at a time until its transaction ends, so that the chain has no forks and no gaps.
SELECT pg_advisory_xact_lock(hashtext('portal_audit'));

-- name: last
-- The end of the chain.
SELECT seq, hash FROM portal_audit ORDER BY seq DESC LIMIT 1;

-- name: as_kept
-- A JSON value as the table will give it back (1e3 as 1000, the last of two equal keys).
SELECT CAST(:details AS jsonb) AS details;

-- name: add
-- One more row at the end.
INSERT INTO portal_audit
    (seq, at, actor_id, actor_name, action, package_id, revision_id, comment, details, previous, hash)
VALUES
    (:seq, :at, :actor_id, :actor_name, :action, :package_id, :revision_id, :comment, CAST(:details AS jsonb),
     :previous, :hash);

-- name: newest
-- A page of the rows that match, the newest first; a null parameter does not filter.
SELECT seq, at, actor_id, actor_name, action, package_id, revision_id, comment, details, previous, hash
FROM portal_audit
WHERE (CAST(:package_id AS text) IS NULL OR package_id = :package_id)
    AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
    AND (CAST(:actions AS text[]) IS NULL OR action = ANY (:actions))
ORDER BY seq DESC
LIMIT :limit OFFSET :offset;

-- name: count
-- How many rows match, as in `newest`.
SELECT count(*) AS rows
FROM portal_audit
WHERE (CAST(:package_id AS text) IS NULL OR package_id = :package_id)
    AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
    AND (CAST(:actions AS text[]) IS NULL OR action = ANY (:actions));

-- name: following
-- The next rows of the chain that match, the oldest first.
SELECT seq, at, actor_id, actor_name, action, package_id, revision_id, comment, details, previous, hash
FROM portal_audit
WHERE (CAST(:after AS bigint) IS NULL OR seq > :after)
    AND (CAST(:package_id AS text) IS NULL OR package_id = :package_id)
    AND (CAST(:since AS timestamptz) IS NULL OR at >= :since)
ORDER BY seq
LIMIT :limit;
