import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The index has all that is asked for, and each row is looked up all the same: nobody vacuumed. */
export const vacuumVisibility: Problem = {
  name: 'vacuum-visibility',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.stays (id bigint PRIMARY KEY, hotel_id integer NOT NULL, nights integer NOT NULL, note text NOT NULL)
      WITH (autovacuum_enabled = off);
    INSERT INTO app.stays SELECT n, ${pick(30, 1)}, 1 + ${pick(9, 2)}, repeat('x', 250) FROM generate_series(1, 200000) n;
    CREATE INDEX stays_hotel_id_nights_idx ON app.stays (hotel_id, nights);`,
  settle: ['ANALYZE'],
  query: 'SELECT count(*), sum(nights) FROM app.stays WHERE hotel_id BETWEEN 5 AND 7',
  reference: { sql: ['VACUUM app.stays'] },
  expect: { outcomes: BUILT, kinds: ['vacuum'] },
};
