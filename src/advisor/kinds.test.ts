import { beforeAll, describe, expect, test } from 'vitest';
import { parsePlan } from '../explain/plan.ts';
import type { ColumnFacts, IndexFacts, RelationFacts, ServerTraits } from '../facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { supersededBy } from './supersedes.ts';
import { indexCandidates, type IndexCandidate } from './candidates.ts';
import { columnFacts, indexFacts, indexKey, relationFacts, serverTraits } from '../../test/support/facts.ts';

beforeAll(loadParser);

const BYTES = { name: 'C', bytewise: true, deterministic: true };
const WORDS = { name: 'default', bytewise: false, deterministic: true };
const LOOSE = { name: 'loose', bytewise: false, deterministic: false };

/** Columns of a table with everything in it, by type. */
const COLUMNS: readonly ColumnFacts[] = [
  column('id', 'int8', { distinctValues: -1 }),
  column('customer_id', 'int4', { distinctValues: 5_000, averageWidth: 4 }),
  column('status', 'text', {
    collation: WORDS,
    distinctValues: 3,
    commonValues: [
      { value: 'done', frequency: 0.9 },
      { value: 'open', frequency: 0.02 },
    ],
  }),
  column('active', 'bool', {
    distinctValues: 2,
    commonValues: [
      { value: 't', frequency: 0.97 },
      { value: 'f', frequency: 0.03 },
    ],
  }),
  column('deleted_at', 'timestamp', { notNull: false, nullFraction: 0.98 }),
  column('created_at', 'timestamp', { averageWidth: 8 }),
  column('seen_at', 'timestamptz', {}),
  column('day', 'date', {}),
  column('total', 'numeric', { averageWidth: 6 }),
  column('name', 'varchar', { collation: WORDS, averageWidth: 20 }),
  column('code', 'text', { collation: BYTES, averageWidth: 8 }),
  column('odd', 'text', { collation: LOOSE, averageWidth: 8 }),
  column('body', 'text', { collation: WORDS, averageWidth: 900 }),
  column('link', 'text', { collation: WORDS, averageWidth: 140 }),
  column('data', 'jsonb', { averageWidth: 400 }),
  column('raw', 'json', { sortable: false }),
  column('tags', '_text', {}),
  column('words', 'tsvector', {}),
  column('period', 'tstzrange', {}),
  column('place', 'point', { sortable: false }),
  column('kind', 'enumerated', {}),
  column('Odd "Name"', 'text', { collation: WORDS }),
  column('twice', 'int4', { sortable: false, generated: { expression: '(customer_id * 2)', virtual: true } }),
];

function column(name: string, baseType: string, more: Partial<ColumnFacts>): ColumnFacts {
  const type = baseType === 'bool' ? 'boolean' : baseType;
  return columnFacts(name, { type, baseType, nullFraction: 0, ...more });
}

const PLAN = (
  rows: number,
  scan: string,
) => `[{"Plan": {"Node Type": "${scan}", "Relation Name": "t", "Alias": "t", "Total Cost": 5358,
  "Plan Rows": ${rows}, "Actual Total Time": 90, "Actual Rows": ${rows}, "Actual Loops": 1, "Filter": "x", "Rows Removed by Filter": 199000}, "Execution Time": 91}]`;

interface Given {
  readonly indexes?: readonly IndexFacts[];
  readonly table?: Partial<RelationFacts>;
  readonly server?: Partial<ServerTraits>;
  readonly rows?: number;
  readonly scan?: string;
}

function candidates(
  sql: string,
  { indexes = [], table = {}, server = {}, rows = 10, scan = 'Seq Scan' }: Given = {},
): IndexCandidate[] {
  const tree = parseStatements(sql)[0]?.tree;
  if (tree === undefined) throw new Error('no statement');
  const relation = relationFacts('t', {
    columns: COLUMNS,
    indexes,
    rows: 200_000,
    sizeBytes: 64 * 1024 ** 2,
    ...table,
  });
  return indexCandidates({
    tree,
    relations: [{ reference: { schema: null, name: 't' }, relation }],
    plan: parsePlan(PLAN(rows, scan)),
    taken: new Set(),
    server: serverTraits(server),
  });
}

