-- The reviewers' queue. A person reviews for the organizations of `committee` (steps of the committee), of `admin`
-- (steps of the organization's own administrators), and everything that nobody else can when they coordinate.

-- name: queue
-- A page of what waits for this person, the longest waiting first. The page is chosen from the index alone, whose columns
-- are all that is filtered by, and only its rows are joined: a far page costs little more than the first.
WITH chosen AS (
    SELECT r.id FROM publication_run r
    WHERE r.closed_at IS NULL AND r.state = 'en_revision'
        AND (
            :everything
            OR (r.reviewers = 'committee' AND r.owner_org = ANY(:committee))
            OR (r.reviewers = 'organization_admins' AND r.owner_org = ANY(:admin))
        )
        AND (CAST(:organization AS text) IS NULL OR r.owner_org = :organization)
        AND (CAST(:type AS text) IS NULL OR r.dataset_type = :type)
        AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
        AND (CAST(:before AS timestamptz) IS NULL OR r.since <= :before)
    ORDER BY r.since, r.id LIMIT :limit OFFSET :offset
)
SELECT r.id AS run_id, r.package_id, r.kind, r.state, r.step, r.reviewers, r.revision_id, r.since, r.note, r.title,
    r.dataset_type, r.submitted_by, r.publish_at, p.name, g.name AS org_name, g.title AS org_title, v.number,
    u.fullname AS author_fullname, u.name AS author_name, x.live,
    EXISTS (SELECT 1 FROM publication_revision w WHERE w.run_id = r.id AND w.author_id = :user_id) AS own
FROM chosen c
JOIN publication_run r ON r.id = c.id
JOIN package p ON p.id = r.package_id
LEFT JOIN publication x ON x.package_id = r.package_id
LEFT JOIN "group" g ON g.id = r.owner_org
LEFT JOIN publication_revision v ON v.id = r.revision_id
LEFT JOIN "user" u ON u.id = r.submitted_by
ORDER BY r.since, r.id

-- name: totals
-- How many wait for this person by organization and kind of dataset, under the same filters.
SELECT w.owner_org, g.name AS org_name, g.title AS org_title, w.dataset_type, w.waiting
FROM (
    SELECT r.owner_org, r.dataset_type, count(*) AS waiting FROM publication_run r
    WHERE r.closed_at IS NULL AND r.state = 'en_revision'
        AND (
            :everything
            OR (r.reviewers = 'committee' AND r.owner_org = ANY(:committee))
            OR (r.reviewers = 'organization_admins' AND r.owner_org = ANY(:admin))
        )
        AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
        AND (CAST(:before AS timestamptz) IS NULL OR r.since <= :before)
    GROUP BY r.owner_org, r.dataset_type
) AS w
LEFT JOIN "group" g ON g.id = w.owner_org

-- name: supported
-- Ids of the organizations whose list of committees may name one of these (the list is JSON in a text).
SELECT id, name, extras ->> 'committees' AS committees FROM "group"
WHERE is_organization AND state = 'active' AND extras ->> 'committees' IS NOT NULL

-- name: memberships
-- Organizations in which the person is editor or admin.
SELECT g.id, g.name, m.capacity, g.extras ->> 'kind' AS kind FROM member m JOIN "group" g ON g.id = m.group_id
WHERE m.table_name = 'user' AND m.table_id = :user_id AND m.state = 'active' AND m.capacity IN ('editor', 'admin')
    AND g.state = 'active' AND g.is_organization

-- name: mine
-- The open proposals of the organizations that a person writes for, the last moved first.
SELECT r.package_id, r.kind, r.state, r.since, r.title, r.dataset_type, r.publish_at, r.reviewers, r.owner_org, p.name,
    coalesce(x.live, 'inedito') AS live, g.name AS org_name, g.title AS org_title
FROM publication_run r JOIN package p ON p.id = r.package_id LEFT JOIN publication x ON x.package_id = r.package_id
LEFT JOIN "group" g ON g.id = r.owner_org
WHERE r.closed_at IS NULL AND r.owner_org = ANY(:organizations)
ORDER BY r.since DESC LIMIT :limit OFFSET :offset
