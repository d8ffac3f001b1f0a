import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendJournal, attemptId, readOpenAttempts, readUncommitted, type JournalEvent } from './journal.ts';

const AT = '2026-11-22T10:15:00.000Z';

async function journal() {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-journal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, '.pitstop', 'journal.jsonl');
  return {
    path,
    append: (event: JournalEvent, runId = 'first', key = '1.1') =>
      appendJournal(path, { at: AT, runId, file: 'tasks/a.md', key, ...event }),
    attempt: async (key = '1.1') => (await readOpenAttempts(path)).get(attemptId('tasks/a.md', key)),
  };
}

test('a journal that was never written has no open attempts', async () => {
  const { path } = await journal();
  expect((await readOpenAttempts(path)).size).toBe(0);
});

test('begun, decided, finished', async () => {
  const { append, attempt } = await journal();
  await append({ type: 'begun', marker: '!' });
  expect(await attempt()).toEqual({ runId: 'first', marker: '!', decision: null, tests: null });
  await append({ type: 'decided', decision: { index: 'a\nb' } });
  expect(await attempt()).toEqual({ runId: 'first', marker: '!', decision: { index: 'a\nb' }, tests: null });
  await append({ type: 'tested', report: { passed: 2 } });
  expect(await attempt()).toMatchObject({ decision: { index: 'a\nb' }, tests: { passed: 2 } });
  await append({ type: 'finished', outcome: 'proven' });
  expect(await attempt()).toBeUndefined();
});

test('a resumed attempt keeps the marker and the decision of the first', async () => {
  const { append, attempt } = await journal();
  await append({ type: 'begun', marker: '!' });
  await append({ type: 'decided', decision: 7 });
  await append({ type: 'begun', marker: '~' }, 'second');
  expect(await attempt()).toEqual({ runId: 'first', marker: '!', decision: 7, tests: null });
});

test('what was finished begins afresh', async () => {
  const { append, attempt } = await journal();
  await append({ type: 'begun', marker: '!' });
  await append({ type: 'decided', decision: 7 });
  await append({ type: 'finished', outcome: 'failed' });
  await append({ type: 'begun', marker: ' ' }, 'second');
  expect(await attempt()).toEqual({ runId: 'second', marker: ' ', decision: null, tests: null });
});

test('a decision without a beginning opens nothing', async () => {
  const { append, attempt } = await journal();
  await append({ type: 'decided', decision: 7 });
  expect(await attempt()).toBeUndefined();
});

test('items and files are kept apart', async () => {
  const { path, append, attempt } = await journal();
  await append({ type: 'begun', marker: ' ' }, 'first', '1.1');
  await append({ type: 'begun', marker: '!' }, 'first', '1.2');
  await appendJournal(path, {
    at: AT,
    runId: 'first',
    file: 'tasks/b.md',
    key: '1.1',
    type: 'finished',
    outcome: 'x',
  });
  expect((await attempt('1.1'))?.marker).toBe(' ');
  expect((await attempt('1.2'))?.marker).toBe('!');
});

test.each([
  ['torn', '{"type":"finished","file":"tasks/a.md","key":"1.'],
  ['filled with zeros', '\0\0\0\0'],
])(
  'a last line that a crash left %s never took effect, and swallows nothing that follows',
  async (_, tail) => {
    const { path, append, attempt } = await journal();
    await append({ type: 'begun', marker: '!' });
    await appendFile(path, tail);
    expect(await attempt()).toMatchObject({ marker: '!' });
    await append({ type: 'decided', decision: 7 });
    expect(await attempt()).toMatchObject({ marker: '!', decision: 7 });
  },
);

test('what is to be committed is due until it is committed, and belongs to no attempt', async () => {
  const { path, append, attempt } = await journal();
  const due = async () => [...(await readUncommitted(path)).values()].map((one) => [one.key, one.due]);
  await append({ type: 'begun', marker: ' ' });
  await append({ type: 'commit-due', due: 'a' });
  expect(await attempt()).toMatchObject({ marker: ' ' });
  await append({ type: 'finished', outcome: 'proven' });
  await append({ type: 'begun', marker: ' ' }, 'first', '1.2');
  await append({ type: 'commit-due', due: 'b' }, 'first', '1.2');
  await append({ type: 'commit-due', due: 'c' });
  expect(await due()).toEqual([
    ['1.2', 'b'],
    ['1.1', 'c'],
  ]);
  await append({ type: 'committed', commit: null });
  expect(await attempt()).toBeUndefined();
  expect(await due()).toEqual([['1.2', 'b']]);
});

test.each([
  ['interrupted', 1],
  ['left-alone', 1],
  ['proven', 0],
])('a later attempt that ended as %s leaves %d due', async (outcome, left) => {
  const { path, append } = await journal();
  await append({ type: 'begun', marker: ' ' });
  await append({ type: 'commit-due', due: 'a' });
  await append({ type: 'finished', outcome: 'failed' });
  await append({ type: 'begun', marker: '!' }, 'second');
  await append({ type: 'finished', outcome }, 'second');
  expect((await readUncommitted(path)).size).toBe(left);
});

test('lines are only ever added', async () => {
  const { path, append } = await journal();
  await append({ type: 'begun', marker: '!' });
  const before = await readFile(path, 'utf8');
  await append({ type: 'finished', outcome: 'proven' });
  const after = await readFile(path, 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(after.split('\n')).toHaveLength(3);
});

test('a journal that cannot be read is an error, not an empty one', async () => {
  const { path } = await journal();
  await appendJournal(path, {
    at: AT,
    runId: 'r',
    file: 'f',
    key: 'k',
    type: 'begun',
    marker: ' ',
  });
  await writeFile(`${path}.d`, '');
  await expect(readOpenAttempts(join(`${path}.d`, 'journal.jsonl'))).rejects.toThrow('ENOTDIR');
});
