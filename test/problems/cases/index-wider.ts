import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

/** The narrower index is worth dropping afterwards, which needs a person. */
export const indexWider: Problem = {
  name: 'index-wider',
  sort: 'index',
  setup: `
    CREATE TABLE app.messages (id bigint PRIMARY KEY, room_id integer NOT NULL, sent_at timestamp NOT NULL, body text NOT NULL);
    INSERT INTO app.messages
    SELECT n, ${pick(20, 1)}, timestamp '2026-01-01' + ${pick(9_000_000, 2)} * interval '1 second', repeat('x', 100)
      FROM generate_series(1, 200000) n;
    CREATE INDEX messages_room_id_idx ON app.messages (room_id);`,
  query: 'SELECT id, body FROM app.messages WHERE room_id = $1 ORDER BY sent_at DESC, id DESC LIMIT 30',
  params: [[3], [17]],
  ordered: true,
  reference: { sql: ['CREATE INDEX ON app.messages (room_id, sent_at DESC, id DESC)'], saves: 0.8 },
  expect: { outcomes: [...BUILT, 'awaiting-approval'], kinds: ['index'] },
};
