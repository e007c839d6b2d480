-- What benchmarks/workflow.py writes past the actions: open proposals, and behind each an earlier one that is over.

-- name: packages
-- Datasets 1 to :count dealt over the organizations: one in twenty is public (its withdrawal is proposed).
INSERT INTO package (id, name, title, notes, type, state, private, owner_org, creator_user_id, metadata_created,
    metadata_modified, extras)
SELECT md5('package' || n), 'propuesta-' || n, 'Propuesta ' || n || ' de registro y padrón', 'Lo que se propone.',
    (CAST(:types AS text[]))[1 + n % cardinality(CAST(:types AS text[]))], 'active', n % 20 <> 0,
    (CAST(:organizations AS text[]))[1 + n % cardinality(CAST(:organizations AS text[]))], :author,
    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', '{}'
FROM generate_series(1, :count) AS n

-- name: publications
-- What the workflow knows of them.
INSERT INTO publication (package_id, live, live_revision_id, published_at)
SELECT id, CASE WHEN private THEN 'inedito' ELSE 'publicado' END, CASE WHEN NOT private THEN md5('old' || id) END,
    CASE WHEN NOT private THEN now() - interval '200 days' END
FROM package WHERE name LIKE 'propuesta-%'

-- name: revisions
-- Two revisions of each, with the content of the model revision under their own names and ids.
INSERT INTO publication_revision (id, package_id, number, run_id, parent_id, content, author_id, created)
SELECT md5(age || p.id), p.id, number, md5('run' || age || p.id), CASE WHEN age = 'new' THEN md5('old' || p.id) END,
    m.content || jsonb_build_object('id', p.id, 'name', p.name, 'title', p.title, 'resources', (
        SELECT jsonb_agg(one || jsonb_build_object('id', md5(p.id || place), 'package_id', p.id))
        FROM jsonb_array_elements(m.content -> 'resources') WITH ORDINALITY AS r (one, place)
    )),
    :author, now() - CASE WHEN age = 'new' THEN interval '90 days' ELSE interval '210 days' END
FROM package p
CROSS JOIN (VALUES ('old', 1), ('new', 2)) AS v (age, number)
CROSS JOIN (SELECT content FROM publication_revision WHERE id = :model) AS m
WHERE p.name LIKE 'propuesta-%'

-- name: runs
-- The proposal that waits for the committee since up to 90 days ago, and the one before it, discarded or published.
INSERT INTO publication_run (id, package_id, kind, state, step, reviewers, revision_id, opened_by, opened_at,
    submitted_by, since, note, title, dataset_type, owner_org, closed_at, outcome)
SELECT md5('run' || age || p.id), p.id, CASE WHEN age = 'new' AND NOT p.private THEN 'retiro' ELSE 'cambio' END,
    'en_revision', 0, 'committee', md5(age || p.id), :author, now() - interval '100 days', :author,
    now() - interval '90 days' * (abs(hashtext(p.id)) % 10000) / 10000.0, 'Actualización de la gestión.', p.title,
    p.type, p.owner_org, CASE WHEN age = 'old' THEN now() - interval '200 days' END,
    CASE WHEN age = 'old' THEN CASE WHEN p.private THEN 'descartado' ELSE 'publicado' END END
FROM package p CROSS JOIN (VALUES ('old'), ('new')) AS v (age)
WHERE p.name LIKE 'propuesta-%'

-- name: analyze
-- What the server's autovacuum does a minute later by itself.
ANALYZE

-- name: model
-- The revision that lends its content.
SELECT live_revision_id FROM publication WHERE live_revision_id IS NOT NULL ORDER BY package_id LIMIT 1
