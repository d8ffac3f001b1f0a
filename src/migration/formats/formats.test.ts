import { beforeAll, describe, expect, test } from 'vitest';
import { analyzeStep, createIndexStep, type SqlStep } from '../../change.ts';
import { Blocked } from '../../outcome.ts';
import { loadParser, parseStatements } from '../../sql/parse.ts';
import { migrationsOf } from '../migration.ts';
import type { Migration, MigrationFolder } from './format.ts';
import { FORMATS, formatNamed } from './index.ts';

beforeAll(loadParser);

const NOW = new Date('2026-11-22T10:15:59.750Z');
const ORIGIN = {
  taskFile: 'tasks/tasks-0001-database-performance.md',
  itemId: '1.1',
  itemTitle: 'Slow order list',
  reason: 'a sequential scan',
};
const TOOLS = FORMATS.filter(({ tool }) => tool !== null).map(({ name }) => name);

const build = (name = 'orders_idx') =>
  createIndexStep({
    schema: 'app',
    table: 'orders',
    name,
    keys: [{ column: 'customer_id', descending: false, nullsFirst: false }],
  });
const analyze = (name: string) => analyzeStep({ schema: 'app', name, columns: [{ name: 'id' }] });
const raw = (up: string, transactional = true): SqlStep => ({
  ...analyze('x'),
  name: 'raw',
  up,
  down: 'SELECT -1',
  transactional,
});

const folderOf = (path: string, files: Readonly<Record<string, string>> = {}): MigrationFolder => ({
  path,
  paths: Object.keys(files),
  texts: new Map(Object.entries(files)),
});

function write(
  name: string,
  steps: readonly SqlStep[],
  files: Readonly<Record<string, string>> = {},
  origin = ORIGIN,
): Migration[] {
  const format = formatNamed(name);
  return migrationsOf({ summary: 'a change', steps }, origin, NOW, format, folderOf(format.folder, files));
}

const textsOf = (migrations: readonly Migration[]) =>
  Object.fromEntries(migrations.flatMap(({ files }) => files).map(({ path, text }) => [path, text]));

const HEADER = `-- Migration by pitstop for tasks/tasks-0001-database-performance.md, item 1.1: Slow order list
-- Reason: a sequential scan
-- Lock: SHARE UPDATE EXCLUSIVE on the table, reads and writes go on
`;
const ALONE = `${HEADER}-- Runs outside a transaction block, alone in its file.\n`;
const CREATE = 'CREATE INDEX CONCURRENTLY orders_idx ON app.orders (customer_id);\n';
const DROP = 'DROP INDEX CONCURRENTLY IF EXISTS app.orders_idx;\n';

