import { beforeAll, describe, expect, test } from 'vitest';
import { administer } from '../test/support/database.ts';
import { analyzeStep, createIndexStep, dropIndexStep, renderKey, type IndexDefinition } from './change.ts';
import { loadParser, parseStatements } from './sql/parse.ts';

beforeAll(loadParser);

const key = (column: string, descending = false, nullsFirst = descending) => ({
  column,
  descending,
  nullsFirst,
});

const ODD_NAMES = [
  'Order Lines',
  'select',
  'say "hi"',
  '"',
  'größe',
  '日本語',
  '1st',
  'a.b',
  "it's",
  'a;b--c',
  '/*',
  ' ',
  '$1',
  'UPPER',
  'new\nline',
];

describe('createIndexStep', () => {
  test('plain names', () => {
    const index: IndexDefinition = {
      schema: 'shop',
      table: 'orders',
      name: 'orders_idx',
      keys: [key('customer_id'), key('created_at', true)],
    };
    expect(createIndexStep(index)).toEqual({
      type: 'sql',
      name: 'orders_idx',
      up: 'CREATE INDEX CONCURRENTLY orders_idx ON shop.orders (customer_id, created_at DESC)',
      down: 'DROP INDEX CONCURRENTLY IF EXISTS shop.orders_idx',
      transactional: false,
      inTransaction: 'CREATE INDEX orders_idx ON shop.orders (customer_id, created_at DESC)',
      builds: index,
      removes: null,
      leavesNothing: false,
    });
  });

  test.each([...ODD_NAMES])('%j as every name is read back by the parser', (name) => {
    expect(readBack(name)).toEqual(everywhere(name));
  });

  test('every keyword of the server as every name is read back by the parser', async () => {
    const keywords = await administer('SELECT word FROM pg_get_keywords() ORDER BY word');
    expect(keywords.length).toBeGreaterThan(400);
    const words = keywords.map(({ word }) => String(word));
    expect(words.map(readBack)).toEqual(words.map(everywhere));
  });
});

describe('renderKey', () => {
  test.each([
    [key('a', false, false), 'a'],
    [key('a', false, true), 'a NULLS FIRST'],
    [key('a', true, true), 'a DESC'],
    [key('a', true, false), 'a DESC NULLS LAST'],
    [key('Order', true, false), '"Order" DESC NULLS LAST'],
  ])('%o', (definition, expected) => {
    expect(renderKey(definition)).toBe(expected);
  });
});

describe('analyzeStep', () => {
  test('analyses the table for good, and column by column in a trial', () => {
    const step = analyzeStep({
      schema: 'shop',
      name: 'Order Lines',
      columns: [{ name: 'id' }, { name: 'Größe' }],
    });
    expect(step).toMatchObject({
      name: 'analyze_Order Lines',
      up: 'ANALYZE shop."Order Lines"',
      down: null,
      transactional: true,
      inTransaction: 'ANALYZE shop."Order Lines" (id, "Größe")',
      builds: null,
    });
  });

  test.each([...ODD_NAMES])('%j as every name is read back by the parser', (name) => {
    const { up, inTransaction } = analyzeStep({ schema: name, name, columns: [{ name }] });
    for (const [sql, columns] of [
      [up, []],
      [inTransaction, [name]],
    ] as const) {
      const tree = treeOf(sql ?? '');
      const relation = 'VacuumStmt' in tree ? tree.VacuumStmt.rels?.[0] : undefined;
      if (relation === undefined || !('VacuumRelation' in relation)) throw new Error(`no ANALYZE: ${sql}`);
      const { relation: table, va_cols: found = [] } = relation.VacuumRelation;
      expect([table?.schemaname, table?.relname]).toEqual([name, name]);
      expect(found.map((column) => ('String' in column ? column.String.sval : null))).toEqual(columns);
    }
  });
});

describe('dropIndexStep', () => {
  test.each([
    [
      'CREATE INDEX a_idx ON shop.a USING btree (b)',
      'CREATE INDEX CONCURRENTLY a_idx ON shop.a USING btree (b)',
    ],
    [
      'CREATE UNIQUE INDEX a_idx ON shop.a USING gin (b) WHERE (c > 0)',
      'CREATE UNIQUE INDEX CONCURRENTLY a_idx ON shop.a USING gin (b) WHERE (c > 0)',
    ],
    [
      'CREATE INDEX "CREATE INDEX x" ON shop.a USING btree (b)',
      'CREATE INDEX CONCURRENTLY "CREATE INDEX x" ON shop.a USING btree (b)',
    ],
  ])('%s comes back without blocking', (definition, down) => {
    const step = dropIndexStep({ schema: 'shop', name: 'Odd "name"', oid: 16_400, definition });
    expect(step).toMatchObject({
      up: 'DROP INDEX CONCURRENTLY shop."Odd ""name"""',
      down,
      transactional: false,
      inTransaction: null,
      builds: null,
      removes: { schema: 'shop', name: 'Odd "name"', oid: 16_400, definition },
    });
    expect(indexOf(down).concurrent).toBe(true);
  });
});

/** Builds an index with that name everywhere, and says what the parser makes of the statements. */
function readBack(name: string): unknown {
  const keys = [key(name), key(name, true, false)];
  const step = createIndexStep({ schema: name, table: name, name, keys });
  const drop = treeOf(step.down ?? '');
  return {
    builds: [step.up, step.inTransaction ?? '']
      .map(indexOf)
      .map(({ idxname, relation, indexParams = [] }) => ({
        names: [idxname, relation?.schemaname, relation?.relname],
        keys: indexParams.map((param) =>
          'IndexElem' in param ? [param.IndexElem.name, param.IndexElem.ordering] : null,
        ),
      })),
    drop: 'DropStmt' in drop ? drop.DropStmt : null,
  };
}

function everywhere(name: string): unknown {
  const build = {
    names: [name, name, name],
    keys: [
      [name, 'SORTBY_DEFAULT'],
      [name, 'SORTBY_DESC'],
    ],
  };
  return {
    builds: [build, build],
    drop: {
      objects: [{ List: { items: [{ String: { sval: name } }, { String: { sval: name } }] } }],
      removeType: 'OBJECT_INDEX',
      behavior: 'DROP_RESTRICT',
      missing_ok: true,
      concurrent: true,
    },
  };
}

function indexOf(sql: string) {
  const tree = treeOf(sql);
  if (!('IndexStmt' in tree)) throw new Error(`no CREATE INDEX: ${sql}`);
  return tree.IndexStmt;
}

function treeOf(sql: string) {
  const [only, ...others] = parseStatements(sql);
  if (only === undefined || others.length > 0) throw new Error(`not one statement: ${sql}`);
  return only.tree;
}
