import { expect, onTestFinished } from 'vitest';
import type { Place } from './agreement.ts';
import { createApp } from './app.ts';
import { pinAlice, signAsAlice } from './approver.ts';
import { runCli, type CliOptions, type CliResult } from './cli.ts';
import type { TestDatabase } from './database.ts';
import { runWith } from './run.ts';
import { queryItem, TASK_FILE, taskFile } from './task-file.ts';
import { createWorkspace } from './workspace.ts';

/** A working copy, a database, and the URL by which pitstop connects to it. */
export interface Subject extends Place {
  readonly url: string;
}

/** What is called on it, as often as one likes. */
export type Command = (subject: Subject, options?: Partial<CliOptions>) => Promise<CliResult>;

const SMALL = { orders: 40_000, lines: 1 };
/** A gain this clear is seen in a tenth of that, on a machine that is not busy. */
const CONFIG = JSON.stringify({ measure: { budgetMs: 2_000 } });

export async function validIndexes(app: TestDatabase): Promise<number[]> {
  const rows = await app.query<{ oid: number }>(
    `SELECT indexrelid::int8::float8 AS oid FROM pg_index
      WHERE indrelid = 'app.orders'::regclass AND indisvalid ORDER BY 1`,
  );
  return rows.map(({ oid }) => oid);
}

export async function usesOfApprovals(app: TestDatabase): Promise<number> {
  const [row] = await app.query<{ uses: number }>('SELECT count(*)::int AS uses FROM pitstop.approval_use');
  return row?.uses ?? 0;
}

export const named =
  (action: 'apply' | 'revert', name: string): Command =>
  ({ workspace, url }, options) =>
    runCli([action, name, '--json', '--database-url', url, '--environment', 'development'], {
      cwd: workspace.path,
      ...options,
    });

export const runTasks: Command = ({ workspace, url }, options) =>
  runWith({ cwd: workspace.path, ...options }, url);

/** An index that nobody uses, and an item that wants it gone, for which alice has signed. */
export async function approvedDrop(): Promise<Subject> {
  const app = await createApp(SMALL);
  await app.query('CREATE INDEX orders_note_idx ON app.orders (note)');
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile('- [ ] 2.1 Drop the index on notes\n  - **Index**: `app.orders_note_idx`\n'),
  });
  const subject = { app, workspace, url: await pinAlice(app) };
  expect((await runTasks(subject)).code).toBe(4);
  await signAsAlice(workspace);
  return subject;
}

/**
 * A migration by hand, which runs in a transaction, for which alice has signed.
 * @param way leads to the server instead of its own URL; an approval is for one address
 */
export async function approvedMigration(
  way: (url: string) => Promise<string> = async (url) => url,
): Promise<Subject> {
  const app = await createApp(SMALL);
  const workspace = await createWorkspace({
    'migrations/1_drop_note.up.sql': 'ALTER TABLE app.orders DROP COLUMN note;\n',
    'migrations/1_drop_note.down.sql': 'ALTER TABLE app.orders ADD COLUMN note text;\n',
  });
  const subject = { app, workspace, url: await way(await pinAlice(app)) };
  expect((await named('apply', '1_drop_note')(subject)).code).toBe(4);
  await signAsAlice(workspace);
  return subject;
}

/** A migration by hand that has built an index. */
export async function appliedMigration(): Promise<Subject> {
  const app = await createApp(SMALL);
  const workspace = await createWorkspace({
    'migrations/1_status.up.sql': 'CREATE INDEX CONCURRENTLY orders_status_idx ON app.orders (status);\n',
    'migrations/1_status.down.sql': 'DROP INDEX CONCURRENTLY app.orders_status_idx;\n',
  });
  const subject = { app, workspace, url: app.url };
  expect((await named('apply', '1_status')(subject)).code).toBe(0);
  return subject;
}

/** An item with a statement that an index makes faster. */
export async function slowQuery(): Promise<Subject> {
  const app = await createApp(SMALL);
  const query = 'SELECT id, status FROM app.orders WHERE customer_id = 1234';
  const files = { [TASK_FILE]: taskFile(queryItem('1.1', query)), 'pitstop.config.json': CONFIG };
  return { app, workspace: await createWorkspace(files), url: app.url };
}

/** The states of all attempts in the ledger, the oldest first. */
export async function statesOf(app: TestDatabase): Promise<unknown[]> {
  const rows = await app.query('SELECT state FROM pitstop.migration ORDER BY id');
  return rows.map(({ state }) => state as unknown);
}

/** Hands a subject to a test and drops its database afterwards, whatever connections it still has. */
export async function lent(create: () => Promise<Subject>): Promise<Subject> {
  const subject = await create();
  onTestFinished(() => subject.app.drop());
  return subject;
}
