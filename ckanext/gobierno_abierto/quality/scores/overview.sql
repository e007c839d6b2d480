-- What the portal and each organization gain: aggregates over the stored scores of public datasets. `scaled` is the
-- share of the measurable points, of 405 (method.scaled). :organization is an id, or null for everybody.

-- name: patterns
-- How many datasets have the same results, one letter an indicator; few patterns, however many datasets.
SELECT s.indicators ->> 'marks' AS marks, count(*) AS datasets
FROM quality_score s JOIN package p ON p.id = s.package_id
WHERE p.state = 'active' AND NOT p.private AND s.indicators ->> 'method' = :method
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
GROUP BY 1

-- name: organizations
-- One row an organization (one for everybody where :whole), the best mean first.
WITH scored AS (
    SELECT p.id, p.owner_org, s.stars, s.overdue_days,
        CASE WHEN s.measurable > 0 THEN (2 * s.points * :total + s.measurable) / (2 * s.measurable) ELSE 0 END AS scaled
    FROM quality_score s JOIN package p ON p.id = s.package_id
    WHERE p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
        AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
), broken AS (
    SELECT package_id, count(*) AS links FROM quality_link WHERE reachable IS FALSE GROUP BY package_id
)
SELECT g.id, g.name, g.title, count(*) AS datasets, avg(c.scaled) AS points, avg(c.stars) AS stars,
    count(*) FILTER (WHERE c.scaled >= :excellent) AS excellent,
    count(*) FILTER (WHERE c.scaled >= :good AND c.scaled < :excellent) AS good,
    count(*) FILTER (WHERE c.scaled >= :sufficient AND c.scaled < :good) AS sufficient,
    count(*) FILTER (WHERE c.scaled < :sufficient) AS bad,
    count(c.overdue_days) AS overdue, coalesce(sum(b.links), 0) AS broken_links
FROM scored c LEFT JOIN broken b ON b.package_id = c.id
LEFT JOIN "group" g ON NOT :whole AND g.id = c.owner_org AND g.state = 'active'
GROUP BY g.id, g.name, g.title
ORDER BY points DESC, g.title, g.id

-- name: worst
-- Datasets with the fewest points first.
SELECT p.id, p.name, p.title, p.type, g.name AS org_name, g.title AS org_title, s.points, s.measurable, s.stars,
    s.overdue_days, s.due,
    CASE WHEN s.measurable > 0 THEN (2 * s.points * :total + s.measurable) / (2 * s.measurable) ELSE 0 END AS scaled
FROM quality_score s JOIN package p ON p.id = s.package_id
LEFT JOIN "group" g ON g.id = p.owner_org AND g.state = 'active'
WHERE p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
ORDER BY scaled, p.id LIMIT :most OFFSET :skip

-- name: overdue
-- Datasets that are older than promised, the latest first.
SELECT p.id, p.name, p.title, p.type, g.name AS org_name, g.title AS org_title, s.due, s.overdue_days
FROM quality_score s JOIN package p ON p.id = s.package_id
LEFT JOIN "group" g ON g.id = p.owner_org AND g.state = 'active'
WHERE s.overdue_days IS NOT NULL AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
ORDER BY s.overdue_days DESC, p.id LIMIT :most

-- name: broken_links
-- Links that are down, those that failed longest first.
SELECT l.resource_id, r.name AS resource_name, l.url, l.status, l.problem, l.failures, l.first_failure, l.checked,
    p.id, p.name, p.title, p.type, g.name AS org_name, g.title AS org_title
FROM quality_link l JOIN resource r ON r.id = l.resource_id AND r.state = 'active'
JOIN package p ON p.id = r.package_id
LEFT JOIN "group" g ON g.id = p.owner_org AND g.state = 'active'
WHERE l.reachable IS FALSE AND p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
ORDER BY l.first_failure, l.resource_id LIMIT :most

-- name: link_counts
-- Links of public datasets by what is known of them.
SELECT count(*) AS total, count(*) FILTER (WHERE l.reachable) AS good,
    count(*) FILTER (WHERE l.reachable IS FALSE) AS down, count(*) FILTER (WHERE l.reachable IS NULL) AS unknown,
    max(l.checked) AS checked
FROM quality_link l JOIN resource r ON r.id = l.resource_id AND r.state = 'active'
JOIN package p ON p.id = r.package_id
WHERE p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)

-- name: table
-- Every dataset's score, for the file to download.
SELECT p.name, p.title, g.name AS organization, g.title AS organization_title, s.points, s.measurable,
    CASE WHEN s.measurable > 0 THEN (2 * s.points * :total + s.measurable) / (2 * s.measurable) ELSE 0 END AS scaled,
    s.stars, s.indicators ->> 'marks' AS marks, s.indicators ->> 'updated' AS updated, s.due, s.overdue_days,
    (SELECT count(*) FROM quality_link l WHERE l.package_id = p.id AND l.reachable IS FALSE) AS broken_links, s.computed
FROM quality_score s JOIN package p ON p.id = s.package_id
LEFT JOIN "group" g ON g.id = p.owner_org AND g.state = 'active'
WHERE p.state = 'active' AND NOT p.private AND p.type = ANY(:types)
    AND (CAST(:organization AS text) IS NULL OR p.owner_org = :organization)
ORDER BY scaled, p.name
