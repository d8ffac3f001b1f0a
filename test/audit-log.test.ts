import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../src/audit/event.ts';
import { openAuditLog } from '../src/audit/log.ts';
import type { AuditRecord } from '../src/audit/record.ts';
import { verifyAuditLog, walkAuditLog } from '../src/audit/verify.ts';

const APPEND = fileURLToPath(new URL('support/append-records.mjs', import.meta.url));
const EVENT: AuditEvent = { event: 'recorded', taskFile: 'tasks/a.md', item: '1.1', outcome: 'proven' };

async function newLog() {
  const root = await mkdtemp(join(tmpdir(), 'pitstop-audit-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const log = openAuditLog({
    root,
    actor: { user: 'ann', pid: process.pid, terminal: true },
    runId: 'run',
    now: () => new Date('2026-11-22T10:15:00Z'),
    newLogId: randomUUID,
  });
  return { root, path: join(root, '.pitstop', 'audit.jsonl'), log };
}

async function recordsOf(root: string): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  await walkAuditLog(root, (record) => records.push(record));
  return records;
}

test('A1: a log opens itself, and each record has who, when and what', async () => {
  const { root, log } = await newLog();
  const head = await log.append(EVENT);
  const [opened, record] = await recordsOf(root);
  expect(opened).toMatchObject({ seq: 1, event: 'opened', logId: head.logId, prev: '0'.repeat(64) });
  expect(record).toEqual({
    seq: 2,
    at: '2026-11-22T10:15:00.000Z',
    logId: head.logId,
    actor: { user: 'ann', pid: process.pid, terminal: true },
    runId: 'run',
    ...EVENT,
    prev: opened?.hash,
    hash: head.hash,
  });
});

test('A1: eight processes that append at the same time make one chain', async () => {
  const { root } = await newLog();
  const writers = Array.from({ length: 8 }, () => spawn(process.execPath, [APPEND, root, '50']));
  const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'close'))[0] as number));
  expect(codes).toEqual(Array.from({ length: 8 }, () => 0));
  const { chain, whole } = await verifyAuditLog(root, []);
  expect(chain).toMatchObject({ problems: [], torn: [], records: 401 });
  expect(whole).toBe(true);
  expect(new Set((await recordsOf(root)).map(({ runId }) => runId)).size).toBe(8);
});

test('A1: appends of one process that do not wait for each other make one chain', async () => {
  const { root, log } = await newLog();
  const heads = await Promise.all(Array.from({ length: 10 }, () => log.append(EVENT)));
  expect(new Set(heads.map(({ seq }) => seq)).size).toBe(10);
  expect((await verifyAuditLog(root, [])).chain).toMatchObject({ problems: [], records: 11 });
});

test('A3: kill -9 at any moment loses no record that was appended, and the next append goes on', async () => {
  const { root, log } = await newLog();
  for (let round = 1; round <= 12; round += 1) {
    const before = (await recordsOf(root)).length;
    const writers = [spawn(process.execPath, [APPEND, root]), spawn(process.execPath, [APPEND, root])];
    let said = 0;
    for (const writer of writers)
      writer.stdout.on('data', (text: Buffer) => {
        said += text.length;
        // Each round dies at another record; where in it, nobody knows.
        if (said >= round) for (const each of writers) each.kill('SIGKILL');
      });
    await Promise.all(writers.map((writer) => once(writer, 'close')));
    const { seq } = await log.append(EVENT);
    const { chain } = await verifyAuditLog(root, []);
    expect(chain).toMatchObject({ problems: [], seq });
    expect(chain.records).toBeGreaterThanOrEqual(before + said);
  }
});

test('A3: a record torn at any byte is passed over, and named', async () => {
  const { root, path, log } = await newLog();
  await log.append(EVENT);
  const { size: whole } = await stat(path);
  await log.append(EVENT);
  const { size } = await stat(path);
  const bytes = await readFile(path);
  for (let cut = whole + 1; cut < size; cut += 13) {
    await writeFile(path, bytes);
    await truncate(path, cut);
    const { seq } = await log.append(EVENT);
    expect(seq).toBe(3);
    expect((await verifyAuditLog(root, [])).chain).toMatchObject({ problems: [], torn: [3], records: 3 });
  }
  // Only the newline is missing: the record is whole.
  await writeFile(path, bytes.subarray(0, -1));
  expect((await verifyAuditLog(root, [])).chain).toMatchObject({ problems: [], torn: [3], records: 3 });
  expect((await log.append(EVENT)).seq).toBe(4);
  expect((await verifyAuditLog(root, [])).chain).toMatchObject({ problems: [], torn: [], records: 4 });
});

test('A3: a log whose very first record was torn begins', async () => {
  const { root, path, log } = await newLog();
  await log.append(EVENT);
  await writeFile(path, (await readFile(path)).subarray(0, 40));
  expect((await log.append(EVENT)).seq).toBe(2);
  expect((await verifyAuditLog(root, [])).chain).toMatchObject({ problems: [], torn: [1], records: 2 });
});

test('A6: nothing is appended to a log whose end somebody else has written', async () => {
  const { path, log } = await newLog();
  await log.append(EVENT);
  const text = await readFile(path, 'utf8');
  for (const changed of [text.replace('"proven"', '"failed"'), `${text}hello\n`, `${text}\n{"seq":9,\n`]) {
    await writeFile(path, changed);
    await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'audit-log-broken', exitCode: 3 });
    expect(await readFile(path, 'utf8')).toBe(changed);
  }
});

test('a link does not lead out of the repository', async () => {
  const { root, path, log } = await newLog();
  const { path: elsewhere } = await newLog();
  await mkdir(join(root, '.pitstop'));
  await symlink(join(elsewhere, '..', '..', 'stolen'), path);
  await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'write-outside' });
  await rm(path);
  await rm(join(root, '.pitstop'), { recursive: true });
  await symlink(join(elsewhere, '..', '..'), join(root, '.pitstop'));
  await expect(log.append(EVENT)).rejects.toMatchObject({ code: 'write-outside' });
  expect(await readdir(join(elsewhere, '..', '..'))).toEqual([]);
});

test('appending to a large log reads its end only', async () => {
  const { root, path, log } = await newLog();
  await log.append(EVENT);
  const text = await readFile(path);
  const hole = 3 * 1024 ** 3;
  await truncate(path, hole);
  await appendFile(path, Buffer.concat([Buffer.from('\n'), text]));
  expect((await log.append(EVENT)).seq).toBe(3);
  await rm(root, { recursive: true });
});
