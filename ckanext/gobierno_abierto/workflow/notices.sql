-- Notices: shown in the portal, and the outbox of their e-mails; workflow/notifications.py reads these by name.

-- name: add
-- One notice for each of these people who have an account; an e-mail waits for those who have an address.
INSERT INTO publication_notice (user_id, package_id, kind, arguments, created, next_attempt)
SELECT u.id, :package_id, :kind, CAST(:arguments AS jsonb), :at,
    CASE WHEN :mails AND coalesce(u.email, '') <> '' THEN CAST(:at AS timestamptz) END
FROM "user" u
WHERE u.id = ANY (:user_ids) AND u.state = 'active'
ORDER BY u.name;

-- name: expire
-- E-mails that waited too long to be news; the notice stays in the portal.
UPDATE publication_notice
SET next_attempt = NULL, problem = 'Expired'
WHERE next_attempt <= :at AND created < :oldest;

-- name: claim
-- The e-mail that waited longest, put off to its next attempt before it is tried: a sender that dies loses nothing,
-- and two senders never take the same one. After the last delay there is no next attempt.
UPDATE publication_notice
SET attempts = attempts + 1, next_attempt = CAST(:at AS timestamptz) + (CAST(:delays AS interval[]))[attempts + 1]
WHERE id = (
    SELECT id FROM publication_notice
    WHERE next_attempt <= :at
    ORDER BY next_attempt, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id;

-- name: postpone
-- The server is out of reach: every e-mail that is due counts as tried.
UPDATE publication_notice
SET attempts = attempts + 1, next_attempt = CAST(:at AS timestamptz) + (CAST(:delays AS interval[]))[attempts + 1],
    problem = :problem
WHERE next_attempt <= :at;

-- name: due
-- Whether an e-mail is still waiting.
SELECT 1 FROM publication_notice WHERE next_attempt <= :at LIMIT 1;

-- name: letter
-- A notice with whom it is for and what the dataset is called now.
SELECT n.id, n.package_id, n.kind, n.arguments, n.created, n.attempts, n.next_attempt,
    u.name AS user_name, u.fullname, u.email, u.state AS user_state,
    CASE WHEN p.state <> 'deleted' THEN p.name END AS package_name
FROM publication_notice n
LEFT JOIN "user" u ON u.id = n.user_id
LEFT JOIN package p ON p.id = n.package_id
WHERE n.id = :id;

-- name: sent
-- The e-mail went out.
UPDATE publication_notice SET sent_at = :at, next_attempt = NULL, problem = NULL WHERE id = :id;

-- name: failed
-- The e-mail did not go out; a permanent problem ends it.
UPDATE publication_notice
SET problem = :problem, next_attempt = CASE WHEN :permanent THEN NULL ELSE next_attempt END
WHERE id = :id;

-- name: of_user
-- A page of somebody's notices, the newest first.
SELECT n.id, n.package_id, n.kind, n.arguments, n.created, n.read_at,
    CASE WHEN p.state <> 'deleted' THEN p.name END AS package_name
FROM publication_notice n
LEFT JOIN package p ON p.id = n.package_id
WHERE n.user_id = :user_id
ORDER BY n.created DESC, n.id DESC
LIMIT :limit OFFSET :offset;

-- name: counted
-- How many notices somebody has, and how many of them unread.
SELECT count(*) AS total, count(*) FILTER (WHERE read_at IS NULL) AS unread
FROM publication_notice
WHERE user_id = :user_id;

-- name: read
-- Somebody read these notices (null: all); other people's are left alone.
UPDATE publication_notice
SET read_at = :at
WHERE user_id = :user_id AND read_at IS NULL AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY (CAST(:ids AS bigint[])));
