import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openAuditLog } from '../src/audit/log.ts';
import { anchorHead, createAnchorTable, readAnchors } from '../src/migration/audit-anchor.ts';
import { withSession, type Session } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { loadParser } from '../src/sql/parse.ts';
import { runCli } from './support/cli.ts';
import { createTestDatabase, lend, type TestDatabase } from './support/database.ts';
import { createRole } from './support/roles.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const LOG = '.pitstop/audit.jsonl';

beforeAll(loadParser);

function logOf({ path }: Workspace) {
  return openAuditLog({
    root: path,
    actor: { user: 'ann', pid: 7, terminal: true },
    runId: 'run',
    now: () => new Date('2026-11-22T10:15:00Z'),
    newLogId: randomUUID,
  });
}

async function writtenLog(workspace: Workspace) {
  const log = logOf(workspace);
  await log.append({ event: 'recorded', taskFile: 'tasks/a.md', item: '1.1', outcome: 'proven' });
  await log.append({
    event: 'judged',
    taskFile: 'tasks/a.md',
    item: '1.2',
    verdict: 'gate',
    environment: 'production',
    sql: ["DROP TABLE t; COMMENT ON TABLE u IS 'hunter2'"],
  });
  return log.append({
    event: 'approved',
    request: '0123456789abcdef',
    approval: 'a1',
    method: 'terminal',
    approver: 'bob\u001b[31m',
  });
}

const withDatabase = (
  use: (
    database: TestDatabase,
    on: <T>(work: (session: Session) => Promise<T>) => Promise<T>,
  ) => Promise<void>,
) =>
  createTestDatabase().then((database) =>
    lend(database, (lent) =>
      use(lent, (work) =>
        withSession(parseTarget(lent.url, { PGSSLMODE: 'disable' }), 'control', null, work),
      ),
    ),
  );

describe('pitstop log', () => {
  test('prints what happened for people, without task files, and nothing that steers the terminal', async () => {
    const workspace = await createWorkspace();
    await writtenLog(workspace);
    const { code, stdout, stderr } = await runCli(['log'], { cwd: workspace.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(
      '2026-11-22T10:15:00.000Z  recorded        taskFile tasks/a.md, item 1.1, outcome proven',
    );
    expect(lines[2]).toContain('[DROP TABLE t; COMMENT ON TABLE u IS ?]');
    expect(lines[3]).toContain('request 0123456789abcdef');
    expect(lines[3]).toContain('by ann at a terminal');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('hunter2');
  });

  test('--json is one document with the records as they stand', async () => {
    const workspace = await createWorkspace();
    const { logId, hash } = await writtenLog(workspace);
    const { code, stdout } = await runCli(['log', '--json'], { cwd: workspace.path });
    const written = (await workspace.read(LOG))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, logId, records: written });
    expect(written.at(-1)).toMatchObject({ hash });
  });

  test('where there is none yet', async () => {
    const workspace = await createWorkspace();
    const text = await runCli(['log'], { cwd: workspace.path });
    expect(text).toMatchObject({ code: 0, stdout: '' });
    expect(text.stderr).toContain('no audit log yet');
    const json = await runCli(['log', '--json'], { cwd: workspace.path });
    expect(JSON.parse(json.stdout)).toEqual({ schemaVersion: 1, logId: null, records: [] });
    expect(await runCli(['log', '--verify'], { cwd: workspace.path })).toMatchObject({ code: 0 });
  });
});

