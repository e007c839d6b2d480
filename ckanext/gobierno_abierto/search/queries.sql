-- The statements of the search index. {braces} take conditions built in query/, whose values are bound.

-- name: page
-- One page of the documents that match, in order.
SELECT {columns}
FROM gobierno_abierto_search_document AS d
WHERE {where}
ORDER BY {order}
LIMIT :rows OFFSET :start

-- name: count
-- How many documents match.
SELECT count(*) FROM gobierno_abierto_search_document AS d WHERE {where}

-- name: facets
-- How many documents match (the row without a field) and how many have each value of the fields asked for.
WITH hits AS MATERIALIZED (
    SELECT d.fields FROM gobierno_abierto_search_document AS d WHERE {where}
),
counted AS (
    SELECT f.field, v.value, count(*) AS documents
    FROM hits
    CROSS JOIN unnest(CAST(:facet_fields AS text[])) AS f (field)
    CROSS JOIN LATERAL jsonb_array_elements_text(hits.fields -> f.field) AS v (value)
    GROUP BY f.field, v.value
),
ranked AS (
    SELECT field, value, documents,
        row_number() OVER (PARTITION BY field ORDER BY documents DESC, value COLLATE "C") AS place
    FROM counted
    WHERE documents >= :mincount
)
SELECT NULL AS field, NULL AS value, count(*) AS documents, 0 AS place FROM hits
UNION ALL
SELECT field, value, documents, place FROM ranked WHERE :facet_limit < 0 OR place <= :facet_limit
ORDER BY field NULLS FIRST, place

-- name: absent_values
-- Values of a field in documents that the reader may see, for facets that also list what has no match.
SELECT DISTINCT f.field, v.value
FROM gobierno_abierto_search_document AS d
CROSS JOIN unnest(CAST(:facet_fields AS text[])) AS f (field)
CROSS JOIN LATERAL jsonb_array_elements_text(d.fields -> f.field) AS v (value)
WHERE {where}
ORDER BY f.field, v.value
LIMIT :most

-- name: similar_words
-- Words of the index about as long as a misspelt one, for fuzzy search.
SELECT DISTINCT l.lexeme AS word
FROM gobierno_abierto_search_document AS d
CROSS JOIN LATERAL unnest(tsvector_to_array(d.text_search)) AS l (lexeme)
WHERE l.lexeme LIKE :shape AND length(l.lexeme) BETWEEN :shortest AND :longest

-- name: similar_field_words
-- Words of one field about as long as a misspelt one.
SELECT DISTINCT l.lexeme AS word
FROM gobierno_abierto_search_document AS d
CROSS JOIN LATERAL unnest(tsvector_to_array(d.field_search)) AS l (lexeme)
WHERE l.lexeme LIKE :shape AND length(l.lexeme) BETWEEN :shortest AND :longest

-- name: similar_values
-- Whole values of one field about as long as a misspelt one.
SELECT DISTINCT v.value AS word
FROM gobierno_abierto_search_document AS d
CROSS JOIN LATERAL jsonb_array_elements_text(d.fields -> :field) AS v (value)
WHERE length(v.value) BETWEEN :shortest AND :longest

-- name: put
-- Write one document, in the caller's transaction, in the place of the one with the same key.
INSERT INTO gobierno_abierto_search_document (
    index_id, id, site_id, name, state, capacity, permission_labels, metadata_created, metadata_modified, title_sort,
    fields, text_search, field_search, title_folded, stored, data_dict, validated_data_dict
) VALUES (
    :index_id, :id, :site_id, :name, :state, :capacity, CAST(:permission_labels AS text[]), :metadata_created,
    :metadata_modified, :title_sort, CAST(:fields AS jsonb), CAST(:text_search AS tsvector),
    CAST(:field_search AS tsvector), :title_folded, :stored, :data_dict, :validated_data_dict
)
ON CONFLICT (index_id) DO UPDATE SET
    id = excluded.id, site_id = excluded.site_id, name = excluded.name, state = excluded.state,
    capacity = excluded.capacity, permission_labels = excluded.permission_labels,
    metadata_created = excluded.metadata_created, metadata_modified = excluded.metadata_modified,
    title_sort = excluded.title_sort, fields = excluded.fields, text_search = excluded.text_search,
    field_search = excluded.field_search, title_folded = excluded.title_folded, stored = excluded.stored,
    data_dict = excluded.data_dict, validated_data_dict = excluded.validated_data_dict

-- name: remove
-- Take away the documents that match, in the caller's transaction.
DELETE FROM gobierno_abierto_search_document AS d WHERE {where}

-- name: limit_time
-- From here to the end of the transaction a statement may take this long; answers the limit that stood before.
SELECT current_setting('statement_timeout') AS before, set_config('statement_timeout', :milliseconds, true)

-- name: restore_time
-- Put the earlier limit back.
SELECT set_config('statement_timeout', :before, true)

-- name: has_table
-- Is the index there?
SELECT to_regclass('gobierno_abierto_search_document') IS NOT NULL

-- name: is_first_write
-- Has this transaction written nothing yet?
SELECT pg_current_xact_id_if_assigned() IS NULL
