import type { CaseData } from '../rule-cases.ts';

const SCHEMA = `
  CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, x int, y int, s text, c character(5), b text COLLATE blind);
  INSERT INTO t SELECT g, g % 4, g % 5, 5 + g % 3, k, k, k
                  FROM generate_series(1, 60) g, LATERAL (SELECT (ARRAY['b', 'c'])[g % 2 + 1] AS k) AS kinds;
  CREATE TABLE u (id int NOT NULL, at int NOT NULL);
  INSERT INTO u SELECT g, g % 7 FROM generate_series(1, 60) g;`;

/** Columns that may be NULL, and texts that are equal though they look different. */
export const CONDITIONS: CaseData = {
  name: 'conditions on one column',
  schema: SCHEMA,
  states: {
    'NULLs, blanks and letters in both cases': `
      INSERT INTO t SELECT 100 + g, g % 4, nullif(g % 5, 3), nullif(g % 3, 1), k, k, k
                      FROM generate_series(1, 60) g, LATERAL (SELECT (ARRAY['a', 'A', 'a ', '', NULL, 'b'])[g % 6 + 1] AS k) AS kinds;
      INSERT INTO t SELECT 200 + g, 2147483647, -2147483648, 0, 'z', 'z', 'z' FROM generate_series(1, 3) g;
      INSERT INTO u VALUES (101, 5), (102, 5), (102, 7);`,
    'NULL in both': 'UPDATE t SET x = NULL, y = NULL WHERE id % 2 = 0;',
    nothing: 'DELETE FROM u; DELETE FROM t;',
  },
  zones: ['UTC'],
};
