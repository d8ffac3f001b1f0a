import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { drizzle as connectDrizzle } from 'drizzle-orm/node-postgres';
import { migrate as migrateDrizzle } from 'drizzle-orm/node-postgres/migrator';
import { describe, expect, test as base } from 'vitest';
import { analyzeStep, createIndexStep, type SqlStep } from '../src/change.ts';
import { formatNamed } from '../src/migration/formats/index.ts';
import { migrationsOf, type Migration } from '../src/migration/migration.ts';
import { readMigrationFolder } from '../src/pipeline/migration-folder.ts';
import { appFixture } from './support/app.ts';
import type { TestDatabase } from './support/database.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

/** What is written for a tool, applied by that tool. */
const test = base.extend(appFixture);
const execute = promisify(execFile);

const ORIGIN = {
  taskFile: 'tasks/tasks-0001-database-performance.md',
  itemId: '1.1',
  itemTitle: "It's slow; -- ${user} `x` :DATABASE_OWNER */",
  reason: 'a sequential scan; slow',
};
const key = (column: string) => ({ column, descending: false, nullsFirst: false });
const BUILD = createIndexStep({
  schema: 'app',
  table: 'orders',
  name: 'orders_idx',
  keys: [key('customer_id')],
});
const ANALYZE = analyzeStep({ schema: 'app', name: 'orders', columns: [{ name: 'id' }] });
const COMMENT: SqlStep = {
  ...ANALYZE,
  name: 'comment',
  up: `COMMENT ON TABLE app.orders IS 'it''s $1 \\ "fine"'`,
  down: 'COMMENT ON TABLE app.orders IS NULL',
};

/** Writes a change after what is there, as a run does. */
async function write(workspace: Workspace, name: string, ...steps: SqlStep[]): Promise<Migration[]> {
  const format = formatNamed(name);
  const at = () => readMigrationFolder({ root: workspace.path }, format, format.folder);
  const migrations = migrationsOf({ summary: '', steps }, ORIGIN, new Date(), format, await at());
  for (const { path, text } of migrations.flatMap(({ files }) => files)) await workspace.write(path, text);
  for (const { path, text } of format.register?.(migrations, await at(), new Date()) ?? [])
    await workspace.write(path, text);
  return migrations;
}

const require = createRequire(import.meta.url);

/** A program of an npm package, in the workspace, as its users call it. */
function run(workspace: Workspace, { url }: TestDatabase, path: string, ...args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: workspace.path, DATABASE_URL: url };
  return execute(process.execPath, [path, ...args], { cwd: workspace.path, env });
}

async function indexState(app: TestDatabase): Promise<string> {
  const [row] = await app.query<{ valid: boolean }>(
    `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('app.orders_idx')`,
  );
  return row === undefined ? 'none' : row.valid ? 'valid' : 'invalid';
}

async function comment(app: TestDatabase): Promise<string | null> {
  const [row] = await app.query<{ text: string | null }>(
    `SELECT obj_description('app.orders'::regclass) AS text`,
  );
  return row?.text ?? null;
}

describe('node-pg-migrate', () => {
  const PROGRAM = require.resolve('node-pg-migrate/bin/node-pg-migrate');

  test('builds concurrently, runs two statements, and undoes both', async ({ app }) => {
    const workspace = await createWorkspace();
    expect(await write(workspace, 'node-pg-migrate', COMMENT, ANALYZE, BUILD)).toHaveLength(2);
    await run(workspace, app, PROGRAM, 'up');
    expect([await indexState(app), await comment(app)]).toEqual(['valid', `it's $1 \\ "fine"`]);
    await run(workspace, app, PROGRAM, 'down', '2');
    expect([await indexState(app), await comment(app)]).toEqual(['none', null]);
  });

  test('takes a later migration of its own after ours', async ({ app }) => {
    const workspace = await createWorkspace();
    await write(workspace, 'node-pg-migrate', BUILD);
    await run(workspace, app, PROGRAM, 'up');
    await run(workspace, app, PROGRAM, 'create', 'theirs', '--migration-file-language', 'sql');
    await expect(run(workspace, app, PROGRAM, 'up')).resolves.toMatchObject({
      stdout: expect.stringContaining('theirs'),
    });
  });
});