describe('M10: a concurrent build', () => {
  test.each([
    ['plain', 'migrations/20261122101559_orders_idx.down.sql'],
    ['node-pg-migrate', 'migrations/20261122101559750_orders_idx.js'],
    ['dbmate', 'db/migrations/20261122101559_orders_idx.sql'],
    ['flyway', 'sql/U20261122101559__orders_idx.sql'],
    ['golang-migrate', 'db/migrations/20261122101559_orders_idx.down.sql'],
    ['prisma', 'prisma/migrations/20261122101559_orders_idx/down.sql'],
    ['drizzle', 'drizzle/by-hand/20261122101559_orders_idx.down.sql'],
    ['graphile-migrate', null],
  ])('%s: is undone by %s', (format, downPath) => {
    expect(write(format, [build()]).map((migration) => migration.downPath)).toEqual([downPath]);
  });

  test('dbmate: a block marked transaction:false', () => {
    expect(textsOf(write('dbmate', [build()]))).toEqual({
      'db/migrations/20261122101559_orders_idx.sql': `${ALONE}
-- migrate:up transaction:false
${CREATE}
-- migrate:down transaction:false
${DROP}`,
    });
  });

  test('node-pg-migrate: JavaScript, since its SQL files cannot leave the transaction', () => {
    const header = ALONE.replaceAll(/^--/gm, '//');
    expect(textsOf(write('node-pg-migrate', [build()]))).toEqual({
      'migrations/20261122101559750_orders_idx.js': `${header}// SQL files of node-pg-migrate run in a transaction, JavaScript can leave it.

export const up = (pgm) => {
  pgm.noTransaction();
  pgm.sql(\`CREATE INDEX CONCURRENTLY orders_idx ON app.orders (customer_id)\`);
};

export const down = (pgm) => {
  pgm.noTransaction();
  pgm.sql(\`DROP INDEX CONCURRENTLY IF EXISTS app.orders_idx\`);
};
`,
    });
  });

  test('Flyway: a script configuration beside each script', () => {
    const migrations = write('flyway', [build()]);
    const note =
      '-- Flyway has to run with flyway.postgresql.transactional.lock=false, or a concurrent build waits for the transaction that holds its lock\n';
    expect(textsOf(migrations)).toEqual({
      'sql/V20261122101559__orders_idx.sql': ALONE + note + CREATE,
      'sql/V20261122101559__orders_idx.sql.conf': 'executeInTransaction=false\n',
      'sql/U20261122101559__orders_idx.sql': ALONE + note + DROP,
      'sql/U20261122101559__orders_idx.sql.conf': 'executeInTransaction=false\n',
    });
    expect(migrations[0]?.note).toContain('transactional.lock=false');
  });

  test('golang-migrate: a lone statement, and the header says why that is enough', () => {
    const note =
      '-- golang-migrate runs a lone statement outside of a transaction, unless x-use-transaction is set, leave that off\n';
    expect(textsOf(write('golang-migrate', [build()]))).toEqual({
      'db/migrations/20261122101559_orders_idx.up.sql': ALONE + note + CREATE,
      'db/migrations/20261122101559_orders_idx.down.sql': ALONE + note + DROP,
    });
  });

  test('graphile-migrate: --! no-transaction first in the body, the undoing as a comment', () => {
    const [only] = write('graphile-migrate', [build()]);
    expect(only).toMatchObject({ name: '000001-orders_idx', downPath: null });
    expect(only?.upText).toBe(`--! Previous: -
--! Hash: ${/sha1:\w{40}/.exec(only?.upText ?? '')?.[0]}
--! Message: orders idx

--! no-transaction
${ALONE}-- To undo: DROP INDEX CONCURRENTLY IF EXISTS app.orders_idx
${CREATE}`);
  });

  test('Drizzle: by hand, said in the header and for the item, and not in the journal', () => {
    const migrations = write('drizzle', [build()]);
    const note =
      'Drizzle runs every migration in a transaction; this one has to be applied by hand: psql -f drizzle/by-hand/20261122101559_orders_idx.up.sql';
    expect(textsOf(migrations)).toEqual({
      'drizzle/by-hand/20261122101559_orders_idx.up.sql': `${ALONE}-- ${note.replace(';', ',')}\n${CREATE}`,
      'drizzle/by-hand/20261122101559_orders_idx.down.sql': `${ALONE}-- ${note.replace(';', ',')}\n${DROP}`,
    });
    expect(migrations).toMatchObject([{ byHand: true, note }]);
    expect(formatNamed('drizzle').register?.(migrations, folderOf('drizzle'), NOW)).toEqual([]);
  });

  test('Prisma: a lone statement, and the way back for db execute', () => {
    const mark = '-- Prisma has no mark for this, it runs a lone statement outside of a transaction.\n';
    const down = 'prisma/migrations/20261122101559_orders_idx/down.sql';
    expect(textsOf(write('prisma', [build()]))).toEqual({
      'prisma/migrations/20261122101559_orders_idx/migration.sql': ALONE + mark + CREATE,
      [down]: `${ALONE}${mark}-- Undo it with: npx prisma db execute --file ${down}\n${DROP}`,
    });
  });
});

