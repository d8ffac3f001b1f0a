import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from './parse.ts';
import { readProbe } from './probe.ts';
import { readWritingStatement } from './writing-statement.ts';

beforeAll(loadParser);

const WRITING = [
  ['INSERT INTO t (a, b) VALUES ($1, DEFAULT);', ['INSERT t (a, b) DEFAULT']],
  ['INSERT INTO s.t SELECT * FROM u', ['INSERT s.t']],
  ['INSERT INTO t DEFAULT VALUES', ['INSERT t ()']],
  ['INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2 RETURNING a', ['INSERT t (a)']],
  ['UPDATE t SET a = DEFAULT WHERE b = $2', ['UPDATE t DEFAULT']],
  ['DELETE FROM q WHERE id IN (SELECT id FROM q FOR UPDATE SKIP LOCKED LIMIT 1)', ['DELETE q']],
  ['MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE', ['MERGE t']],
  [
    'WITH gone AS (DELETE FROM s.a RETURNING *), more AS (INSERT INTO b (x) SELECT 1 FROM gone) SELECT * FROM gone',
    ['DELETE s.a', 'INSERT b (x)'],
  ],
] as const;

test.each(WRITING)('%s writes', (sql, writes) => {
  const read = readWritingStatement(sql);
  if (!read.ok) throw new Error(read.message);
  expect(
    read.writes.map(({ verb, schema, table, columns, asksForDefaults }) =>
      [
        verb,
        schema === null ? table : `${schema}.${table}`,
        ...(columns === null ? [] : [`(${columns.join(', ')})`]),
        ...(asksForDefaults ? ['DEFAULT'] : []),
      ].join(' '),
    ),
  ).toEqual(writes);
});

test('a reading probe stays as strict as it was', () => {
  for (const [sql] of WRITING) expect(readProbe(sql)).toMatchObject({ ok: false, code: 'statement-writes' });
});

test('its text, parameters and functions are those of the statement', () => {
  expect(readWritingStatement(' UPDATE t SET a = lower($2) WHERE b = $1 ; ')).toMatchObject({
    sql: 'UPDATE t SET a = lower($2) WHERE b = $1',
    parameters: 2,
    functions: [{ schema: null, name: 'lower' }],
  });
});

test.each([
  ['DELETE FROM t', [true]],
  ['UPDATE t SET a = 1 FROM u', [true]],
  ['DELETE FROM t WHERE a = 1', [false]],
  ['WITH gone AS (DELETE FROM a RETURNING *) UPDATE b SET x = 1 WHERE y = 2', [false, true]],
  ['INSERT INTO t SELECT 1', [false]],
  ['MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE', [false]],
])('%s writes to every row: %j', (sql, everyRow) => {
  const read = readWritingStatement(sql);
  expect(read.ok && read.writes.map((write) => write.everyRow)).toEqual(everyRow);
});

describe('is refused:', () => {
  test.each([
    ['SELECT * FROM t', 'statement-only-reads'],
    ['SELECT * FROM t FOR UPDATE', 'statement-only-reads'],
    ['SELECT 1 INTO t', 'statement-writes'],
    ['TRUNCATE t', 'statement-not-a-query'],
    ['CREATE TABLE t AS SELECT 1', 'statement-not-a-query'],
    ['COPY t FROM PROGRAM $$x$$', 'statement-not-a-query'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'statement-not-a-query'],
    ['DELETE FROM t; DELETE FROM u', 'several-statements'],
    ['DELETE FRM t', 'statement-syntax-error'],
    ['  ', 'statement-empty'],
  ])('%s', (sql, code) => {
    expect(readWritingStatement(sql)).toMatchObject({ ok: false, code });
  });
});
