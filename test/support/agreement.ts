import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readLogId, verifyAuditLog } from '../../src/audit/verify.ts';
import { presence, type ProcessIdentity } from '../../src/files/process-identity.ts';
import { readAnchors } from '../../src/migration/audit-anchor.ts';
import { brokenLink } from '../../src/migration/chain.ts';
import { readLedger, type LedgerRow } from '../../src/migration/ledger.ts';
import { withSession, type Session } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import type { TestDatabase } from './database.ts';
import { TASK_FILE } from './task-file.ts';
import type { Workspace } from './workspace.ts';

/** A working copy and the database that it is about. */
export interface Place {
  readonly app: TestDatabase;
  readonly workspace: Workspace;
}

/** What has to hold whenever no pitstop is at work, however the ones before ended. The ledger's rows, for more. */
export async function expectAgreement({ app, workspace }: Place): Promise<LedgerRow[]> {
  const target = parseTarget(app.url, { PGSSLMODE: 'disable' });
  return withSession(target, 'test', null, async (session) => {
    const rows = await readLedger(session);
    expect(rows.filter(({ state }) => state === 'running' || state === 'needs-repair')).toEqual([]);
    expect(brokenLink(rows)).toBeNull();
    await expectCatalog(app, rows);
    await expectApprovals(app, rows);
    await expectAuditLog(session, workspace);
    await expectFiles(workspace, rows);
    return rows;
  });
}

/** No index is half-built; what is in force has what it built, the very objects, and what is not in force has nothing. */
async function expectCatalog(app: TestDatabase, rows: readonly LedgerRow[]): Promise<void> {
  const indexes = await app.query<{ oid: number; valid: boolean; name: string }>(
    `SELECT indexrelid::int8::float8 AS oid, indexrelid::regclass::text AS name,
            indisvalid AND indisready AND indislive AS valid FROM pg_index`,
  );
  expect(indexes.filter(({ valid }) => !valid)).toEqual([]);
  const there = new Set(indexes.map(({ oid }) => oid));
  for (const { name, state, reverts, built } of rows) {
    const found = built.map(({ oid }) => there.has(oid));
    const expected = reverts === null && state === 'applied';
    expect({ name, state, found }).toEqual({ name, state, found: found.map(() => expected) });
  }
  const inForce = rows.filter(({ reverts, state }) => reverts === null && state === 'applied');
  expect(new Set(inForce.map(({ name }) => name)).size).toBe(inForce.length);
}

/** An approval has done one thing at most. */
async function expectApprovals(app: TestDatabase, rows: readonly LedgerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const uses = await app.query<{ approval: string }>('SELECT approval::text FROM pitstop.approval_use');
  const used = new Set(uses.map(({ approval }) => approval));
  const named = rows.flatMap(({ approval }) => approval ?? []);
  expect(named.every((approval) => used.has(approval))).toBe(true);
  expect(new Set(named).size).toBe(named.length);
}

async function expectAuditLog(session: Session, { path }: Workspace): Promise<void> {
  const found = await readAnchors(session, await readLogId(path));
  const { chain, anchorProblems } = await verifyAuditLog(path, found?.anchors ?? []);
  expect({ problems: chain.problems, anchorProblems }).toEqual({ problems: [], anchorProblems: [] });
}

/** No draft is left and no lock that somebody would have to remove, and what the evidence names is what is there. */
async function expectFiles(workspace: Workspace, rows: readonly LedgerRow[]): Promise<void> {
  const files = await readTree(workspace.path);
  const names = [...files.keys()];
  expect(names.filter((name) => name.endsWith('.tmp')).join('\n')).toBe('');
  const locks = names.filter((name) => name.startsWith('.pitstop/locks/'));
  const held = locks.filter(
    (name) => presence(JSON.parse(String(files.get(name))) as ProcessIdentity) !== 'gone',
  );
  expect(held).toEqual([]);
  expect(String(files.get('.pitstop/.gitignore'))).toMatch(/^\*\n?$/);
  if (!files.has(TASK_FILE)) return;
  const evidence = names
    .filter((name) => name.startsWith('docs/performance/'))
    .map((name) => JSON.parse(String(files.get(name))) as Evidence);
  const named = evidence.flatMap(({ migrations }) => migrations.flatMap((migration) => migration.files));
  const written = names.filter((name) => name.startsWith('migrations/'));
  expect(written.toSorted().join('\n')).toBe(named.toSorted().join('\n'));
  expectTaskFile(String(files.get(TASK_FILE)), evidence, rows, files);
}

interface Evidence {
  readonly outcome: string;
  readonly request: string | null;
  readonly migrations: readonly {
    readonly name: string;
    readonly up: string;
    readonly files: readonly string[];
  }[];
}

/** The one item of the file says what the evidence says, and both say what the ledger says. */
function expectTaskFile(
  text: string,
  [evidence]: readonly Evidence[],
  rows: readonly LedgerRow[],
  files: ReadonlyMap<string, Buffer>,
): void {
  const isWaiting = evidence?.outcome === 'awaiting-approval';
  expect(text).toContain(isWaiting ? '- [!]' : '- [x]');
  const request = isWaiting ? `request \`${evidence.request}\` waits` : '';
  expect(text).toContain(request);
  for (const { name, up } of evidence?.migrations ?? []) {
    expect(text).toContain(`\`${up}\``);
    const last = rows.findLast((row) => row.name === name && row.reverts === null);
    const applied = last?.state === 'applied' ? last.upSha256 : null;
    expect(applied).toBe(isWaiting ? null : sha256(files.get(up) ?? ''));
  }
}

/** Everything of a working copy but git's own, by path. */
export async function readTree(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = files.map((path) => path.slice(root.length + 1)).filter((name) => !name.startsWith('.git/'));
  const contents = own.toSorted().map(async (name) => [name, await readFile(join(root, name))] as const);
  return new Map(await Promise.all(contents));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
