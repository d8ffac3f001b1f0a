import { BUILT, type Problem } from '../problem.ts';

/** A queue of twenty rows in the space of a hundred thousand. */
export const vacuumDeadRows: Problem = {
  name: 'vacuum-dead-rows',
  sort: 'other lever',
  setup: `
    CREATE TABLE app.queue (id bigint PRIMARY KEY, topic text NOT NULL, payload text NOT NULL) WITH (autovacuum_enabled = off);
    INSERT INTO app.queue SELECT n, 'topic ' || n % 7, repeat('x', 1850) FROM generate_series(1, 100000) n;
    DELETE FROM app.queue WHERE id > 20;`,
  settle: [],
  query: `SELECT topic, count(*) FROM app.queue GROUP BY topic`,
  fields: ['**Constraint**: no new index'],
  reference: { sql: ['VACUUM app.queue'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['vacuum'] },
};