/** What stands behind the table's name. */
const found = (...given: Parameters<typeof candidates>) =>
  candidates(...given).map(({ summary }) => summary.replace(/index on shop\.t /, '').trim());

const where = (condition: string) => `SELECT * FROM t WHERE ${condition}`;

describe('the best candidate', () => {
  test.each([
    // Expressions that are immutable for these types.
    ["lower(name) = 'x'", '((lower(name)))'],
    ['upper(t.name) = $1', '((upper(name)))'],
    ["day + 1 = '2024-01-01'", '((day + 1))'],
    ["created_at::date = '2024-01-01'", '((created_at::date))'],
    ["date_trunc('day', created_at) = $1", "((date_trunc('day', created_at)))"],
    ['extract(year FROM created_at) = 2024', '((EXTRACT(YEAR FROM created_at)))'],
    ['extract(year FROM day) = 2024', '((EXTRACT(YEAR FROM day)))'],
    ["(seen_at AT TIME ZONE 'UTC')::date = $1", "(((seen_at AT TIME ZONE 'UTC')::date))"],
    ["data ->> 'sku' = 'x'", "((data ->> 'sku'))"],
    ["(data ->> 'n')::int > 5", "((CAST(data ->> 'n' AS int)))"],
    ["data #>> '{a,b}' = $1", "((data #>> '{a,b}'))"],
    ["lower(data ->> 'email') = $1", "((lower(data ->> 'email')))"],
    ['customer_id % 10 = 3', '((customer_id % 10))'],
    ["name || ' ' || code = $1", "(((name || ' ') || code))"],
    ['coalesce(deleted_at, created_at) > $1', '((COALESCE(deleted_at, created_at)))'],
    ["nullif(code, '') = $1", "((NULLIF (code, '')))"],
    ['greatest(created_at, deleted_at) > $1', '((GREATEST(created_at, deleted_at)))'],
    ['id::text = $1', '((id::text))'],
    ['md5(body) = $1', '((md5(body)))'],
    ['left(body, 10) = $1', '(("left"(body, 10)))'],
    ['twice = 84', '((customer_id * 2))'],
    ['t.twice + 1 = 84', '(((customer_id * 2) + 1))'],
    [`lower(t."Odd ""Name""") = 'x'`, '((lower("Odd ""Name""")))'],
    [`"Odd ""Name""" || 'it''s \\ ' = 'x'`, `(("Odd ""Name""" || E'it''s \\\\ '))`],
    // Patterns.
    ["code LIKE 'abc%'", '(code)'],
    ['code LIKE $1', '(code)'],
    ["name LIKE 'abc%'", '(name varchar_pattern_ops)'],
    ["status LIKE 'abc%' AND customer_id = 5", '(customer_id, status text_pattern_ops)'],
    ["name ^@ 'abc'", '(name varchar_pattern_ops)'],
    ['starts_with(name, $1)', '(name varchar_pattern_ops)'],
    ["lower(name) LIKE 'abc%'", '((lower(name)) text_pattern_ops)'],
    ["lower(code) LIKE 'abc%'", '((lower(code)))'],
    ["name ~ '^abc'", '(name varchar_pattern_ops)'],
    ["name LIKE '%abc%'", 'GIN (name public.gin_trgm_ops)'],
    ["name ILIKE 'abc%'", 'GIN (name public.gin_trgm_ops)'],
    ["name ~* 'abc'", 'GIN (name public.gin_trgm_ops)'],
    ["name LIKE '%' || $1 || '%'", 'GIN (name public.gin_trgm_ops)'],
    ["name ILIKE concat('%', $1, '%')", 'GIN (name public.gin_trgm_ops)'],
    ["name LIKE $1 || '%'", '(name varchar_pattern_ops)'],
    ['name LIKE lower($1)', '(name varchar_pattern_ops)'],
    ["lower(name) LIKE '%abc%'", 'GIN ((lower(name)) public.gin_trgm_ops)'],
    // Documents, arrays, words, ranges.
    ['data @> $1', 'GIN (data jsonb_path_ops)'],
    ["'{}' <@ data", 'GIN (data jsonb_path_ops)'],
    ["data ? 'a'", 'GIN (data)'],
    ["data ?| '{a,b}'", 'GIN (data)'],
    ["data @@ '$.a == 1'", 'GIN (data jsonb_path_ops)'],
    ["data -> 'tags' ? 'a'", "GIN ((data -> 'tags'))"],
    ["tags @> '{a}'", 'GIN (tags)'],
    ["'{a}' && tags", 'GIN (tags)'],
    ['words @@ $1', 'GIN (words)'],
    ["to_tsvector('english', body) @@ to_tsquery('english', 'a')", "GIN ((to_tsvector('english', body)))"],
    [
      "to_tsvector('simple', coalesce(name, '') || ' ' || body) @@ $1",
      "GIN ((to_tsvector('simple', ((COALESCE(name, '')) || ' ') || body)))",
    ],
    ['period @> now()', 'GiST (period)'],
    ['$1::timestamptz <@ period', 'GiST (period)'],
    ['period && $1', 'GiST (period)'],
    ['tsrange(created_at, deleted_at) && $1', 'GiST ((tsrange(created_at, deleted_at)))'],
    // Constants of the statement that keep few rows.
    [
      "status = 'open' AND customer_id = 5",
      '(customer_id, status)',
      "partial (customer_id) WHERE status = 'open'",
    ],
    ['NOT active', '(active)', 'partial (active) WHERE NOT (active)'],
    [
      'deleted_at IS NOT NULL AND customer_id = 5',
      '(customer_id)',
      'partial (customer_id) WHERE deleted_at IS NOT NULL',
    ],
    ['link = $1', '(link)', 'hash (link)'],
    ['body = $1', 'hash (body)'],
  ])('%s', (condition, best, ...others) => {
    const [first, ...rest] = found(where(condition));
    expect(first).toBe(best);
    expect(rest).toEqual(expect.arrayContaining(others));
  });

  test.each([
    ['SELECT id FROM t ORDER BY place <-> point(1, 2) LIMIT 5', 'GiST (place)'],
    ["SELECT id FROM t ORDER BY name <-> 'abc' LIMIT 5", 'GiST (name public.gist_trgm_ops)'],
    ['SELECT id FROM t ORDER BY lower(name) DESC LIMIT 5', '((lower(name)) DESC)'],
    ["SELECT data ->> 'a' AS a FROM t ORDER BY a LIMIT 5", "((data ->> 'a'))"],
    ["SELECT date_trunc('day', created_at) FROM t GROUP BY 1", "((date_trunc('day', created_at)))"],
    ['UPDATE t SET total = 0 WHERE lower(name) = $1', '((lower(name)))'],
    ["DELETE FROM t WHERE status = 'open' AND customer_id = 7", '(customer_id, status)'],
  ])('%s', (sql, best) => {
    expect(found(sql)[0]).toBe(best);
  });

  test('of alternatives each its own index, where it has none', () => {
    const sql = where("active AND (customer_id = 5 OR lower(name) = 'x' OR created_at > $1 AND active)");
    const [first] = candidates(sql);
    expect(first?.summary).toBe(
      'index on shop.t (customer_id) and index on shop.t ((lower(name))) and index on shop.t (created_at)',
    );
    expect(first?.steps).toHaveLength(3);
    const indexes = [indexFacts('i', ['customer_id', 'id']), indexFacts('j', ['created_at'])];
    expect(found(sql, { indexes })[0]).toBe('((lower(name)))');
    expect(found(where('customer_id = 5 OR customer_id = 7'))).toEqual(['(customer_id)']);
  });

  test('an index-only scan, where many rows would be visited for little', () => {
    const sql = 'SELECT sum(total) FROM t WHERE customer_id = 5';
    expect(found(sql, { rows: 5_000 })[0]).toBe('(customer_id) INCLUDE (total)');
    expect(found(sql, { rows: 5 })).toEqual(['(customer_id)']);
    expect(found('SELECT * FROM t WHERE customer_id = 5', { rows: 5_000 })).toEqual(['(customer_id)']);
    expect(found('SELECT body FROM t WHERE customer_id = 5', { rows: 5_000 })).toEqual(['(customer_id)']);
    expect(found(sql, { rows: 5_000, table: { allVisibleShare: 0.1 } })).toEqual(['(customer_id)']);
  });

  test('the columns beside an index that is in use already, not of one that the plan does without', () => {
    const sql = 'SELECT sum(total) FROM t WHERE customer_id = 5';
    const indexes = [indexFacts('i', ['customer_id'])];
    const [first, ...others] = candidates(sql, { indexes, rows: 5_000, scan: 'Index Scan' });
    expect(first?.summary).toBe('index on shop.t (customer_id) INCLUDE (total)');
    expect(first?.supersedes.map(({ name }) => name)).toEqual(['i']);
    expect(others).toEqual([]);
    expect(found(sql, { indexes, rows: 5_000 })).toEqual([]);
    const covering = [indexFacts('i', ['customer_id'], { included: ['total'] })];
    expect(found(sql, { indexes: covering, rows: 5_000, scan: 'Index Scan' })).toEqual([]);
  });

  test('block ranges of a large table, where its rows lie in that order', () => {
    const ordered = COLUMNS.map((each) =>
      each.name === 'created_at' ? { ...each, correlation: 0.99 } : each,
    );
    const sql = where("created_at > '2024-01-01'");
    expect(found(sql, { table: { columns: ordered } })).toContain(
      'BRIN (created_at) WITH (pages_per_range = 32)',
    );
    expect(found(sql)).toEqual(['(created_at)']);
    expect(found(sql, { table: { columns: ordered, sizeBytes: 1024 ** 2 } })).toEqual(['(created_at)']);
  });
});

