-- What a list is ordered by.

-- name: up
-- From the lowest; documents without a value come last.
{value} ASC NULLS LAST

-- name: down
-- From the highest; documents without a value come last.
{value} DESC NULLS LAST

-- name: metadata_modified
-- Last change, as text that sorts like the moment.
d.metadata_modified

-- name: metadata_created
-- Creation, as text that sorts like the moment.
d.metadata_created

-- name: name
-- The dataset's name.
d.name COLLATE "C"

-- name: id
-- The dataset's id.
d.id COLLATE "C"

-- name: title
-- The title without case and accents: a reader expects Áreas beside areas.
d.title_sort

-- name: value
-- The first value of any other field, by its characters.
(d.fields -> {field} ->> 0) COLLATE "C"

-- name: number
-- The first value of a numeric field.
CAST(d.fields -> {field} ->> 0 AS numeric)

-- name: key
-- What settles every tie, so that pages neither repeat nor lose a document.
d.index_id