describe('dbmate', () => {
  const PROGRAM = require.resolve('dbmate/dist/cli.js');
  const dbmate = (workspace: Workspace, app: TestDatabase, command: string) =>
    run(workspace, app, PROGRAM, '--url', `${app.url}?sslmode=disable`, '--no-dump-schema', command);

  test('builds concurrently, runs two statements, and undoes both', async ({ app }) => {
    const workspace = await createWorkspace();
    expect(await write(workspace, 'dbmate', COMMENT, ANALYZE, BUILD)).toHaveLength(2);
    await dbmate(workspace, app, 'migrate');
    expect([await indexState(app), await comment(app)]).toEqual(['valid', `it's $1 \\ "fine"`]);
    await dbmate(workspace, app, 'rollback');
    await dbmate(workspace, app, 'rollback');
    expect([await indexState(app), await comment(app)]).toEqual(['none', null]);
  });
});

describe('graphile-migrate', () => {
  const PROGRAM = require.resolve('graphile-migrate/dist/cli.js');
  const migrate = async (workspace: Workspace, app: TestDatabase) => {
    await workspace.write('.gmrc', JSON.stringify({ connectionString: app.url }));
    return run(workspace, app, PROGRAM, 'migrate');
  };

  test('accepts the chain of hashes, builds concurrently, runs two statements', async ({ app }) => {
    const workspace = await createWorkspace();
    await write(workspace, 'graphile-migrate', COMMENT, ANALYZE);
    await migrate(workspace, app);
    await write(workspace, 'graphile-migrate', BUILD);
    await migrate(workspace, app);
    expect([await indexState(app), await comment(app)]).toEqual(['valid', `it's $1 \\ "fine"`]);
    expect(await app.query('SELECT filename FROM graphile_migrate.migrations ORDER BY 1')).toEqual([
      { filename: '000001.sql' },
      { filename: '000002.sql' },
    ]);
  });

  test('refuses the chain where somebody has changed a file', async ({ app }) => {
    const workspace = await createWorkspace();
    const [only] = await write(workspace, 'graphile-migrate', BUILD);
    await workspace.write(only?.upPath ?? '', `${only?.upText}SELECT 1;\n`);
    await expect(migrate(workspace, app)).rejects.toThrow(/does not match/);
    expect(await indexState(app)).toBe('none');
  });
});

describe('Drizzle', () => {
  const migrate = async (workspace: Workspace, app: TestDatabase) => {
    const database = connectDrizzle(app.url);
    try {
      await migrateDrizzle(database, { migrationsFolder: join(workspace.path, 'drizzle') });
    } finally {
      await database.$client.end();
    }
  };

  test('runs two statements after its own migrations, and never sees what it cannot run', async ({ app }) => {
    const workspace = await createWorkspace();
    const own = { idx: 0, version: '7', when: Date.now() + 60_000, tag: '0000_own', breakpoints: true };
    await workspace.write('drizzle/0000_own.sql', 'CREATE TABLE app.own (id int);');
    await workspace.write(
      'drizzle/meta/_journal.json',
      JSON.stringify({ version: '7', dialect: 'postgresql', entries: [own] }),
    );
    await migrate(workspace, app);
    const [together, alone] = await write(workspace, 'drizzle', COMMENT, ANALYZE, BUILD);
    expect([together?.name, alone?.byHand]).toEqual(['0001_comment_analyze_orders', true]);
    await migrate(workspace, app);
    expect([await indexState(app), await comment(app)]).toEqual(['none', `it's $1 \\ "fine"`]);
    await app.query(alone?.upText ?? '');
    expect(await indexState(app)).toBe('valid');
  });

  test('cannot run a concurrent build, which is why it is left to a person', async ({ app }) => {
    const workspace = await createWorkspace();
    const [migration] = await write(workspace, 'drizzle', ANALYZE);
    await workspace.write(migration?.upPath ?? '', `${BUILD.up};\n`);
    await expect(migrate(workspace, app)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('cannot run inside a transaction block') },
    });
  });
});

describe('one message, as golang-migrate and Prisma send a file', () => {
  test.for(['golang-migrate', 'prisma'])(
    '%s: a lone statement runs outside of a transaction',
    async (name, { app }) => {
      const workspace = await createWorkspace();
      const [only] = await write(workspace, name, BUILD);
      await app.query(only?.upText ?? '');
      expect(await indexState(app)).toBe('valid');
      await app.query(await workspace.read(only?.downPath ?? ''));
      expect(await indexState(app)).toBe('none');
    },
  );
});
