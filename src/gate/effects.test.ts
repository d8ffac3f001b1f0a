import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { touchedObjects } from '../sql/touched-objects.ts';
import { effectLines, lockLine } from './effects.ts';
import type { Dependent, Dependents, ObjectState } from './object-facts.ts';

beforeAll(loadParser);

const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** What a catalog might say about every object of a statement. */
function linesOf(
  sql: string,
  facts: Partial<ObjectState>,
  more: { dependents?: Partial<Dependents> } = {},
): string[] {
  const { objects, opaque } = touchedObjects(parseStatements(sql));
  const states = objects.map((object): ObjectState => ({
    object,
    found: true,
    oid: 1,
    identity: null,
    kind: null,
    owner: null,
    rows: null,
    sizeBytes: null,
    heapBytes: null,
    indexes: null,
    scans: null,
    scansSince: null,
    table: null,
    ...facts,
  }));
  const dependents = more.dependents && {
    along: [],
    cascaded: [],
    blocking: [],
    deletedRows: [],
    sha256: '',
    ...more.dependents,
  };
  return effectLines({
    objects: states,
    opaque,
    dependents: dependents ?? null,
  });
}

const dependent = (type: string, identity: string, facts: Partial<Dependent> = {}): Dependent => ({
  type,
  schema: null,
  name: null,
  identity,
  rows: null,
  sizeBytes: null,
  foreignKey: false,
  internal: false,
  ...facts,
});

const TABLE = {
  identity: 'shop.orders',
  kind: 'table',
  rows: 120_000,
  sizeBytes: 1.2 * GB,
  heapBytes: GB,
  indexes: 4,
};
const ON_ORDERS = { table: { identity: 'shop.orders', rows: 120_000, sizeBytes: GB } };

describe('says what a statement does', () => {
  test.each<[sql: string, facts: Partial<ObjectState>, line: string]>([
    [
      'DROP INDEX shop.i',
      {
        identity: 'shop.i',
        kind: 'index',
        sizeBytes: 18.1 * MB,
        scans: 0,
        scansSince: '2026-11-01',
        ...ON_ORDERS,
      },
      'removes index shop.i (18.1 MB, 0 scans since 2026-11-01) of shop.orders (about 120,000 rows)',
    ],
    [
      'DROP INDEX shop.i',
      {
        identity: 'shop.i',
        kind: 'index',
        scans: 1,
        table: { identity: 'shop.o', rows: null, sizeBytes: 0 },
      },
      'removes index shop.i (1 scan counted) of shop.o (rows never counted)',
    ],
    [
      'DROP TABLE shop.orders',
      TABLE,
      'removes table shop.orders (about 120,000 rows, 1.2 GB with its 4 indexes)',
    ],
    ['DROP VIEW v', { identity: 'report.v', kind: 'view' }, 'removes view report.v'],
    [
      'DROP FUNCTION f(text)',
      { identity: 'shop.f(pg_catalog.text)', kind: 'function' },
      'removes function shop.f(text)',
    ],
    [
      'ALTER TABLE orders DROP COLUMN notes',
      { identity: 'shop.orders.notes', kind: 'table column', ...ON_ORDERS },
      'removes column notes of shop.orders (about 120,000 rows)',
    ],
    [
      'ALTER TABLE orders DROP CONSTRAINT k',
      { identity: 'k on shop.orders', kind: 'table constraint', ...ON_ORDERS },
      'removes constraint k of shop.orders (about 120,000 rows)',
    ],
    [
      'DROP OWNED BY joe',
      { identity: 'joe', kind: 'role' },
      'removes everything that role joe owns in this database, and its rights there',
    ],
    ['TRUNCATE orders', TABLE, 'empties table shop.orders: about 120,000 rows, 1.2 GB with its 4 indexes'],
    ['DELETE FROM orders', TABLE, 'deletes every row of table shop.orders: about 120,000 rows'],
    [
      'DELETE FROM orders WHERE a',
      TABLE,
      'deletes rows of table shop.orders: about 120,000 rows in all, the condition is not estimated',
    ],
    ['UPDATE orders SET a = 1', { ...TABLE, rows: 1 }, 'changes every row of table shop.orders: about 1 row'],
    [
      'VACUUM FULL orders',
      { ...TABLE, indexes: 1 },
      'rewrites table shop.orders: about 120,000 rows, 1.2 GB with its index',
    ],
    [
      'REINDEX TABLE orders',
      TABLE,
      'rebuilds all indexes of table shop.orders (about 120,000 rows, 1.2 GB with its 4 indexes)',
    ],
    ['CREATE INDEX i ON shop.orders (a)', { found: false }, 'creates index shop.i of shop.orders'],
    [
      'CREATE INDEX i ON shop.orders (a)',
      { identity: 'shop.i', kind: 'index' },
      'index shop.i exists already',
    ],
    ['DROP TABLE "Old Orders"', { found: false }, 'table "Old Orders" does not exist'],
    ['GRANT SELECT ON orders TO joe', TABLE, 'gives rights on table shop.orders'],
  ])('%s', (sql, facts, line) => {
    expect(linesOf(sql, facts)).toContain(line);
  });

  test('of several objects, and later of what a definition holds', () => {
    expect(
      linesOf("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM orders'", { found: false }),
    ).toEqual(['creates function f()', 'when what it defines is used: table orders does not exist']);
    expect(linesOf('DROP VIEW a, b', { kind: 'view' })).toEqual(['removes view a', 'removes view b']);
  });

  test('and that there may be more', () => {
    expect(linesOf("DO $$BEGIN EXECUTE 'x'; END$$", {})).toEqual([
      'may do more than can be seen here: it runs SQL that is built or kept elsewhere',
    ]);
  });
});

