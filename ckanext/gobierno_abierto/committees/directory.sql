-- Organizations and what they publish; committees/directory.py reads these by name.

-- name: extras
-- The fields that our schema adds to these organizations, whose values CKAN keeps as text.
SELECT id, extras
FROM "group"
WHERE id = ANY (:ids);

-- name: naming
-- Active organizations whose list of committees may hold this name (the caller looks inside the list).
SELECT id, name, title, extras ->> 'committees' AS committees
FROM "group"
WHERE is_organization AND state = 'active' AND strpos(extras ->> 'committees', :name) > 0
ORDER BY title, name;

-- name: committees
-- Active organizations of kind comite.
SELECT id, name, title
FROM "group"
WHERE is_organization AND state = 'active' AND extras ->> 'kind' = :kind
ORDER BY title, name;

-- name: named
-- Active organizations with these names.
SELECT id, name, title
FROM "group"
WHERE is_organization AND state = 'active' AND name = ANY (:names);

-- name: dataset_counts
-- Datasets of these organizations by organization, state, privacy and type; deleted ones are left out.
SELECT owner_org, state, private, type, count(*) AS datasets, max(metadata_modified) AS modified
FROM package
WHERE owner_org = ANY (:ids) AND state IN ('active', 'draft') AND type <> ALL (:not_datasets)
GROUP BY owner_org, state, private, type;

-- name: newest
-- The organization's published dataset that was made last.
SELECT id, name, title, type, metadata_created, metadata_modified
FROM package
WHERE owner_org = :id AND state = 'active' AND NOT private AND type <> ALL (:not_datasets)
ORDER BY metadata_created DESC, id
LIMIT 1;

-- name: last_changed
-- The organization's published dataset that changed last.
SELECT id, name, title, type, metadata_created, metadata_modified
FROM package
WHERE owner_org = :id AND state = 'active' AND NOT private AND type <> ALL (:not_datasets)
ORDER BY metadata_modified DESC, id
LIMIT 1;

-- name: published_ids
-- The organization's published datasets, whose descriptions are measured.
SELECT id
FROM package
WHERE owner_org = :id AND state = 'active' AND NOT private AND type <> ALL (:not_datasets)
ORDER BY id;