describe('M10: two statements that a transaction may hold', () => {
  const two = [analyze('a'), analyze('b')];
  const UP = 'ANALYZE app.a;\nANALYZE app.b;\n';

  test.each<[string, Readonly<Record<string, string>>]>([
    [
      'dbmate',
      {
        'db/migrations/20261122101559_analyze_a_analyze_b.sql': `${HEADER}\n-- migrate:up\n${UP}\n-- migrate:down\n-- Nothing to undo.\n`,
      },
    ],
    [
      'node-pg-migrate',
      {
        'migrations/20261122101559750_analyze_a_analyze_b.sql': `${HEADER}\n-- Up Migration\n${UP}\n-- Down Migration\n-- Nothing to undo.\n`,
      },
    ],
    [
      'flyway',
      {
        'sql/V20261122101559__analyze_a_analyze_b.sql': HEADER + UP,
        'sql/U20261122101559__analyze_a_analyze_b.sql': `${HEADER}-- Nothing to undo.\n`,
      },
    ],
    [
      'golang-migrate',
      {
        'db/migrations/20261122101559_analyze_a_analyze_b.up.sql': HEADER + UP,
        'db/migrations/20261122101559_analyze_a_analyze_b.down.sql': `${HEADER}-- Nothing to undo.\n`,
      },
    ],
    [
      'drizzle',
      {
        'drizzle/0000_analyze_a_analyze_b.sql': `${HEADER}ANALYZE app.a;\n--> statement-breakpoint\nANALYZE app.b;\n`,
      },
    ],
    [
      'prisma',
      {
        'prisma/migrations/20261122101559_analyze_a_analyze_b/migration.sql': HEADER + UP,
        'prisma/migrations/20261122101559_analyze_a_analyze_b/down.sql': `${HEADER}-- Undo it with: npx prisma db execute --file prisma/migrations/20261122101559_analyze_a_analyze_b/down.sql\n-- Nothing to undo.\n`,
      },
    ],
  ])('%s', (name, files) => {
    expect(textsOf(write(name, two))).toEqual(files);
  });

  test('graphile-migrate', () => {
    expect(write('graphile-migrate', two)[0]?.upText.split('\n\n')[1]).toBe(HEADER + UP);
  });
});

