-- Statements of the table loader. {names} in braces are identifiers, put in with psycopg2's own quoting;
-- values are always bound.

-- name: lock
-- One load of a resource at a time: the lock lives as long as the connection's transaction.
SELECT pg_advisory_xact_lock(hashtextextended(%(resource)s, 7405))

-- name: read_days_first
-- Dates as Bolivia writes them, until the transaction ends.
SET LOCAL datestyle = 'ISO, DMY'

-- name: create_table
-- The shape that CKAN's DataStore gives a table: `_id`, `_full_text`, then the columns.
CREATE TABLE {table} (_id serial, _full_text tsvector, {columns})

-- name: copy_rows
-- The rows are streamed in, frozen since nobody can see the table before it is whole; an empty value is null.
COPY {table} (_id, {names}) FROM STDIN WITH (FORMAT csv, FREEZE, NULL '', FORCE_NULL ({names}))

-- name: primary_key
-- After the rows: built at once it costs a fraction.
ALTER TABLE {table} ADD PRIMARY KEY (_id)

-- name: create_like
-- The table that is to have the words: columns, the data dictionary in their comments, the live one's sequence.
CREATE TABLE {table} (LIKE {live} INCLUDING DEFAULTS INCLUDING COMMENTS)

-- name: hold_writers
-- While the words are made nobody changes the table, everybody reads it.
LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE

-- name: wait_at_most
-- Whoever waits for a lock longer gives up, so that those behind go on.
SET LOCAL lock_timeout = %(milliseconds)s

-- name: savepoint
-- Where a lock that was not given takes the transaction back to.
SAVEPOINT before_lock

-- name: back
-- The lock was not given; what was done before it stays.
ROLLBACK TO SAVEPOINT before_lock

-- name: hold_all
-- Nobody reads the table while it gives its name away.
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE

-- name: index_memory
-- GIN is built fastest when what it collects fits the processor's cache; others sort in what the server allows.
SET LOCAL maintenance_work_mem = %(memory)s

-- name: blocks
-- Pages of a table.
SELECT pg_relation_size(%(table)s::regclass) / current_setting('block_size')::bigint AS blocks

-- name: fill
-- The rows of some pages, each with the words of all its values in the language that datastore_search asks in.
-- (an array, because a function takes no more than 100 arguments)
INSERT INTO {table} (_id, _full_text, {names})
SELECT _id, to_tsvector(%(language)s::regconfig, array_to_string(ARRAY[{texts}], ' ')), {names}
FROM {live} WHERE ctid >= %(first)s::tid AND ctid < %(last)s::tid

-- name: move_sequence
-- The numbering goes on where the live table was.
ALTER SEQUENCE {sequence} OWNED BY {table}._id

-- name: sequence
-- The sequence behind a table's `_id`.
SELECT c.relname AS name
FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.refobjid = %(table)s::regclass AND d.deptype IN ('a', 'i') LIMIT 1

-- name: lacks_text
-- Whether a table lacks the index over its words, or some row its words.
SELECT NOT EXISTS (SELECT FROM pg_index WHERE indrelid = %(table)s::regclass AND indexrelid = to_regclass(%(index)s))
    OR EXISTS (SELECT FROM {table} WHERE _full_text IS NULL) AS lacks

-- name: sample
-- The first rows, for what their values look like.
SELECT {names} FROM {table} LIMIT 500

-- name: indexed
-- Columns that have an index of their own.
SELECT a.attname AS name
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE c.relname = %(table)s AND c.relnamespace = 'public'::regnamespace AND i.indnatts = 1

-- name: index_column
-- For filters and orders.
CREATE INDEX ON {table} ({column})

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
