import { beforeAll, describe, expect, test } from 'vitest';
import { analyzeStep, createIndexStep, dropIndexStep, type SqlStep } from '../change.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { plain } from './formats/plain.ts';
import { migrationsOf, slug } from './migration.ts';

beforeAll(loadParser);

const NOW = new Date('2026-11-22T10:15:59.750Z');
const ORIGIN = {
  taskFile: 'tasks/tasks-0001-database-performance.md',
  itemId: '1.1',
  itemTitle: 'Slow order list',
  reason: 'a sequential scan reads 120,000 rows for 30',
};

const build = (name: string) =>
  createIndexStep({
    schema: 'app',
    table: 'orders',
    name,
    keys: [{ column: 'customer_id', descending: false, nullsFirst: false }],
  });
const analyze = (name: string) => analyzeStep({ schema: 'app', name, columns: [{ name: 'id' }] });
const raw = (up: string, down: string | null = null): SqlStep => ({
  type: 'sql',
  name: 'raw',
  up,
  down,
  transactional: true,
  inTransaction: up,
  builds: null,
  removes: null,
  leavesNothing: false,
});

const FOLDER = { path: 'db/migrations', paths: [], texts: new Map() };

const of = (steps: readonly SqlStep[], origin = ORIGIN) =>
  migrationsOf({ summary: 'a change', steps }, origin, NOW, plain, FOLDER).map((migration) => ({
    ...migration,
    downText: migration.files.find(({ path }) => path === migration.downPath)?.text ?? '',
  }));

describe('files', () => {
  test('a concurrent build: header, one statement, its undoing', () => {
    const [only, ...others] = of([build('orders_customer_id_idx')]);
    expect(others).toEqual([]);
    const header = [
      '-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 1.1: Slow order list',
      '-- Reason: a sequential scan reads 120,000 rows for 30',
      '-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on',
      '-- Runs outside a transaction block, alone in its file.',
      '',
    ].join('\n');
    expect(only).toMatchObject({
      name: '20261122101559_orders_customer_id_idx',
      upPath: 'db/migrations/20261122101559_orders_customer_id_idx.up.sql',
      downPath: 'db/migrations/20261122101559_orders_customer_id_idx.down.sql',
      upText: `${header}CREATE INDEX CONCURRENTLY orders_customer_id_idx ON app.orders (customer_id);\n`,
      downText: `${header}DROP INDEX CONCURRENTLY IF EXISTS app.orders_customer_id_idx;\n`,
    });
  });

  test('what a transaction may hold stays together, what it may not stands alone, in order', () => {
    const steps = [analyze('a'), analyze('b'), build('one'), build('two'), analyze('c')];
    const migrations = of(steps);
    expect(migrations.map((migration) => migration.steps.map((step) => step.name))).toEqual([
      ['analyze_a', 'analyze_b'],
      ['one'],
      ['two'],
      ['analyze_c'],
    ]);
    expect(migrations.map(({ name }) => name)).toEqual([
      '20261122101559_analyze_a_analyze_b',
      '20261122101600_one',
      '20261122101601_two',
      '20261122101602_analyze_c',
    ]);
    expect(migrations.flatMap((migration) => migration.steps)).toEqual(steps);
  });

  test('names sort as the steps run, also past midnight and in other time zones', () => {
    const steps = [build('b'), build('a')];
    const migrations = migrationsOf(
      { summary: '', steps },
      ORIGIN,
      new Date('2026-12-31T23:59:59-02:00'),
      plain,
      FOLDER,
    );
    expect(migrations.map(({ name }) => name)).toEqual(['20270101015959_b', '20270101020000_a']);
  });

  test('what has nothing to undo says so', () => {
    const [only] = of([analyze('orders')]);
    expect(only?.downText.endsWith('\n-- Nothing to undo.\n')).toBe(true);
    expect(parseStatements(only?.downText ?? 'x')).toEqual([]);
  });

  test('undoing goes backwards', () => {
    const [only] = of([raw('SELECT 1', 'SELECT -1'), analyze('a'), raw('SELECT 2', 'SELECT -2')]);
    expect(statementsOf(only?.upText)).toEqual(['SELECT 1', 'ANALYZE app.a', 'SELECT 2']);
    expect(statementsOf(only?.downText)).toEqual(['SELECT -2', 'SELECT -1']);
  });

  test('every step is a statement of its file, whatever it ends with', () => {
    const [only] = of([raw('SELECT 1 -- old'), raw('SELECT 2 /* new */'), raw("SELECT '--'")]);
    const found = parseStatements(only?.upText ?? '');
    expect(found).toHaveLength(3);
    expect(only?.upText.trimEnd().endsWith(';')).toBe(true);
  });

  test('a change without steps is no migration', () => {
    expect(of([])).toEqual([]);
  });
});

