-- The list of those who may approve, out of the reach of the role that pitstop connects as.
-- An administrator runs this in the target database, as a role that pitstop's role is not a member of:
--
--   psql --set ON_ERROR_STOP=1 --file signers-table.sql "$ADMINISTRATORS_URL"
--
-- and then adds people, each with the text of their public key file:
--
--   INSERT INTO pitstop_approval.allowed_signer (principal, key)
--   VALUES ('alice@example.com', 'ssh-ed25519 AAAA…');
--
-- `options` takes what ssh-keygen allows there: valid-before="20270101", namespaces="pitstop-approval@v1".

BEGIN;

-- Somebody may have put functions or operators on the search path.
SET LOCAL search_path TO pg_catalog, pg_temp;

-- Without IF NOT EXISTS: one that is there already is somebody else's.
CREATE SCHEMA pitstop_approval;
CREATE TABLE pitstop_approval.allowed_signer (
  principal text NOT NULL,
  key       text NOT NULL,
  options   text NOT NULL DEFAULT '',
  PRIMARY KEY (principal, key)
);

-- Default privileges may have granted something.
REVOKE ALL ON SCHEMA pitstop_approval FROM PUBLIC;
REVOKE ALL ON TABLE pitstop_approval.allowed_signer FROM PUBLIC;

-- Public keys are no secret, and names of approvers stand in every approval.
GRANT USAGE ON SCHEMA pitstop_approval TO PUBLIC;
GRANT SELECT ON TABLE pitstop_approval.allowed_signer TO PUBLIC;

COMMIT;
