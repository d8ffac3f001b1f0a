import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { draftOf, removeAbandonedDrafts } from './draft.ts';

test('the drafts of processes that are gone are removed, and nothing else', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pitstop-drafts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const own = path.basename(draftOf(path.join(folder, 'tasks.md')));
  const [, pid = '', started = '', world = ''] = /\.(\d+)\.(\w{8})\.(\w{8})\.\w{8}\.tmp$/.exec(own) ?? [];
  const draft = (...owner: readonly string[]) => `.tasks.md.${owner.join('.')}.0123abcd.tmp`;
  const gone = String(spawnSync('true').pid);
  const kept = [
    own,
    draft(gone, started, '00000000'),
    'tasks.md',
    '.tasks.md.tmp',
    '.tasks.md.1.0123abcd.tmp',
  ];
  const removed = [draft(gone, started, world), draft(pid, '00000000', world)];
  for (const name of [...kept, ...removed]) await writeFile(path.join(folder, name), '');
  await removeAbandonedDrafts(folder);
  expect((await readdir(folder)).toSorted()).toEqual(kept.toSorted());
});
