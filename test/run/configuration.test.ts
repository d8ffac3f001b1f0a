import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { newsFixture } from '../support/news.ts';
import { finished, run } from '../support/run.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

/** Two pairs of servers are started; what they do there may be short. */
const CONFIG = { 'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }) };
const HARDWARE = '**Hardware**: 4 GB RAM, 4 cores, SSD, 60 connections, web';
const item = (title: string, ...fields: readonly string[]) =>
  [`- [ ] 1.1 ${title}`, ...fields.map((field) => `  - ${field}`), ''].join('\n');

test('T59: a configuration is measured, started and written; a file of somebody else’s stays', async ({
  news,
}) => {
  const theirs = 'export const mine = true;\n';
  const workspace = await createWorkspace({
    ...CONFIG,
    [TASK_FILE]: item('Tune PostgreSQL for the 4 GB / SSD server', HARDWARE),
    'src/database/postgres-config.ts': theirs,
  });
  const [report] = finished(await run(workspace.path, news.url)).items;
  expect(report).toMatchObject({
    kind: 'config',
    outcome: 'applied',
    marker: 'x',
    reason: {
      code: 'postcondition',
      message: expect.stringMatching(/^a server started with it.*with a restart for/s),
    },
    before: null,
    migrations: [],
  });
  expect(report?.['files']).toEqual(
    expect.arrayContaining(['src/database/postgresql.conf', 'src/database/postgres-config.pitstop.ts']),
  );
  expect(await workspace.read('src/database/postgres-config.ts')).toBe(theirs);

  const written = await workspace.read('src/database/postgresql.conf');
  const settings = [...written.matchAll(/^(\w+) = /gm)].map(([, name = '']) => name);
  expect(settings).toContain('shared_buffers');
  const rows = await news.query('SELECT name FROM pg_settings WHERE name = ANY($1)', [settings]);
  expect(rows.map((row) => String(row['name']))).toEqual(expect.arrayContaining(settings));
  expect(written).toMatch(/Measured: bytes of log for each transaction fall from .+\nwal_compression = /);
  expect(written).toMatch(/By rule, not measured\.\ncheckpoint_timeout = /);

  const text = await workspace.read(TASK_FILE);
  expect(text).toContain(
    '**Status**: ✅ Written; the server is to be given it, with a restart for shared_buffers',
  );
  expect(text).toMatch(/\*\*Rollback\*\*: `src\/database\/postgresql\.conf\.reverse`/);
  expect(text).toContain("is somebody else's, so ours is");
  const evidence = JSON.parse(await workspace.read(report?.evidence ?? '')) as { files: { path: string }[] };
  expect(evidence.files.map(({ path }) => path)).toContain('src/database/postgresql.conf');

  const again = finished(await run(workspace.path, news.url));
  expect(again).toMatchObject({ exitCode: 0, items: [{ reason: { code: expect.any(String) } }] });
  expect(await workspace.read(TASK_FILE)).toBe(text);
});

test('where a file of the change belongs there is what cannot be read: nothing of it is written', async ({
  news,
}) => {
  const workspace = await createWorkspace({
    ...CONFIG,
    [TASK_FILE]: item('Set random_page_cost to 1.1', HARDWARE),
    // A folder is there for everybody, also for who may read all files.
    'src/database/postgres-config.ts/kept.md': 'kept\n',
  });
  const [report] = finished(await run(workspace.path, news.url)).items;
  expect(report).toMatchObject({
    outcome: 'failed',
    marker: '!',
    reason: {
      code: 'file-unreadable',
      message: expect.stringMatching(
        /src\/database\/postgres-config\.ts is there and cannot be read \(EISDIR\)/,
      ),
    },
  });
  expect(await readdir(join(workspace.path, 'src/database'), { recursive: true })).toEqual([
    'postgres-config.ts',
    join('postgres-config.ts', 'kept.md'),
  ]);
});

describe('ends without a trial', () => {
  test.for([
    [
      'names that PostgreSQL never had',
      item('Set parallelVacuumMinWorkers, parallelVacuumMaxWorkers and enableJsonPathOptimization'),
      'refused',
      'setting-refused',
      /parallelVacuumMinWorkers is not set: .*instead: VACUUM \(PARALLEL n\).*enableJsonPathOptimization.*jsonb_path_ops/,
    ],
    [
      'a setting that trades safety for speed',
      item('Turn full_page_writes off'),
      'refused',
      'setting-refused',
      /crash/,
    ],
    [
      'a machine that cannot be',
      item('Tune the PostgreSQL server', '**Hardware**: 0 GB RAM, 1000 cores'),
      'needs-information',
      'hardware-invalid',
      /0 bytes of memory.*1000 cores/,
    ],
    [
      'words that nobody understands',
      item('Tune the PostgreSQL server', '**Hardware**: 16 GB RAM, blorp'),
      'needs-information',
      'hardware-invalid',
      /"blorp"/,
    ],
    [
      'a file outside of the repository',
      item('Tune the PostgreSQL server', '**Hardware**: ../machine.yaml'),
      'needs-information',
      'hardware-invalid',
      /which file of the repository/,
    ],
  ] as const)('%s', async ([, text, outcome, code, message], { news }) => {
    const workspace = await createWorkspace({ ...CONFIG, [TASK_FILE]: text });
    const [report] = finished(await run(workspace.path, news.url)).items;
    expect(report).toMatchObject({
      outcome,
      reason: { code, message: expect.stringMatching(message) },
      files: expect.not.arrayContaining([expect.stringContaining('src/database')]),
    });
  });
});
