import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const updateWithoutIndex: Problem = {
  name: 'update-without-index',
  sort: 'write',
  setup: `
    CREATE TABLE app.shipments (id bigint PRIMARY KEY, tracking text NOT NULL, state text NOT NULL, changed_at timestamp);
    CREATE TABLE app.changes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shipment_id bigint NOT NULL, state text NOT NULL);
    INSERT INTO app.shipments SELECT n, 'T' || ${pick(1_000_000, 1)}, 'sent', NULL FROM generate_series(1, 250000) n;
    CREATE FUNCTION app.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO app.changes (shipment_id, state) VALUES (NEW.id, NEW.state);
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_change AFTER UPDATE ON app.shipments FOR EACH ROW EXECUTE FUNCTION app.note_change();`,
  query: `UPDATE app.shipments SET state = 'delivered', changed_at = timestamp '2026-05-01' WHERE tracking = $1`,
  params: [['T4711'], ['T12']],
  reference: { sql: ['CREATE INDEX ON app.shipments (tracking)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
