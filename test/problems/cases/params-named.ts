import { pick } from '../data.ts';
import { BUILT, type Problem } from '../problem.ts';

export const paramsNamed: Problem = {
  name: 'params-named',
  sort: 'parameters',
  setup: `
    CREATE TABLE app.bookings (id bigint PRIMARY KEY, room_id integer NOT NULL, night date NOT NULL, guest text NOT NULL);
    INSERT INTO app.bookings
    SELECT n, ${pick(900, 1)}, date '2026-01-01' + ${pick(700, 2)}, 'guest ' || n FROM generate_series(1, 250000) n;`,
  query:
    'SELECT id, guest FROM app.bookings WHERE room_id = $1 AND night >= $2::date AND night < $2::date + 7',
  params: [
    [77, '2026-05-01'],
    [3, '2026-12-30'],
  ],
  asWritten: {
    query:
      'SELECT id, guest FROM app.bookings WHERE room_id = :room AND night >= :first::date AND night < :first::date + 7',
    params: ['{"room": 77, "first": "2026-05-01"}', '{"room": 3, "first": "2026-12-30"}'],
  },
  reference: { sql: ['CREATE INDEX ON app.bookings (room_id, night)'], saves: 0.8 },
  expect: { outcomes: BUILT, kinds: ['index'] },
};