describe('the header', () => {
  /** As the server and psql see lines: both end a comment at CR and at LF; editors also elsewhere. */
  const BREAKS = /[\n\r\v\f\u0085\u2028\u2029]/;

  test.each([
    ['line feed', '\n'],
    ['carriage return', '\r'],
    ['both', '\r\n'],
    ['line separator', '\u2028'],
    ['paragraph separator', '\u2029'],
    ['next line', '\u0085'],
    ['form feed', '\f'],
    ['NUL', '\0'],
    ['escape', '\u001B[2J'],
    ['bidirectional override', '\u202E'],
    ['bidirectional isolate', '\u2066'],
    ['right-to-left mark', '\u200F'],
    ['zero-width joiner, as in emoji', '\u200D'],
    ['byte order mark', '\uFEFF'],
    ['Arabic letter mark', '\u061C'],
  ])('a %s in a title or a reason breaks out of no comment and hides nothing', (_name, separator) => {
    const text = `before${separator}DROP TABLE app.orders; --`;
    const [only] = of([build('orders_idx')], { ...ORIGIN, itemTitle: text, reason: text, itemId: text });
    for (const sql of [only?.upText ?? '', only?.downText ?? '']) {
      const statements = statementsOf(sql);
      expect(statements).toHaveLength(1);
      expect(statements[0]).toMatch(/^(CREATE|DROP) INDEX CONCURRENTLY /);
      const lines = sql.split('\n').slice(0, -2);
      expect(lines).toHaveLength(4);
      for (const line of lines) {
        expect(line.startsWith('-- ')).toBe(true);
        expect(line).not.toMatch(BREAKS);
        // oxlint-disable-next-line no-control-regex -- looking for control characters is the purpose
        expect(line).not.toMatch(/[\u0000-\u001F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
      }
    }
  });

  test('names each lock once', () => {
    const [only] = of([analyze('a'), analyze('b'), raw('TRUNCATE t')]);
    expect(only?.upText).toContain(
      '-- Lock: SHARE UPDATE EXCLUSIVE on the table; reads and writes go on, ACCESS EXCLUSIVE on the table; reads and writes wait\n',
    );
  });

  test('what may run in a transaction claims nothing else', () => {
    expect(of([analyze('a')])[0]?.upText).not.toContain('outside a transaction');
  });
});

describe('odd names', () => {
  test('are quoted in the statements and plain words in the file name', () => {
    const step = createIndexStep({
      schema: 'My Shop',
      table: 'Order "Lines"',
      name: '../Größe; rm',
      keys: [{ column: 'select', descending: false, nullsFirst: false }],
    });
    const [only] = of([step]);
    expect(only?.name).toBe('20261122101559_gro_e_rm');
    expect(only?.upText).toContain(
      '\nCREATE INDEX CONCURRENTLY "../Größe; rm" ON "My Shop"."Order ""Lines""" ("select");\n',
    );
  });

  test.each([
    ['drop_Orders-IDX', 'drop_orders_idx'],
    ['../../etc/passwd', 'etc_passwd'],
    ['日本語', 'change'],
    ['', 'change'],
    ['Überfällige Rechnungen', 'u_berfa_llige_rechnungen'],
    [`${'a'.repeat(79)}-b`, 'a'.repeat(79)],
  ])('slug of %j', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });
});

test('a dropped index comes back without blocking anybody', () => {
  const definition =
    'CREATE UNIQUE INDEX orders_note_idx ON app.orders USING btree (note) WHERE (note IS NOT NULL)';
  const [only] = of([dropIndexStep({ schema: 'app', name: 'orders_note_idx', oid: 16_400, definition })]);
  expect(statementsOf(only?.upText)).toEqual(['DROP INDEX CONCURRENTLY app.orders_note_idx']);
  expect(statementsOf(only?.downText)).toEqual([
    definition.replace('UNIQUE INDEX', 'UNIQUE INDEX CONCURRENTLY'),
  ]);
});

/** Without the comments before the first one. */
function statementsOf(sql: string | undefined): string[] {
  return parseStatements(sql ?? '').map((statement) => statement.sql.replace(/^(--.*\n)+/, ''));
}
