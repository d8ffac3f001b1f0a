import { expect, test as base } from 'vitest';
import { administer } from '../support/database.ts';
import { BETTER_LIST, LIST, newsFixture } from '../support/news.ts';
import { runCli, type CliOptions } from '../support/cli.ts';
import { finished } from '../support/run.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

const ORIGINAL = taskFile(queryItem('1.1', LIST, '**Constraint**: no new index'));
const runIn = (lab: string, url: string, options: CliOptions, environment = 'staging') =>
  runCli(
    ['run', TASK_FILE, '--json', '--database-url', url, '--environment', environment, '--lab', lab],
    options,
  );
const databases = async () =>
  (
    await administer(`SELECT datname AS name FROM pg_database WHERE datname LIKE 'pitstop\\_sandbox\\_%'`)
  ).map(({ name }) => String(name));
const ownedBy = async (before: readonly string[]) =>
  (await databases()).filter((name) => !before.includes(name));
const filling = 'with what the statement reads';
const building = 'building and measuring';

test('embedded: staging is only read, and the trial’s numbers name the lab', async ({ news }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const result = await runIn('embedded', news.url, { cwd: workspace.path });
  expect(result.events[0]).toMatchObject({ environment: 'staging', lab: 'embedded' });
  const [item] = finished(result).items;
  expect(item).toMatchObject({
    outcome: 'handed-over',
    reason: { code: 'adopt-rewrite' },
    rewrite: BETTER_LIST,
  });
  const { trials, lab } = JSON.parse(await workspace.read(item?.evidence ?? '')) as {
    lab: string;
    trials: { accepted: boolean; before?: { where: string }; after?: { where: string } }[];
  };
  expect(lab).toBe('embedded');
  expect(trials.find(({ accepted }) => accepted)).toMatchObject({
    before: { where: 'embedded' },
    after: { where: 'embedded' },
  });
  expect(await news.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
});

test('embedded: on production, which is not measured, all numbers are the lab’s', async ({ news }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const result = await runIn('embedded', news.url, { cwd: workspace.path }, 'production');
  expect(finished(result).items[0]).toMatchObject({
    outcome: 'handed-over',
    before: { where: 'embedded' },
    after: { where: 'embedded' },
  });
  expect(await workspace.read(TASK_FILE)).toContain('embedded lab');
});

test('clone: leaves no database, also when interrupted', async ({ news }) => {
  const before = await databases();
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const whole = await runIn('clone', news.url, { cwd: workspace.path }, 'development');
  expect(finished(whole).items[0]).toMatchObject({ outcome: 'handed-over', rewrite: BETTER_LIST });
  expect(await ownedBy(before)).toEqual([]);

  const other = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const interrupted = await runIn('clone', news.url, {
    cwd: other.path,
    killAfter: (line) => (line.includes(building) ? 'SIGINT' : undefined),
  });
  expect(interrupted.code).toBe(130);
  expect(await ownedBy(before)).toEqual([]);
  expect(await other.read(TASK_FILE)).toBe(ORIGINAL);
});

test('clone: what kill -9 leaves goes with the next run', async ({ news }) => {
  const before = await databases();
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const killed = await runIn('clone', news.url, {
    cwd: workspace.path,
    killAfter: (line) => (line.includes(building) ? 'SIGKILL' : undefined),
  });
  expect(killed.signal).toBe('SIGKILL');
  expect(await ownedBy(before)).not.toEqual([]);
  // The server may still work for the dead: the lock goes when it has noticed.
  await expect
    .poll(
      async () => {
        await runIn('clone', news.url, { cwd: workspace.path });
        return ownedBy(before);
      },
      { timeout: 100_000, interval: 100 },
    )
    .toEqual([]);
});

test('container: says that Docker is missing', async ({ news }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const result = await runIn('container', news.url, {
    cwd: workspace.path,
    env: { DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  expect([3, 5]).toContain(result.code);
  const { items, error } = finished(result);
  const said = error?.message ?? items[0]?.reason?.message;
  expect(error?.code ?? items[0]?.outcome).toBe('no-lab');
  expect(said).toMatch(/Docker|testcontainers/);
  expect(said).not.toContain(filling);
});

test('a lab of another name is wrong usage, with the names that there are', async ({ news }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ORIGINAL });
  const result = await runIn('cloned', news.url, { cwd: workspace.path });
  expect(finished(result)).toMatchObject({
    exitCode: 2,
    error: {
      code: 'usage',
      candidates: expect.arrayContaining(['transaction', 'embedded', 'clone', 'container']),
    },
  });
  expect(await workspace.read(TASK_FILE)).toBe(ORIGINAL);
});
