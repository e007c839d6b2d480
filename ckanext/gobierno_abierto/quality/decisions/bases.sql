-- Rows of quality_basis: the legal bases that officers declare, one per resource, column and kind of personal data.

-- name: of_resource
-- What is declared of a resource, by column.
SELECT * FROM quality_basis WHERE resource_id = :resource_id ORDER BY column_name, kind

-- name: of_resources
-- What is declared of several resources.
SELECT * FROM quality_basis WHERE resource_id = ANY(:resource_ids) ORDER BY resource_id, column_name, kind

-- name: locked
-- One basis, locked until the transaction ends.
SELECT * FROM quality_basis WHERE resource_id = :resource_id AND column_name = :column AND kind = :kind FOR UPDATE

-- name: declare
-- A basis is declared, in place of one that was refused or that nobody has judged; no row where one was accepted.
INSERT INTO quality_basis (id, package_id, resource_id, column_name, kind, basis, declared_by, declared_at)
VALUES (:id, :package_id, :resource_id, :column, :kind, :basis, :declared_by, :at)
ON CONFLICT (resource_id, column_name, kind) DO UPDATE SET id = excluded.id, package_id = excluded.package_id,
    basis = excluded.basis, declared_by = excluded.declared_by, declared_at = excluded.declared_at, accepted = NULL,
    note = '', decided_by = NULL, decided_at = NULL
WHERE quality_basis.accepted IS NOT TRUE
RETURNING *

-- name: withdraw
-- A basis is withdrawn.
DELETE FROM quality_basis WHERE resource_id = :resource_id AND column_name = :column AND kind = :kind

-- name: decide
-- A reviewer accepts or refuses it.
UPDATE quality_basis SET accepted = :accepted, note = :note, decided_by = :decided_by, decided_at = :at
WHERE id = :id
RETURNING *
