-- What the seed last wrote; committees/records.py reads these by name.

-- name: object_id
-- Which object of the portal a name of the seed's files became.
SELECT object_id FROM gobierno_abierto_committees_seeded_object WHERE kind = :kind AND name = :name;

-- name: fields
-- What the seed last did to each field of an object.
SELECT field, wanted, stored FROM gobierno_abierto_committees_seeded_field WHERE kind = :kind AND name = :name;

-- name: save_object
-- Remembers the object behind a name.
INSERT INTO gobierno_abierto_committees_seeded_object (kind, name, object_id) VALUES (:kind, :name, :object_id)
ON CONFLICT (kind, name) DO UPDATE SET object_id = excluded.object_id, seeded_at = clock_timestamp();

-- name: save_field
-- Remembers the file's value of a field and what the portal held after writing it.
INSERT INTO gobierno_abierto_committees_seeded_field (kind, name, field, wanted, stored)
VALUES (:kind, :name, :field, CAST(:wanted AS jsonb), CAST(:stored AS jsonb))
ON CONFLICT (kind, name, field) DO UPDATE SET wanted = excluded.wanted, stored = excluded.stored;
