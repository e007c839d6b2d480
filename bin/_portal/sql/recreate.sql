-- A database made anew as a copy of another: a migrated one is copied in the time that migrating takes to begin.
-- Whoever is still connected to the old one is thrown out (tests of an interrupted run).
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
CREATE DATABASE :"name" OWNER :"owner" TEMPLATE :"template";
