import { beforeAll, describe, expect, test } from 'vitest';
import { createIndexStep } from '../change.ts';
import type { ResolvedRelation, ServerTraits } from '../facts.ts';
import { loadParser } from '../sql/parse.ts';
import { proposedIndex } from './proposed-index.ts';
import { columnFacts, relationFacts, serverTraits } from '../../test/support/facts.ts';

beforeAll(loadParser);

const ORDERS = relation('shop', 'orders', ['id', 'customer_id', 'created_at', 'note', 'Odd Column']);
const LINES = relation('shop', 'lines', ['order_id', 'sku']);

const propose = (sql: string, taken: readonly string[] = []) =>
  proposedIndex(sql, [ORDERS, LINES], new Set(taken), serverTraits())?.definition ?? null;
const key = (column: string, descending = false, nullsFirst = descending) => ({
  column,
  descending,
  nullsFirst,
});

describe('a plain index on a table of the statement', () => {
  test('with the name that it has', () => {
    expect(propose('CREATE INDEX my_idx ON shop.orders (customer_id, created_at DESC);')).toEqual({
      schema: 'shop',
      table: 'orders',
      name: 'my_idx',
      keys: [key('customer_id'), key('created_at', true)],
    });
  });

  test.each([
    'CREATE INDEX CONCURRENTLY my_idx ON orders (customer_id)',
    'create index if not exists my_idx on only shop.orders using btree (customer_id asc nulls last)',
    'CREATE INDEX my_idx -- the obvious one\n ON orders (customer_id)',
  ])('in other words: %s', (sql) => {
    expect(propose(sql)).toMatchObject({ table: 'orders', name: 'my_idx', keys: [key('customer_id')] });
  });

  test.each([
    ['a', key('a')],
    ['a ASC NULLS FIRST', key('a', false, true)],
    ['a DESC', key('a', true, true)],
    ['a DESC NULLS LAST', key('a', true, false)],
    ['"a" DESC NULLS FIRST', key('a', true, true)],
  ])('with the order of %s', (text, expected) => {
    const table = relation('s', 't', ['a']);
    const found = proposedIndex(`CREATE INDEX i ON t (${text})`, [table], new Set(), serverTraits());
    expect(found?.definition.keys).toEqual([expected]);
  });

  test('without a name, or with one that is taken, gets a free one', () => {
    expect(propose('CREATE INDEX ON orders (customer_id)')?.name).toBe('orders_customer_id_idx');
    const taken = ['shop.my_idx', 'shop.orders_customer_id_idx'];
    const found = propose('CREATE INDEX my_idx ON orders (customer_id)', taken);
    expect(found?.name).not.toBe('my_idx');
    expect(taken).not.toContain(`shop.${found?.name}`);
    expect(propose('CREATE INDEX my_idx ON orders (customer_id)', ['other.my_idx'])?.name).toBe('my_idx');
  });

  test('has a name that the server keeps: at most 63 bytes', () => {
    const wished = 'i'.repeat(80);
    const name = propose(`CREATE INDEX ${wished} ON orders (customer_id)`)?.name ?? '';
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });

  test('with odd names is built as it was proposed', () => {
    const definition = propose('CREATE INDEX "My Idx" ON shop.orders ("Odd Column" DESC)');
    expect(definition && createIndexStep(definition).up).toBe(
      'CREATE INDEX CONCURRENTLY "My Idx" ON shop.orders ("Odd Column" DESC)',
    );
  });
});

describe('an index of any kind', () => {
  test.each([
    ['(customer_id) WHERE id > 0', '(customer_id) WHERE id > 0'],
    ['(customer_id) INCLUDE (id, "Odd Column")', '(customer_id) INCLUDE (id, "Odd Column")'],
    ['(lower(note), (id + 1) DESC)', '((lower(note)), (id + 1) DESC)'],
    ['USING hash (customer_id)', 'USING hash (customer_id)'],
    ['USING gin (note public.gin_trgm_ops)', 'USING gin (note public.gin_trgm_ops)'],
    [
      'USING brin (id) WITH (pages_per_range = 16, autosummarize)',
      'USING brin (id) WITH (pages_per_range = 16, autosummarize = true)',
    ],
    [
      '(note COLLATE "C" text_pattern_ops) WITH (fillfactor = 70)',
      '(note COLLATE "C" text_pattern_ops) WITH (fillfactor = 70)',
    ],
  ])('%s', (shape, expected) => {
    const definition = propose(`CREATE INDEX i ON orders ${shape}`);
    expect(definition && createIndexStep(definition).up).toBe(
      `CREATE INDEX CONCURRENTLY i ON shop.orders ${expected}`,
    );
  });

  test('is named as the server would', () => {
    expect(propose('CREATE INDEX ON orders (lower(note), (id + 1)) INCLUDE (id)')?.name).toBe(
      'orders_lower_expr_id_idx',
    );
  });

  test('brings the extension that stands before it', () => {
    const sql =
      'CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE INDEX ON orders USING gin (note gin_trgm_ops)';
    const steps = (server: ServerTraits) =>
      proposedIndex(sql, [ORDERS], new Set(), server)?.steps.map(({ up }) => up);
    const build = 'CREATE INDEX CONCURRENTLY orders_note_idx ON shop.orders USING gin (note gin_trgm_ops)';
    expect(steps(serverTraits())).toEqual([
      'CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public',
      build,
    ]);
    const installed = { name: 'pg_trgm', schema: 'public', trusted: true };
    expect(steps(serverTraits({ extensions: [installed] }))).toEqual([build]);
  });
});

describe('nothing of the kind', () => {
  test.each([
    ['unique', 'CREATE UNIQUE INDEX i ON orders (customer_id)'],
    ['in another tablespace', 'CREATE INDEX i ON orders (id) TABLESPACE fast'],
    ['by a method of an extension', 'CREATE INDEX i ON orders USING rum (id)'],
    ['an expression over a column that is not there', 'CREATE INDEX i ON orders (lower(nothing))'],
    ['a condition on a column that is not there', 'CREATE INDEX i ON orders (id) WHERE nothing > 0'],
    [
      'parameters of an operator class',
      'CREATE INDEX i ON orders USING gist (id gist_trgm_ops (siglen = 32))',
    ],
    ['an extension that cannot be had', 'CREATE EXTENSION plpython3u; CREATE INDEX i ON orders (id)'],
    ['an extension in a version', "CREATE EXTENSION pg_trgm VERSION '1.6'; CREATE INDEX i ON orders (id)"],
    ['a table that the statement does not use', 'CREATE INDEX i ON users (id)'],
    ['a table of that name elsewhere', 'CREATE INDEX i ON other.orders (customer_id)'],
    ['a column that is not there', 'CREATE INDEX i ON orders (nothing)'],
    ['a column that cannot be sorted', 'CREATE INDEX i ON orders (document)'],
    ['two statements', 'CREATE INDEX i ON orders (id); CREATE INDEX j ON orders (id)'],
    ['something behind it', 'CREATE INDEX i ON orders (id); DROP TABLE orders'],
    ['another statement', 'DROP INDEX i'],
    ['words', 'an index on customer_id'],
    ['nothing', ''],
  ])('%s', (_name, sql) => {
    expect(propose(sql)).toBeNull();
  });
});

function relation(schema: string, name: string, columns: readonly string[]): ResolvedRelation {
  const document = columnFacts('document', { sortable: false });
  const all = [...columns.map((column) => columnFacts(column)), document];
  return { reference: { schema, name }, relation: relationFacts(name, { schema, columns: all }) };
}