describe('no candidate', () => {
  test.each([
    // Not immutable: they go by a setting, or by the time.
    "seen_at::date = '2024-01-01'",
    "date_trunc('day', seen_at) = $1",
    "date_trunc('day', day) = $1",
    'extract(hour FROM seen_at) = 5',
    "to_char(created_at, 'YYYY') = '2024'",
    "created_at::text = '2024'",
    "(data ->> 'at')::timestamp > $1",
    "(data ->> 'day')::date > $1",
    'age(created_at) > $1',
    "concat(name, code) = 'x'",
    "format('%s', name) = 'x'",
    "id || 'x' = $1",
    'kind::text = $1',
    "seen_at + interval '1 day' > $1",
    'to_tsvector(body) @@ $1',
    'app.lower(name) = $1',
    'unheard(name) = $1',
    // No index answers these.
    'customer_id + $1 = 5',
    'customer_id + total > id',
    "'a' = ANY (tags)",
    'data <@ $1',
    "name LIKE '%a%'",
    "name LIKE '%'",
    "name NOT LIKE 'abc%'",
    "odd LIKE 'abc%'",
    "odd LIKE '%abc%'",
    "raw @> '{}'",
    "customer_id = 5 OR name LIKE '%a%'",
    'customer_id = 5 OR random() < 0.5',
    'EXISTS (SELECT 1) AND random() < 0.5',
  ])('%s', (condition) => {
    expect(found(where(condition))).toEqual([]);
  });

  test('partial only for a literal that few rows have', () => {
    const partial = (condition: string) => found(where(condition)).filter((each) => each.includes('WHERE'));
    expect(partial('status = $1 AND customer_id = 5')).toEqual([]);
    expect(partial("status = 'done' AND customer_id = 5")).toEqual([]);
    expect(partial('deleted_at IS NULL AND customer_id = 5')).toEqual([]);
    expect(partial('active AND customer_id = 5')).toEqual([]);
    expect(partial('customer_id = 5 AND id = 7')).toEqual([]);
    expect(partial("created_at > '2024-01-01' AND customer_id = 5")).toEqual([]);
    expect(partial("status <> 'done' AND customer_id = 5")).toEqual([
      "partial (customer_id) WHERE status <> 'done'",
    ]);
  });

  test('with trigrams where the extension cannot be had', () => {
    const sql = where("name LIKE '%abc%'");
    expect(found(sql, { server: { extensions: [] } })).toEqual([]);
    expect(found(sql, { server: { mayCreate: false } })).toEqual([]);
    const installed = [{ name: 'pg_trgm', schema: 'Ext', trusted: true }];
    const [only] = candidates(sql, { server: { extensions: installed, mayCreate: false } });
    expect(only?.steps.map(({ up }) => up)).toEqual([
      'CREATE INDEX CONCURRENTLY t_name_idx ON shop.t USING gin (name "Ext".gin_trgm_ops)',
    ]);
  });

  const over = (expression: string, more: Partial<Parameters<typeof indexKey>[1]> = {}) =>
    indexFacts('i', [], { keys: [indexKey(null, { expression, ...more })] });

  test.each([
    ["lower(name) = 'x'", over('lower((name)::text)')],
    ["(data ->> 'n')::int = 5", over("(((data ->> 'n'::text))::integer)")],
    ["date_trunc('day', created_at) = $1", over("date_trunc('day'::text, created_at)")],
    ['extract(year FROM created_at) = 2024', over('EXTRACT(year FROM created_at)')],
    ["coalesce(code, '') = 'x'", over("COALESCE(code, ''::text)")],
    ['twice = 84', over('(customer_id * 2)')],
    [
      "status = 'open' AND customer_id = 5",
      indexFacts('i', ['customer_id'], { predicate: "(status = 'open'::text)" }),
    ],
    [
      "status = 'open' AND deleted_at IS NULL",
      indexFacts('i', ['id'], { predicate: "((status = 'open'::text) AND (deleted_at IS NULL))" }),
    ],
    [
      "name LIKE 'abc%'",
      indexFacts('i', [], {
        keys: [indexKey('name', { operatorClass: 'varchar_pattern_ops', defaultOperators: false })],
      }),
    ],
  ])('served already: %s', (condition, index) => {
    const plain = found(where(condition), { indexes: [index], server: { extensions: [] } });
    expect(
      plain.filter((each) => !each.startsWith('partial') && !/^\((status|deleted_at)\)$/.test(each)),
    ).toEqual([]);
  });

  test.each([
    ['data @> $1', 'data', 'jsonb_ops'],
    ["data ? 'a'", 'data', 'jsonb_ops'],
    ["tags && '{a}'", 'tags', 'array_ops'],
    ['words @@ $1', 'words', 'tsvector_ops'],
    ["name ILIKE '%abc%'", 'name', 'gin_trgm_ops'],
  ])('served by a GIN index: %s', (condition, name, operatorClass) => {
    const index = indexFacts('i', [], { method: 'gin', keys: [indexKey(name, { operatorClass })] });
    expect(found(where(condition), { indexes: [index] })).toEqual([]);
    expect(found(where(condition), { indexes: [{ ...index, valid: false }] })).toHaveLength(1);
  });

  test('jsonb_path_ops knows no keys', () => {
    const index = indexFacts('i', [], {
      method: 'gin',
      keys: [indexKey('data', { operatorClass: 'jsonb_path_ops' })],
    });
    expect(found(where("data ? 'a'"), { indexes: [index] })).toEqual(['GIN (data)']);
  });

  test('a partial index serves only what implies its predicate', () => {
    const index = indexFacts('i', ['customer_id'], { predicate: "(status = 'open'::text)" });
    expect(found(where('status = $1 AND customer_id = 5'), { indexes: [index] })).toContain(
      '(customer_id, status)',
    );
    expect(found(where("status = 'done' AND customer_id = 5"), { indexes: [index] })).toContain(
      '(customer_id, status)',
    );
  });
});

