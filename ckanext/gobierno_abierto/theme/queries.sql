-- Each query stands below a line `-- name:`; theme/figures.py reads them by that name.

-- name: figures
-- What anybody may see: published datasets, the organizations that have one, their files, and the files whose table
-- answers queries (datastore_active).
WITH published AS (
    SELECT id, owner_org FROM package WHERE state = 'active' AND NOT private AND type <> ALL (:not_datasets)
),
files AS (
    SELECT resource.extras
    FROM resource
    JOIN published ON published.id = resource.package_id
    WHERE resource.state = 'active'
)
SELECT
    (SELECT count(*) FROM published) AS datasets,
    (SELECT count(DISTINCT owner_org) FROM published) AS organizations,
    (SELECT count(*) FROM files) AS resources,
    (SELECT count(*) FROM files WHERE extras LIKE :table_mark) AS tables;

-- name: most_read
-- The published datasets with most recent reads by CKAN's own tracking, best first.
SELECT package.id, max(tracking_summary.recent_views) AS reads
FROM tracking_summary
JOIN package ON package.id = tracking_summary.package_id
WHERE package.state = 'active' AND NOT package.private
  AND tracking_summary.tracking_type = 'page'
  AND tracking_summary.tracking_date >= :since
GROUP BY package.id
HAVING max(tracking_summary.recent_views) > 0
ORDER BY reads DESC, package.id
LIMIT :limit;
