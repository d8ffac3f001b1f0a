import { beforeAll, expect, test } from 'vitest';
import { asStatement } from './counted-statement.ts';
import { loadParser } from './parse.ts';
import { readProbe } from './probe.ts';

beforeAll(loadParser);

test.for([
  [
    'a list',
    'SELECT 1 FROM t WHERE id IN ($1 /*, ... */) AND x = $2',
    'SELECT 1 FROM t WHERE id = ANY ($1) AND x = $2',
  ],
  [
    'not in a list',
    'SELECT 1 FROM t WHERE id not in ($1 /*, ... */)',
    'SELECT 1 FROM t WHERE id <> ALL ($1)',
  ],
  ['an array', 'SELECT 1 FROM t WHERE id = ANY(ARRAY[$1 /*, ... */])', 'SELECT 1 FROM t WHERE id = ANY($1)'],
  [
    'constants of a named type',
    'SELECT extract($1 from at) FROM t WHERE at > now() - interval $2 AND day >= date $3 AND at < timestamp with time zone $4',
    'SELECT pg_catalog.extract($1, at) FROM t WHERE at > now() - $2::interval AND day >= $3::date AND at < $4::timestamptz',
  ],
  [
    'nothing of that',
    'SELECT date, $1 FROM t WHERE at AT TIME ZONE $2 > $3',
    'SELECT date, $1 FROM t WHERE at AT TIME ZONE $2 > $3',
  ],
] as const)('%s', ([, counted, statement]) => {
  expect(asStatement(counted)).toBe(statement);
  expect(readProbe(statement)).toMatchObject({ ok: true });
});