describe('with the candidate comes', () => {
  test('the narrower index that it makes superfluous', () => {
    const superseded = (...indexes: readonly IndexFacts[]) =>
      candidates('SELECT * FROM t ORDER BY customer_id, created_at DESC LIMIT 3', { indexes })
        .find(({ summary }) => summary.endsWith('(customer_id, created_at DESC)'))
        ?.supersedes.map(({ name }) => name);
    expect(superseded(indexFacts('narrow', ['customer_id']))).toEqual(['narrow']);
    expect(superseded(indexFacts('unique', ['customer_id'], { unique: true }))).toEqual([]);
    expect(superseded(indexFacts('constraint', ['customer_id'], { constraint: 'k' }))).toEqual([]);
    expect(superseded(indexFacts('partial', ['customer_id'], { predicate: '(active)' }))).toEqual([]);
    expect(superseded(indexFacts('covering', ['customer_id'], { included: ['total'] }))).toEqual([]);
    expect(superseded(indexFacts('other', ['created_at']))).toEqual([]);
    const patterns = indexKey('customer_id', { defaultOperators: false });
    expect(superseded(indexFacts('patterns', [], { keys: [patterns] }))).toEqual([]);
  });

  test('none where the wider one sorts by another collation', () => {
    const key = { column: 'customer_id', descending: false, nullsFirst: false };
    const superseded = (more: object) =>
      supersededBy(
        { schema: 'public', table: 't', name: 'n', keys: [{ ...key, ...more }] },
        { indexes: [indexFacts('narrow', ['customer_id'])] },
      );
    expect(superseded({})).toHaveLength(1);
    expect(superseded({ collation: '"C"' })).toEqual([]);
  });

  test('the name that the server would choose', () => {
    const named = (condition: string) => candidates(where(condition))[0]?.definition.name;
    expect(named("lower(name) = 'x'")).toBe('t_lower_idx');
    expect(named("data ->> 'a' = 'x' AND data ->> 'b' = 'x'")).toBe('t_expr_expr1_idx');
    expect(named("(data ->> 'n')::int = 5")).toBe('t_int4_idx');
    expect(named("created_at::date = '2024-01-01'")).toBe('t_created_at_idx');
    expect(named("coalesce(code, '') = 'x'")).toBe('t_coalesce_idx');
  });

  test('for a partitioned table, all steps in order', () => {
    const partitioning = {
      strategy: 'range',
      keys: ['created_at'],
      partitions: [
        { schema: 'shop', name: 't_1' },
        { schema: 'old', name: 'Part 2' },
      ],
      nested: false,
    } as const;
    const table = { kind: 'partitioned-table', partitioning } as const;
    const [only] = candidates(where('customer_id = 5'), { table });
    expect(only?.steps.map(({ up, transactional }) => [up, transactional])).toEqual([
      ['CREATE INDEX CONCURRENTLY t_1_customer_id_idx ON shop.t_1 (customer_id)', false],
      ['CREATE INDEX CONCURRENTLY "Part 2_customer_id_idx" ON old."Part 2" (customer_id)', false],
      ['CREATE INDEX t_customer_id_idx ON ONLY shop.t (customer_id)', true],
      ['ALTER INDEX shop.t_customer_id_idx ATTACH PARTITION shop.t_1_customer_id_idx', true],
      ['ALTER INDEX shop.t_customer_id_idx ATTACH PARTITION old."Part 2_customer_id_idx"', true],
    ]);
    const nested = { ...partitioning, nested: true };
    expect(found(where('customer_id = 5'), { table: { ...table, partitioning: nested } })).toEqual([]);
  });
});
