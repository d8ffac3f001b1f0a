import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, indexFacts, relationFacts } from '../../test/support/facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { rewriteCandidates, REWRITE_RULES } from './index.ts';

beforeAll(loadParser);

const relations = [
  {
    reference: { schema: null, name: 'orders' },
    relation: relationFacts('orders', {
      columns: [
        columnFacts('id'),
        columnFacts('state', { notNull: false }),
        columnFacts('at', { baseType: 'timestamptz', type: 'timestamp with time zone' }),
      ],
      indexes: [indexFacts('orders_pkey', ['id'], { unique: true, primary: true })],
    }),
  },
];

function candidatesOf(sql: string) {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return rewriteCandidates({ sql, tree: statement.tree, relations, settings: { TimeZone: 'UTC' } });
}

describe('rewriteCandidates', () => {
  test('those of one rule come before those of two, each once', () => {
    const candidates = candidatesOf(
      "SELECT id FROM orders WHERE date(at) = '2026-03-29' ORDER BY id DESC NULLS LAST",
    );
    expect(candidates.map(({ rules, sql }) => ({ rules, sql }))).toEqual([
      {
        rules: ['nulls-order-on-not-null'],
        sql: "SELECT id FROM orders WHERE date(at) = '2026-03-29' ORDER BY id DESC",
      },
      {
        rules: ['date-to-range'],
        sql: "SELECT id FROM orders WHERE at >= '2026-03-29'::date AND at < '2026-03-30'::date ORDER BY id DESC NULLS LAST",
      },
      {
        rules: ['nulls-order-on-not-null', 'date-to-range'],
        sql: "SELECT id FROM orders WHERE at >= '2026-03-29'::date AND at < '2026-03-30'::date ORDER BY id DESC",
      },
    ]);
  });

  test('none where there is nothing to say otherwise', () => {
    expect(candidatesOf('SELECT id FROM orders WHERE state = 1')).toEqual([]);
    expect(candidatesOf('SET work_mem = 64')).toEqual([]);
  });

  test('none of a statement that is nested without end', () => {
    const deep = Array.from({ length: 2_000 }, () => '1').join(' + ');
    expect(candidatesOf(`SELECT ${deep} FROM orders WHERE id = 7.0`)).toEqual([]);
  });

  test('all rules have a name of their own', () => {
    expect(new Set(REWRITE_RULES.map(({ name }) => name)).size).toBe(REWRITE_RULES.length);
    for (const { name } of REWRITE_RULES) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });
});
