import type { CaseData } from '../rule-cases.ts';

/** No NULL, no fraction that rounds, no neighbour of the constants in the cases. */
const SCHEMA = `
  CREATE TABLE t (id int PRIMARY KEY, s smallint, i int, b bigint, n numeric, f float8, u uuid, x text);
  INSERT INTO t SELECT g, g % 3 + 1, g + 11, g * 5, g + 0.25, g / 4.0, lpad(g::text, 32, '0')::uuid, g::text FROM generate_series(1, 50) g;`;

/** Columns of the types of numbers, and a uuid. */
export const NUMBERS: CaseData = {
  name: 'numbers',
  schema: SCHEMA,
  states: {
    'NULLs, neighbours and the ends of types': `
      INSERT INTO t SELECT 100 + g, nullif(g % 7, 3), nullif(g - 20, 0), nullif(g * 3, 9), g / 4.0, g / 4.0, lpad(g::text, 32, '0')::uuid, g::text
                      FROM generate_series(1, 60) g;
      INSERT INTO t (id, b) VALUES (201, 9007199254740992), (202, 9007199254740993), (203, 9223372036854775807), (204, -9223372036854775808);
      INSERT INTO t (id, i) VALUES (301, -1), (302, -77), (303, 77), (304, 78), (305, 0);`,
    nothing: 'DELETE FROM t;',
  },
  zones: ['UTC'],
};
