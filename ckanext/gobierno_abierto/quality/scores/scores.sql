-- Rows of quality_link, quality_score and quality_reminder. Everything here is of public datasets: active, not private,
-- and of the portal's kinds (:types).

-- name: adopt_links
-- Links of public datasets that nobody knows yet, or whose address changed, begin to wait; how many is the row count.
INSERT INTO quality_link (resource_id, package_id, url, next_check)
SELECT r.id, r.package_id, btrim(r.url), :at
FROM resource r JOIN package p ON p.id = r.package_id
LEFT JOIN quality_link l ON l.resource_id = r.id
WHERE r.state = 'active' AND coalesce(r.url_type, '') = '' AND coalesce(btrim(r.url), '') <> ''
    AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:package_id AS text) IS NULL OR p.id = :package_id)
    AND (l.resource_id IS NULL OR l.url <> btrim(r.url) OR l.package_id <> r.package_id)
ON CONFLICT (resource_id) DO UPDATE SET package_id = excluded.package_id, url = excluded.url,
    next_check = excluded.next_check, checked = NULL, reachable = NULL, status = NULL, failures = 0,
    first_failure = NULL, problem = NULL

-- name: drop_links
-- Links that are gone, became files of the portal, or whose dataset is not public any more.
DELETE FROM quality_link l
WHERE (CAST(:package_id AS text) IS NULL OR l.package_id = :package_id)
    AND NOT EXISTS (
        SELECT 1 FROM resource r JOIN package p ON p.id = r.package_id
        WHERE r.id = l.resource_id AND r.state = 'active' AND coalesce(r.url_type, '') = ''
            AND coalesce(btrim(r.url), '') <> ''
            AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    )

-- name: claim_links
-- Links that are due, the longest waiting first, at most so many of one server; they are put off so that nobody else
-- takes them meanwhile.
UPDATE quality_link SET next_check = :until
WHERE resource_id IN (
    SELECT resource_id FROM quality_link
    WHERE resource_id IN (
        SELECT resource_id FROM (
            SELECT resource_id, next_check, row_number() OVER (
                PARTITION BY lower(substring(url FROM '^[A-Za-z]+://([^/?#]+)')) ORDER BY next_check, resource_id
            ) AS place
            FROM quality_link WHERE next_check <= :at
        ) AS due
        WHERE place <= :per_host ORDER BY next_check, resource_id LIMIT :most
    )
    FOR UPDATE SKIP LOCKED
)
RETURNING resource_id, package_id, url, reachable, status, failures, first_failure, problem

-- name: all_links_due
-- Every link is due at once.
UPDATE quality_link SET next_check = :at WHERE next_check > :at

-- name: answered
-- What a link answered; not if its address changed while it was asked.
UPDATE quality_link SET checked = :at, next_check = :next_check, reachable = :reachable, status = :status,
    failures = :failures, first_failure = :first_failure, problem = cast(:problem AS jsonb)
WHERE resource_id = :resource_id AND url = :url

-- name: release_links
-- Links that were taken but not asked.
UPDATE quality_link SET next_check = :at WHERE resource_id = ANY(:ids)

-- name: links_of
-- What is known of a dataset's links.
SELECT resource_id, url, checked, next_check, reachable, status, failures, problem FROM quality_link
WHERE package_id = :package_id

-- name: links_waiting
-- How many links are due, and how many there are.
SELECT count(*) FILTER (WHERE next_check <= :at) AS due, count(*) AS total FROM quality_link

-- name: public_dataset
-- A dataset (by id or name) that everybody may see.
SELECT p.id, p.name, p.title, p.owner_org FROM package p
WHERE (p.id = :reference OR p.name = :reference) AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
ORDER BY p.id = :reference DESC LIMIT 1

-- name: public_datasets
-- Ids of every public dataset, for the command that computes all.
SELECT id FROM package WHERE state = 'active' AND NOT private AND type = ANY(:types) ORDER BY id

-- name: keep_score
-- A score, in place of the one before.
INSERT INTO quality_score (package_id, owner_org, points, measurable, stars, indicators, overdue_days, due, computed)
VALUES (:package_id, :owner_org, :points, :measurable, :stars, cast(:indicators AS jsonb), :overdue_days, :due, :at)
ON CONFLICT (package_id) DO UPDATE SET owner_org = excluded.owner_org, points = excluded.points,
    measurable = excluded.measurable, stars = excluded.stars, indicators = excluded.indicators,
    overdue_days = excluded.overdue_days, due = excluded.due, computed = excluded.computed

-- name: forget_score
-- The dataset is not public any more.
DELETE FROM quality_score WHERE package_id = :package_id

-- name: forget_scores
-- Scores of datasets that are gone or not public any more.
DELETE FROM quality_score s WHERE NOT EXISTS (
    SELECT 1 FROM package p
    WHERE p.id = s.package_id AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
)

-- name: score_of
-- The stored score of a public dataset.
SELECT s.points, s.measurable, s.stars, s.overdue_days, s.due, s.computed
FROM quality_score s JOIN package p ON p.id = s.package_id
WHERE s.package_id = :package_id AND p.state = 'active' AND NOT p.private

-- name: scores_due
-- Public datasets without a score, saved after it, scored by another version of the method, or not for a week.
SELECT p.id FROM package p LEFT JOIN quality_score s ON s.package_id = p.id
WHERE p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (s.package_id IS NULL OR s.computed < p.metadata_modified AT TIME ZONE 'UTC'
        OR s.indicators ->> 'method' <> :method OR s.computed < :oldest)
ORDER BY s.computed NULLS FIRST, p.id LIMIT :most

-- name: age_scores
-- Each day more datasets are late, and the late ones later; `late_from` is in the score.
UPDATE quality_score
SET overdue_days = CASE WHEN (indicators ->> 'late_from')::date <= :today THEN CAST(:today AS date) - due END
WHERE due IS NOT NULL AND overdue_days IS DISTINCT FROM
    CASE WHEN (indicators ->> 'late_from')::date <= :today THEN CAST(:today AS date) - due END

-- name: to_remind
-- Public datasets that are late, the latest first, with the reminders that were sent for this due day.
SELECT s.package_id, p.name, p.title, s.due, (s.indicators ->> 'late_from')::date AS late_from,
    CAST(:today AS date) - s.due AS days, array_remove(array_agg(m.number), NULL) AS sent
FROM quality_score s JOIN package p ON p.id = s.package_id
LEFT JOIN quality_reminder m ON m.package_id = s.package_id AND m.due = s.due
WHERE (s.indicators ->> 'late_from')::date <= :today
    AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
GROUP BY s.package_id, p.name, p.title, s.due, s.indicators
HAVING count(m.number) FILTER (WHERE m.number >= :last) = 0
ORDER BY s.due, s.package_id

-- name: remind
-- A reminder is sent; no row when somebody else sent it.
INSERT INTO quality_reminder (package_id, due, number, sent_at) VALUES (:package_id, :due, :number, :at)
ON CONFLICT DO NOTHING