test('never says nothing', () => {
  expect(linesOf('ALTER SYSTEM SET work_mem = 1', {})).toEqual([
    'names no object that it changes: read the statement itself',
  ]);
});

describe('lists what goes along', () => {
  const views = [dependent('view', 'report.a'), dependent('view', 'report.b')];
  const key = dependent('table constraint', 'k on shop.orders', { foreignKey: true });

  test('with CASCADE', () => {
    const along = [
      dependent('sequence', 'shop.orders_id_seq', { sizeBytes: 8192 }),
      dependent('type', 'shop.orders', { internal: true }),
    ];
    expect(
      linesOf('DROP TABLE orders CASCADE', TABLE, { dependents: { along, cascaded: [key, ...views] } }),
    ).toEqual([
      expect.stringMatching(/^removes table/),
      'takes along 1 sequence: shop.orders_id_seq (8 kB)',
      'CASCADE also removes 2 views and 1 foreign key: report.a, report.b, k on shop.orders',
    ]);
  });

  test('without it, what makes it fail', () => {
    const policy = dependent('policy', 'p on shop.x');
    expect(
      linesOf('DROP TABLE orders', TABLE, { dependents: { blocking: [...views, policy, policy, key] } })[1],
    ).toBe(
      'fails as it stands, because of 2 views, 2 policies and 1 foreign key: report.a, report.b, p on shop.x, p on shop.x, k on shop.orders',
    );
  });

  test('of TRUNCATE', () => {
    const cascaded = [dependent('table', 'shop.lines', { rows: 240_000, sizeBytes: 20 * MB })];
    expect(linesOf('TRUNCATE orders CASCADE', TABLE, { dependents: { cascaded } })[1]).toBe(
      'CASCADE also empties 1 table: shop.lines (about 240,000 rows, 20 MB)',
    );
  });

  test('and of very many only how many', () => {
    const cascaded = Array.from({ length: 103 }, (_, n) => dependent('index', `shop.i${n}`));
    const [, line] = linesOf('DROP SCHEMA shop CASCADE', { kind: 'schema' }, { dependents: { cascaded } });
    expect(line).toMatch(/^CASCADE also removes 103 indexes: shop\.i0, .*, shop\.i99 and 3 more$/);
  });
});

test('nothing in a name steers the terminal', () => {
  const [line] = linesOf('DROP TABLE x', { identity: 'shop."a\u001B[2Jb\u202E"', kind: 'table' });
  expect(line).toBe('removes table shop."a [2Jb "');
});

test.each([
  [
    { lock: 'AccessExclusiveLock', blocks: 'reads and writes', scans: false, rewrites: false },
    'takes ACCESS EXCLUSIVE on shop.orders: blocks reads and writes; changes the catalog only, so it holds for moments once it has the lock',
  ],
  [
    { lock: 'ACCESS EXCLUSIVE', blocks: 'reads and writes', scans: true, rewrites: false },
    'takes ACCESS EXCLUSIVE on shop.orders: blocks reads and writes; holds it for as long as it takes to read 1 GB',
  ],
  [
    { lock: 'AccessExclusiveLock', blocks: 'reads and writes', scans: true, rewrites: true },
    'takes ACCESS EXCLUSIVE on shop.orders: blocks reads and writes; holds it for as long as it takes to write 1 GB anew and its 4 indexes',
  ],
  [
    { lock: 'ShareUpdateExclusiveLock', blocks: null, scans: true, rewrites: false },
    'takes SHARE UPDATE EXCLUSIVE on shop.orders: blocks neither reads nor writes; holds it for as long as it takes to read 1 GB',
  ],
])('%j', (lock, line) => {
  expect(lockLine(lock, TABLE)).toBe(line);
});
