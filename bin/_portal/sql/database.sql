-- The owner of a database: a login role that is no superuser, with this clone's password.
SELECT format('CREATE ROLE %I LOGIN', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER :createdb PASSWORD :'password';

-- The database itself, in UTF-8 whatever the machine's locale; CREATE DATABASE has no IF NOT EXISTS.
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
