import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Item } from '../task/item.ts';
import { parseTaskFile } from '../task/parse.ts';
import { locateEvidence } from './remembered.ts';

async function migrationsIn(migrations: readonly object[]) {
  const root = await mkdtemp(join(tmpdir(), 'pitstop-evidence-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [item] = parseTaskFile('- [!] 1.1 Slow list\n').items as [Item];
  const { path } = await locateEvidence(root, 'docs/performance', 'tasks/t.md', item);
  const evidence = {
    schemaVersion: 1,
    item: { id: '1.1', title: 'Slow list' },
    outcome: 'handed-over',
    reason: { code: 'not-applied', message: '' },
    basis: null,
    fields: {},
    request: null,
    migrations,
  };
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), JSON.stringify(evidence));
  return (await locateEvidence(root, 'docs/performance', 'tasks/t.md', item)).remembered?.migrations;
}

test('evidence from before there was a choice of formats is of plain files', async () => {
  const old = { up: 'migrations/1_a.up.sql', down: 'migrations/1_a.down.sql', statements: ['SELECT 1'] };
  expect(await migrationsIn([old])).toEqual([
    { ...old, name: '1_a', format: 'plain', files: [old.up, old.down] },
  ]);
});

test('evidence of a tool without a way back', async () => {
  const written = {
    name: '000001-a',
    format: 'graphile-migrate',
    up: 'migrations/committed/000001-a.sql',
    down: null,
    files: ['migrations/committed/000001-a.sql'],
    statements: ['SELECT 1'],
  };
  expect(await migrationsIn([written])).toEqual([written]);
});
