import type { CaseData } from '../rule-cases.ts';

/** Every row of `t` has one of `u`, no two are equal in what the cases compare, and nothing is at a bound. */
const SCHEMA = `
  CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, big bigint, f float8);
  INSERT INTO t SELECT g, 3 + g % 5, 1 + g % 3, g % 5, (ARRAY['x', 'z'])[g % 2 + 1], '2024-10-27 00:00+00'::timestamptz + g * interval '20 min', g, g
                  FROM generate_series(1, 60) g;
  CREATE TABLE u (id int PRIMARY KEY, t_id int NOT NULL, code text UNIQUE, big bigint NOT NULL UNIQUE DEFERRABLE, part int NOT NULL, line int NOT NULL, UNIQUE (part, line));
  INSERT INTO u SELECT g, g, 'k' || g, g, g % 4, g / 4 FROM generate_series(1, 60) g;
  CREATE TABLE w (n int, u_id int); INSERT INTO w SELECT g, g FROM generate_series(1, 30) g;
  CREATE TABLE parent (id int PRIMARY KEY, x int); CREATE TABLE child () INHERITS (parent);
  INSERT INTO parent VALUES (1, 1), (2, 2);
  CREATE TABLE wide (b bigint PRIMARY KEY); INSERT INTO wide VALUES (9007199254740992), (5);
  CREATE TABLE floats (f float8 PRIMARY KEY, v int); INSERT INTO floats VALUES (9007199254740992, 1), (3, 2);
  CREATE FUNCTION drawn() RETURNS float8 STABLE LANGUAGE plpgsql AS 'BEGIN RETURN random(); END';
  CREATE VIEW noisy AS SELECT id, random() AS r FROM t;`;

/** Keys of all sorts: unique ones, with NULL, deferred, of several columns, not shared by tables that inherit. */
export const KEYS: CaseData = {
  name: 'keys',
  schema: SCHEMA,
  states: {
    'NULLs, ties and rows without a partner': `
      INSERT INTO t SELECT 100 + g, nullif(g % 5, 4), nullif(g % 3, 2), g % 4, (ARRAY['x', 'y', 'z'])[g % 3 + 1],
                           '2024-10-27 00:00+00'::timestamptz + g % 9 * interval '20 min', g, g FROM generate_series(1, 90) g;
      INSERT INTO u SELECT 200 + g, g % 50 + 1, nullif('l' || g, 'l3'), 200 + g, 10 + g % 4, g / 4 FROM generate_series(1, 80) g;
      INSERT INTO u (id, t_id, code, big, part, line) VALUES (300, 3, NULL, 301, 99, 9), (301, 3, NULL, 302, 99, 10);
      INSERT INTO w SELECT g % 7, g % 9 FROM generate_series(1, 30) g;
      INSERT INTO child VALUES (1, 1); INSERT INTO wide VALUES (9007199254740993);`,
    nothing: 'DELETE FROM u; DELETE FROM t; DELETE FROM w; DELETE FROM parent; DELETE FROM wide;',
  },
  zones: ['Europe/Berlin', 'UTC'],
};
