import { beforeAll, describe, expect, test } from 'vitest';
import { besideData } from './beside-data.ts';
import { loadParser, parseStatements } from './parse.ts';

beforeAll(loadParser);

function beside(sql: string): string | null {
  return besideData(parseStatements(sql)[0]?.tree);
}

describe('what decides beside the data', () => {
  test.for<[sql: string, what: string]>([
    ["SELECT 1 FROM t WHERE at > now() - interval '1 day'", 'now()'],
    ['SELECT 1 FROM t WHERE at > pg_catalog.statement_timestamp()', 'statement_timestamp()'],
    ['SELECT 1 FROM t WHERE day = CURRENT_DATE', 'CURRENT_DATE'],
    ['SELECT 1 FROM t WHERE at < LOCALTIMESTAMP(0)', 'LOCALTIMESTAMP'],
    ['SELECT 1 FROM t WHERE owner = current_user', 'CURRENT_USER'],
    ["SELECT 1 FROM t WHERE tenant = current_setting('app.tenant')", 'current_setting()'],
    ["SELECT 1 FROM t WHERE day = 'today'", "'today'"],
    ["SELECT 1 FROM t WHERE at >= 'Yesterday 04:00'::timestamp", "'Yesterday 04:00'"],
    ['SELECT age(born) FROM t', 'age() of today'],
    ['SELECT id FROM t ORDER BY random() LIMIT 1', 'random()'],
    ['SELECT 1 FROM t TABLESAMPLE system (1)', 'TABLESAMPLE'],
    ['SELECT app.total(id) FROM t', 'app.total()'],
    ['SELECT pg_relation_size(id) FROM t', 'pg_relation_size()'],
    ["SELECT 1 FROM t WHERE name OPERATOR(app.~~~) 'x'", 'the operator app.~~~'],
    ['SELECT (t).total FROM t', '.total'],
  ])('%s', ([sql, what]) => {
    expect(beside(sql)).toBe(what);
  });
});

test.each([
  'SELECT status, sum(total), count(*) FILTER (WHERE total > 5) FROM orders GROUP BY status HAVING count(*) > $1',
  "SELECT date_trunc('day', at), age(at, born) FROM t WHERE at >= '2026-01-01' AND a BETWEEN $1 AND $2 OR b NOT BETWEEN 1 AND 2",
  "SELECT upper(name) || 'today is fine', coalesce(a, b), payload ->> 'kind' FROM t WHERE name ILIKE 'x%' AND id IN (1, 2) AND c IS NOT DISTINCT FROM 5",
  'SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t LIMIT 10',
])('nothing does in %s', (sql) => {
  expect(beside(sql)).toBeNull();
});
