import { pick } from '../data.ts';
import { ADOPTED, type Problem } from '../problem.ts';

/** The last reading of each of 200 sensors: the index has it, and all readings are numbered. */
export const rewriteLatestPerGroup: Problem = {
  name: 'rewrite-latest-per-group',
  sort: 'rewrite',
  setup: `
    CREATE TABLE app.sensors (id integer PRIMARY KEY, name text NOT NULL);
    CREATE TABLE app.readings (
      id bigint PRIMARY KEY, sensor_id integer NOT NULL REFERENCES app.sensors, taken_at timestamp NOT NULL, value integer);
    INSERT INTO app.sensors SELECT n, 'sensor ' || n FROM generate_series(1, 200) n;
    INSERT INTO app.readings
    SELECT n, 1 + ${pick(190, 1)}, timestamp '2026-01-01' + ${pick(500_000, 2)} * interval '1 minute', nullif(${pick(100, 3)}, 0)
      FROM generate_series(1, 200000) n;
    CREATE INDEX readings_sensor_id_taken_at_id_idx ON app.readings (sensor_id, taken_at DESC, id DESC);`,
  query: `SELECT sensor_id, taken_at, value FROM (
  SELECT r.sensor_id, r.taken_at, r.value,
         row_number() OVER (PARTITION BY r.sensor_id ORDER BY r.taken_at DESC, r.id DESC) AS place
  FROM app.readings r) AS numbered
WHERE place = 1`,
  reference: {
    rewrite: `SELECT r.sensor_id, r.taken_at, r.value FROM app.sensors s CROSS JOIN LATERAL (
       SELECT * FROM app.readings r WHERE r.sensor_id = s.id ORDER BY r.taken_at DESC, r.id DESC LIMIT 1) r`,
    saves: 0.8,
  },
  expect: {
    outcomes: ADOPTED,
    kinds: ['rewrite', 'index+rewrite'],
    mutations: [
      `UPDATE app.readings SET taken_at = '2026-05-05'`,
      'UPDATE app.readings SET value = NULL',
      'DELETE FROM app.readings WHERE sensor_id < 50',
    ],
  },
};
