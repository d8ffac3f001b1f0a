import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { finished } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const SEED = `
  CREATE TABLE visits (id bigint PRIMARY KEY, page integer NOT NULL, at timestamptz NOT NULL);
  INSERT INTO visits SELECT n, n * 7919 % 5000, now() FROM generate_series(1, 200000) AS n;
`;

test('--embedded --seed needs no database and no declaration', async () => {
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT count(*) FROM visits WHERE page = 77')),
    'seed.sql': SEED,
  });
  const args = ['run', TASK_FILE, '--json', '--embedded', '--seed', 'seed.sql'];
  const result = await runCli(args, { cwd: workspace.path, env: { DATABASE_URL: 'not a url' } });
  expect(result.events[0]).toMatchObject({ type: 'run-started', environment: 'development' });
  expect(finished(result)).toMatchObject({ exitCode: 0, items: [{ outcome: 'proven', marker: 'x' }] });
});

test('a seed that cannot be loaded is wrong input', async () => {
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT 1')),
    'seed.sql': 'CREATE TABLE half (',
  });
  const broken = ['run', TASK_FILE, '--json', '--embedded', '--seed', 'seed.sql'];
  expect(finished(await runCli(broken, { cwd: workspace.path }))).toMatchObject({
    exitCode: 2,
    error: { code: 'usage' },
  });
  const alone = ['run', TASK_FILE, '--json', '--seed', 'seed.sql'];
  expect(finished(await runCli(alone, { cwd: workspace.path }))).toMatchObject({
    exitCode: 2,
    error: { code: 'usage' },
  });
});