describe.each(TOOLS)('%s', (name) => {
  test('statements are undone backwards', () => {
    const steps = [
      { ...raw('SELECT 1'), down: 'SELECT -1' },
      { ...raw('SELECT 2'), down: 'SELECT -2' },
    ];
    const [only] = write(name, steps);
    const down = only?.files.find(({ path }) => path === only.downPath)?.text ?? only?.upText ?? '';
    expect(down.lastIndexOf('SELECT -2')).toBeGreaterThan(0);
    expect(down.lastIndexOf('SELECT -2')).toBeLessThan(down.lastIndexOf('SELECT -1'));
  });

  test('every file that it names is among its files, and no two migrations share one', () => {
    const migrations = write(name, [analyze('a'), build('one'), build('two')]);
    expect(migrations).toHaveLength(3);
    const paths = migrations.flatMap(({ files }) => files.map(({ path }) => path));
    expect(new Set(paths).size).toBe(paths.length);
    expect(new Set(migrations.map((migration) => migration.name)).size).toBe(3);
    for (const { files, upPath, upText, downPath } of migrations) {
      expect(files).toContainEqual({ path: upPath, text: upText });
      expect([null, ...files.map(({ path }) => path)]).toContain(downPath);
    }
  });

  test('M12: a title is a comment and nothing else, also to a tool that splits or replaces', () => {
    const title =
      'x; DROP TABLE app.orders; --\n-- migrate:down\r--> statement-breakpoint\u2028${user} :DATABASE_OWNER */ `${process.exit()}`';
    const migrations = write(name, [build()], {}, { ...ORIGIN, itemTitle: title, reason: title });
    const scripts = migrations.flatMap(({ files }) => files).filter(({ path }) => !path.endsWith('.conf'));
    for (const { path, text } of scripts) {
      const comments = text.split('\n').filter((line) => /^(?:--|\/\/) (?:Migration|Reason)/.test(line));
      expect(comments).toHaveLength(2);
      for (const line of comments) expect(line).not.toMatch(/;|\$\{|:DATABASE|[\r\u2028]/);
      expect(text).not.toMatch(/^(?!--|\/\/).*DROP TABLE/m);
      // One up, one down.
      expect(path.endsWith('.js') ? 0 : parseStatements(text).length).toBeLessThanOrEqual(2);
    }
  });
});

describe('M12: a statement that holds an instruction to the tool is refused', () => {
  test.each([
    ['dbmate', 'SELECT 1 /*\n-- migrate:down\nDROP TABLE app.orders; */'],
    ['node-pg-migrate', `COMMENT ON TABLE app.orders IS '\n--- Down Migration\nDROP TABLE app.orders; --'`],
    ['golang-migrate', `COMMENT ON TABLE app.orders IS 'a; DROP TABLE app.orders; --'`],
    ['drizzle', `COMMENT ON TABLE app.orders IS '--> statement-breakpoint DROP TABLE app.orders --'`],
    ['graphile-migrate', `COMMENT ON TABLE app.orders IS ':DATABASE_OWNER'`],
  ])('%s', (name, sql) => {
    expect(() => write(name, [raw(sql)])).toThrow(Blocked);
    expect(() => write(name, [{ ...raw('SELECT 1'), down: sql }])).toThrow(/by hand/);
    expect(write('plain', [raw(sql)])).toHaveLength(1);
  });

  test('Flyway is told not to replace anything', () => {
    const texts = textsOf(write('flyway', [raw("SELECT '${user}'")]));
    expect(texts['sql/V20261122101559__raw.sql.conf']).toBe('placeholderReplacement=false\n');
    expect(texts['sql/U20261122101559__raw.sql.conf']).toBeUndefined();
  });
});

describe('node-pg-migrate', () => {
  test('SQL in JavaScript is exactly the SQL', async () => {
    const sql = 'SELECT $$`${process.exit(3)}` \\ \r\n \\u0041$$';
    const [only] = write('node-pg-migrate', [raw(sql, false)]);
    const sent: string[] = [];
    const module: unknown = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(only?.upText ?? '')}`
    );
    (module as { up: (pgm: object) => void }).up({
      noTransaction: () => sent.push('outside'),
      sql: (text: string) => sent.push(text),
    });
    expect(sent).toEqual(['outside', sql]);
  });

  test('what has nothing to undo undoes nothing', () => {
    const [only] = write('node-pg-migrate', [{ ...raw('VACUUM app.a', false), down: null }]);
    expect(only?.upText).toContain('export const down = () => {};');
  });
});

describe('M13: what is there already', () => {
  test.each([
    ['dbmate', { '0007_a.sql': '' }, ['0008_analyze_a', '0009_orders_idx']],
    [
      'node-pg-migrate',
      { '1700000000000_a.js': '' },
      ['1795342559750_analyze_a', '1795342560750_orders_idx'],
    ],
    ['flyway', { 'V3__a.sql': '', 'sub/V12.1__b.sql': '' }, ['V13__analyze_a', 'V14__orders_idx']],
    ['golang-migrate', { '000003_a.up.sql': '' }, ['000004_analyze_a', '000005_orders_idx']],
    [
      'prisma',
      { '20300101000000_a/migration.sql': '' },
      ['20300101000001_analyze_a', '20300101000002_orders_idx'],
    ],
    [
      'graphile-migrate',
      { 'committed/000009-a.sql': '', 'committed/000010.sql': '--! Previous: x\n--! Hash: sha1:abc\n\n' },
      ['000011-analyze_a', '000012-orders_idx'],
    ],
  ])('%s goes on after it', (name, files, expected) => {
    expect(write(name, [analyze('a'), build()], files).map((migration) => migration.name)).toEqual(expected);
  });
});

test('an unknown name is answered with the known ones', () => {
  expect(() => formatNamed('liquibase')).toThrow(/plain, node-pg-migrate, dbmate/);
});

test('M1: a plain file never takes the name of one that is there', () => {
  const [first] = write('plain', [raw('DROP TABLE app.lines')]);
  const path = first?.upPath.replace(/^migrations\//, '') ?? '';
  const [second] = write('plain', [raw('DROP TABLE app.lines')], { [path]: '' });
  expect(second?.name).toBe(`${first?.name}_2`);
});
