-- The conditions that a query is made of. {braces} take names of bound values or other conditions of this file.

-- name: whole_value
-- A field has exactly this value; the value is {"field": ["value"]}, so that one GIN index serves every field.
d.fields @> CAST({value} AS jsonb)

-- name: id
-- The dataset's id, by its own index.
d.id = {value}

-- name: index_id
-- The document's key.
d.index_id = {value}

-- name: name
-- The dataset's name, by its own index.
d.name = {value}

-- name: site_id
-- The site that the document belongs to.
d.site_id = {value}

-- name: state
-- The dataset's state: active, draft or deleted.
d.state = {value}

-- name: capacity
-- public or private.
d.capacity = {value}

-- name: permission_labels
-- The document carries at least one of these labels.
d.permission_labels && CAST({value} AS text[])

-- name: text_search
-- Words of the whole document.
d.text_search @@ CAST({value} AS tsquery)

-- name: field_search
-- Words of one field.
d.field_search @@ CAST({value} AS tsquery)

-- name: some_value
-- Some value of a field passes a test.
EXISTS (SELECT 1 FROM jsonb_array_elements_text(d.fields -> {field}) AS v (value) WHERE {test})

-- name: has_value
-- The field has any value.
(d.fields -> {field}) IS NOT NULL

-- name: value_from
-- A value that is this or later in the order of its characters.
v.value COLLATE "C" >= {value}

-- name: value_after
-- A value later than this.
v.value COLLATE "C" > {value}

-- name: value_to
-- A value up to this.
v.value COLLATE "C" <= {value}

-- name: value_before
-- A value earlier than this.
v.value COLLATE "C" < {value}

-- name: number_from
-- A number from this on.
CAST(v.value AS numeric) >= CAST({value} AS numeric)

-- name: number_after
-- A number above this.
CAST(v.value AS numeric) > CAST({value} AS numeric)

-- name: number_to
-- A number up to this.
CAST(v.value AS numeric) <= CAST({value} AS numeric)

-- name: number_before
-- A number below this.
CAST(v.value AS numeric) < CAST({value} AS numeric)

-- name: value_like
-- A value of this shape.
v.value LIKE {value}

-- name: modified_from
-- Modified from this moment on, by its own index.
d.metadata_modified >= {value}

-- name: modified_after
-- Modified after this moment.
d.metadata_modified > {value}

-- name: modified_to
-- Modified up to this moment.
d.metadata_modified <= {value}

-- name: modified_before
-- Modified before this moment.
d.metadata_modified < {value}

-- name: title_ngram
-- The folded title contains this.
d.title_folded LIKE {value}

-- name: name_ngram
-- The name contains this.
d.name LIKE {value}

-- name: lexeme_like
-- Some word of the whole document has this shape: what a wildcard at the beginning or in the middle asks.
EXISTS (SELECT 1 FROM unnest(tsvector_to_array(d.text_search)) AS l (lexeme) WHERE l.lexeme LIKE {value})

-- name: field_lexeme_like
-- Some word of a field has this shape.
EXISTS (SELECT 1 FROM unnest(tsvector_to_array(d.field_search)) AS l (lexeme) WHERE l.lexeme LIKE {value})

-- name: everything
-- Every document.
TRUE

-- name: nothing
-- No document.
FALSE

-- name: without
-- The condition does not hold (nor is it unknown).
({condition}) IS NOT TRUE

-- name: counted
-- 1 when the condition holds: several of these add up to the minimum that must match.
CASE WHEN {condition} THEN 1 ELSE 0 END

-- name: text_rank
-- How well the words match, by weight of the place where they stand ({{D, C, B, A}}), less for long documents.
ts_rank(CAST({weights} AS float4[]), d.text_search, CAST({query} AS tsquery), 1)

-- name: field_rank
-- How well the words match within fields.
ts_rank(CAST('{{1, 1, 1, 1}}' AS float4[]), d.field_search, CAST({query} AS tsquery), 1)

-- name: points
-- A fixed number of points when the condition holds.
CASE WHEN {condition} THEN CAST({factor} AS float8) ELSE 0 END

-- name: times
-- A score multiplied.
CAST({factor} AS float8) * ({score})

-- name: best_of
-- The best of several scores, and a part (tie) of the others.
(GREATEST({scores}) * (1 - CAST({tie} AS float8)) + CAST({tie} AS float8) * ({sum}))
