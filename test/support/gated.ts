import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readSignersTableScript } from '../../src/approval/signers-table.ts';
import { appSql } from './app-sql.ts';
import { runCli, type CliResult } from './cli.ts';
import { createTestDatabase, lend, type TestDatabase } from './database.ts';
import { createRole, type TestRole } from './roles.ts';
import { finished } from './run.ts';
import { TASK_FILE, taskFile } from './task-file.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** A small application's database, and the ordinary role that owns its tables, whom pitstop connects as. */
export interface GatedApp extends TestDatabase {
  readonly role: TestRole;
}

/** The fixture `app`: nothing in it is worth measuring, everything worth approving. */
export const gatedFixture = {
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  app: async ({}: object, use: (app: GatedApp) => Promise<void>) => {
    const app = await createGatedApp();
    await lend(app, () => use(app));
  },
};

/** One more, which the caller drops. */
export async function createGatedApp(): Promise<GatedApp> {
  const database = await createTestDatabase();
  await database.query(appSql({ orders: 100, lines: 200 }));
  await database.query(
    'CREATE INDEX lines_sku_idx ON app.lines (sku); CREATE INDEX orders_note_idx ON app.orders (note)',
  );
  const role = await createRole(database, { grants: [`CREATE ON DATABASE ${database.name}`] });
  for (const what of ['SCHEMA app', 'TABLE app.orders', 'TABLE app.lines'])
    await database.query(`ALTER ${what} OWNER TO ${role.name}`);
  return { ...database, role };
}

/** An item that carries a change to the gate. */
export function gatedItem(id: string, sql: string, title = `Change ${id}`): string {
  return `- [ ] ${id} ${title}\n  - **Candidate**: \`${sql}\`\n`;
}

export function gatedWorkspace(
  items: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  return createWorkspace({ [TASK_FILE]: taskFile(...items), ...files });
}

/** `pitstop COMMAND … --json` against a target, as an agent calls it. */
export function call(
  { path: cwd }: Workspace,
  url: string,
  [command = '', ...args]: readonly string[],
  environment = 'development',
): Promise<CliResult> {
  return runCli([command, ...args, '--json', '--database-url', url, '--environment', environment], { cwd });
}

/** Runs the task file and gives back the id of the request that the named item waits for. */
export async function requestOf(
  workspace: Workspace,
  url: string,
  item: string,
  environment = 'development',
): Promise<string> {
  const result = await call(workspace, url, ['run', TASK_FILE, '--quiet'], environment);
  const request = finished(result).items.find(({ id }) => id === item)?.request;
  if (request == null) throw new Error(`item ${item} waits for nothing:\n${result.stdout}${result.stderr}`);
  return request;
}

/** A fresh SSH key in a folder that goes with the test. */
export async function createKey(): Promise<{ readonly path: string; readonly publicKey: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a key', '-f', path], { stdio: 'pipe' });
  const text = await readFile(`${path}.pub`, 'utf8');
  return { path, publicKey: text.split(' ').slice(0, 2).join(' ') };
}

/** Lets `principal` approve with that key: in the list that the database's administrator keeps. */
export async function allow(database: TestDatabase, principal: string, publicKey: string): Promise<void> {
  const [list] = await database.query(`SELECT to_regclass('pitstop_approval.allowed_signer') AS name`);
  if (list?.['name'] === null) await database.query(await readSignersTableScript());
  await database.query('INSERT INTO pitstop_approval.allowed_signer (principal, key) VALUES ($1, $2)', [
    principal,
    publicKey,
  ]);
}
