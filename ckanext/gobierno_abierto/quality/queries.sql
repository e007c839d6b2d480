-- Statements of the table loader. {names} in braces are identifiers, put in with psycopg2's own quoting;
-- values are always bound.

-- name: lock
-- One load of a resource at a time: the lock lives as long as the connection's transaction.
SELECT pg_advisory_xact_lock(hashtextextended(%(resource)s, 7405))

-- name: create_raw
-- The file's rows as they come, without write-ahead log: after a crash the load starts again.
CREATE UNLOGGED TABLE {raw} (_id serial, {columns})

-- name: copy_raw
-- The rows are streamed in; an empty value is null.
COPY {raw} ({names}) FROM STDIN WITH (FORMAT csv, NULL '', FORCE_NULL ({names}))

-- name: create_table
-- The final shape, as CKAN's DataStore makes it: `_id`, `_full_text`, then the columns.
CREATE TABLE {table} (_id serial PRIMARY KEY, _full_text tsvector, {columns})

-- name: fill_table
-- Rows in the file's order, each with the words of all its values in the language that datastore_search asks in.
INSERT INTO {table} (_id, _full_text, {names})
-- (an array, because a function takes no more than 100 arguments)
SELECT _id, to_tsvector(%(language)s::regconfig, array_to_string(ARRAY[{texts}], ' ')), {names} FROM {raw} ORDER BY _id

-- name: set_sequence
-- Rows that the API may add later continue the numbering.
SELECT setval(pg_get_serial_sequence(%(table)s, '_id'), greatest(%(rows)s, 1))

-- name: create_index
-- Search over all columns; the name is the one that CKAN would give it, so CKAN makes no second one.
CREATE INDEX {index} ON {table} USING {method} (_full_text)

-- name: create_trigger
-- Rows that the API may add later get their words from CKAN's own trigger.
CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()

-- name: analyze
-- Fresh statistics: the planner and CKAN's estimate of the total both read them.
ANALYZE {table}

-- name: dictionary
-- What people wrote about each column of the present table (CKAN keeps it as JSON in the column's comment).
SELECT a.attname AS name, d.description AS comment
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = a.attnum
WHERE c.relname = %(table)s AND c.relnamespace = 'public'::regnamespace

-- name: comment
-- The dictionary's entry goes to the new table's column.
COMMENT ON COLUMN {table}.{column} IS %(comment)s

-- name: aliases
-- Views that people made of the present table; they fall with it and are made again.
SELECT DISTINCT v.relname AS name
FROM pg_depend d
JOIN pg_rewrite r ON r.oid = d.objid
JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
JOIN pg_class t ON t.oid = d.refobjid
WHERE t.relname = %(table)s AND t.relnamespace = 'public'::regnamespace AND v.relname <> t.relname

-- name: create_alias
-- CKAN's aliases are plain views.
CREATE VIEW {alias} AS SELECT * FROM {table}

-- name: drop_table
-- The table and the views on it.
DROP TABLE IF EXISTS {table} CASCADE

-- name: rename_table
-- The new table takes the resource's name; it happens in one transaction with the drop of the old one.
ALTER TABLE {table} RENAME TO {new}

-- name: rename_index
-- The index takes the name that CKAN expects.
ALTER INDEX {index} RENAME TO {new}

-- name: clear_stats
-- CKAN's cached number of rows was the old table's.
DELETE FROM _table_stats WHERE resource_id = %(table)s

-- name: exists
-- Whether the resource has a table.
SELECT count(*) AS found FROM pg_tables WHERE schemaname = 'public' AND tablename = %(table)s

-- name: columns
-- Names and types of a table's columns, in their order, without CKAN's own.
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relname = %(table)s AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    AND left(a.attname, 1) <> '_'
ORDER BY a.attnum

-- name: count_rows
-- How many rows a table has.
SELECT count(*) AS rows FROM {table}

-- name: rows_missing
-- Rows of one table that the other does not have, as text, repeated ones counted; a sample.
SELECT {texts} FROM {table} EXCEPT ALL SELECT {texts} FROM {other} LIMIT %(most)s

-- name: limit_time
-- A comparison that takes too long is given up.
SET LOCAL statement_timeout = %(milliseconds)s