describe('pitstop log --verify', () => {
  test('A6: without a database says what cannot be seen', async () => {
    const workspace = await createWorkspace();
    await writtenLog(workspace);
    const { code, stdout } = await runCli(['log', '--verify'], { cwd: workspace.path });
    expect(code).toBe(0);
    expect(stdout).toContain('chain: whole, 4 records, the last is 4');
    expect(stdout).toContain('no database is named; records that are missing at the end cannot be seen');
  });

  test('A6: a changed record ends with 3 and names the place', async () => {
    const workspace = await createWorkspace();
    await writtenLog(workspace);
    await workspace.write(LOG, (await workspace.read(LOG)).replace('"proven"', '"failed"'));
    const text = await runCli(['log', '--verify'], { cwd: workspace.path });
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^line 2, record 2: expected hash [0-9a-f]{64}, found hash [0-9a-f]{64}$/m);
    expect(text.stderr).toContain('[audit-log-broken]');
    const json = await runCli(['log', '--verify', '--json'], { cwd: workspace.path });
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      whole: false,
      problems: [{ line: 2, seq: 2 }],
      anchors: null,
      error: { code: 'audit-log-broken' },
    });
  });

  test('A5: compares with the anchors, and finds a log that lost its end', async () => {
    await withDatabase(async (database, on) => {
      const { url } = database;
      const workspace = await createWorkspace();
      const verify = async () => {
        const args = ['log', '--verify', '--json', '--database-url', url];
        const { code, stdout } = await runCli(args, { cwd: workspace.path });
        return { code, said: JSON.parse(stdout) as { anchors: unknown } };
      };
      const head = await writtenLog(workspace);
      expect(await verify()).toMatchObject({ code: 0, said: { anchors: { table: false } } });

      await database.query('CREATE SCHEMA pitstop');
      await on(createAnchorTable);
      await on((session) => anchorHead(session, { logId: randomUUID(), seq: 1, hash: 'x' }));
      expect(await verify()).toMatchObject({
        code: 0,
        said: { anchors: { table: true, count: 0, otherLogs: 1 } },
      });

      await on((session) => anchorHead(session, head));
      expect(await verify()).toMatchObject({
        code: 0,
        said: { whole: true, anchors: { count: 1, newest: 4, otherLogs: 1, problems: [] } },
      });

      const lines = (await readFile(join(workspace.path, LOG), 'utf8')).trimEnd().split('\n');
      await workspace.write(LOG, `${lines.slice(0, 3).join('\n')}\n`);
      expect(await verify()).toMatchObject({
        code: 3,
        said: { whole: false, problems: [], anchors: { problems: [{ seq: 4, truncated: true }] } },
      });
      const text = await runCli(['log', '--verify', '--database-url', url], { cwd: workspace.path });
      expect(text.stdout).toContain('record 4 is missing, the log ends at 3: it was truncated');

      // An end that was cut off and written anew is whole in itself.
      await logOf(workspace).append({ event: 'rejected', request: '0', approver: 'ann', why: null });
      expect(await verify()).toMatchObject({
        code: 3,
        said: { problems: [], anchors: { problems: [{ seq: 4, truncated: false }] } },
      });
    });
  });

  test('A5: an anchor is written once, and needs INSERT alone', async () => {
    await withDatabase(async (database, on) => {
      await database.query('CREATE SCHEMA pitstop');
      await on(createAnchorTable);
      const writer = await createRole(database, {
        grants: ['USAGE ON SCHEMA pitstop', 'INSERT ON pitstop.audit_anchor'],
      });
      const head = { logId: randomUUID(), seq: 2 ** 40, hash: 'a' };
      const target = parseTarget(writer.url, { PGSSLMODE: 'disable' });
      await withSession(target, 'control', null, async (session) => {
        await anchorHead(session, head);
        await expect(anchorHead(session, { ...head, hash: 'b' })).rejects.toMatchObject({ code: '23505' });
        await expect(session.query('DELETE FROM pitstop.audit_anchor')).rejects.toMatchObject({
          code: '42501',
        });
        await expect(readAnchors(session, head.logId)).rejects.toMatchObject({ code: 'permission-denied' });
      });
      expect(await on((session) => readAnchors(session, head.logId))).toMatchObject({
        anchors: [
          { seq: head.seq, hash: 'a', role: writer.name, at: expect.stringMatching(/^\d{4}-.*Z$/) as string },
        ],
        otherLogs: 0,
      });
    });
  });
});
