import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from 'vitest';
import { appFixture } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished, run } from '../support/run.ts';
import { TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

const ITEM = taskFile('- [ ] 1.1 Speed up the reports\n  - **Workload**: `db/queries.sql`\n');

/** The second one reads the whole table again for each of its eight rows; the others do so once, or descend an index. */
const QUERIES = `-- What the reports ask.
SELECT id, status FROM app.orders WHERE id = :id;

SELECT o.id, (SELECT count(*) FROM app.lines l WHERE l.order_id = o.id) AS lines
  FROM app.orders o WHERE o.id <= 8;
UPDATE app.orders SET note = NULL WHERE id = 7;
SELECT count(*) FROM app.lines WHERE amount = 3;
SELEC 1;
`;

test('T48: of a file of statements the one that takes longest is the item’s', async ({ app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ITEM, 'db/queries.sql': QUERIES });
  const [item] = finished(await run(workspace.path, app.url)).items;
  expect(item).toMatchObject({ kind: 'query', outcome: 'proven', rows: 'same' });
  const { statement, workload, notes } = JSON.parse(await workspace.read(item?.evidence ?? ''));
  expect(statement.sql).toMatch(/^SELECT o\.id, \(SELECT count/);
  expect(workload).toMatchObject({
    from: 'file',
    path: 'db/queries.sql',
    line: 4,
    where: 'target',
    stopped: false,
    left: 0,
    considered: [
      { line: 2, passedOver: null },
      { line: 4, passedOver: null },
      { line: 6, ms: null, passedOver: expect.stringContaining('UPDATE') },
      { line: 7, passedOver: null },
      { line: 8, ms: null, passedOver: expect.stringMatching(/^8:1: syntax error/) },
    ],
  });
  const [first, second, , fourth] = workload.considered;
  expect(second.ms).toBe(workload.ms);
  expect(Math.max(first.ms, fourth.ms)).toBeLessThan(second.ms);
  expect(notes.join()).toMatch(/the costliest of 3 in db\/queries\.sql \(line 4\): .*passed over: 2/);
  const indexes = await app.query(`SELECT FROM pg_indexes WHERE tablename = 'lines'`);
  expect(indexes).toHaveLength(1);
  expect(await app.query('SELECT note IS NULL AS changed FROM app.orders WHERE id = 7')).toEqual([
    { changed: false },
  ]);
});

const BAD: readonly (readonly [
  file: string,
  text: string | Uint8Array | null,
  code: string,
  message: RegExp,
])[] = [
  ['missing.sql', null, 'file-not-found', /missing\.sql/],
  ['empty.sql', '\n', 'sql-file-empty', /empty\.sql is empty/],
  ['comments.sql', '-- later\n', 'workload-empty', /has no statement/],
  ['latin1.sql', new Uint8Array([0x53, 0xff, 0xfe]), 'sql-file-not-utf8', /not UTF-8/],
  ['large.sql', '-- '.padEnd(1024 ** 2 + 1, 'x'), 'sql-file-too-large', /more than/],
  ['mistakes.sql', '\nSELEC 1;\n', 'workload-empty', /none of the 1 .* line 2: 2:1: syntax error/],
  ['writes.sql', 'DELETE FROM app.lines;\n', 'workload-empty', /contains a DELETE/],
  ['elsewhere.sql', 'SELECT 1 FROM app.gone;\n', 'workload-empty', /app\.gone/],
  ['open.sql', 'SELECT md5(:x) FROM app.lines;\n', 'workload-empty', /no values/],
  ['unsafe.sql', 'SELECT pg_sleep(1) FROM app.lines;\n', 'workload-empty', /pg_sleep/],
  ['division.sql', 'SELECT 1 / (amount - amount) FROM app.lines;\n', 'workload-empty', /division by zero/],
  ['linked.sql', null, 'file-not-found', /not in the repository/],
];

test('T48: a file with nothing to measure is a question', async ({ app }) => {
  const elsewhere = await createWorkspace({ 'linked.sql': 'SELECT 1;\n' });
  const items = BAD.map(([name], at) => `- [ ] 1.${at} Speed up\n  - **Workload**: \`${name}\`\n`);
  const files = BAD.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
  const workspace = await createWorkspace({
    [TASK_FILE]: taskFile(...items),
    ...Object.fromEntries(files),
  });
  await symlink(join(elsewhere.path, 'linked.sql'), join(workspace.path, 'linked.sql'));
  const result = await run(workspace.path, app.url);
  expect(finished(result).items).toEqual(
    BAD.map(([, , code, message]) =>
      expect.objectContaining({
        kind: 'query',
        marker: '!',
        outcome: 'needs-information',
        reason: { code, message: expect.stringMatching(message) },
      }),
    ),
  );
  expect(result.code).toBe(3);
  expect(await app.query('SELECT count(*)::int AS lines FROM app.lines')).toEqual([{ lines: 240_000 }]);
});

test('T48: a plan compares what the planner expects, and needs a database for it', async ({ app }) => {
  const workspace = await createWorkspace({ [TASK_FILE]: ITEM, 'db/queries.sql': QUERIES });
  const alone = JSON.parse((await runCli(['plan', '--json'], { cwd: workspace.path })).stdout);
  expect(alone.items).toMatchObject([
    { kind: 'query', reason: { code: 'database-needed', message: expect.stringContaining('queries.sql') } },
  ]);
  const args = ['plan', '--json', '--database-url', app.url, '--environment', 'development'];
  const planned = JSON.parse((await runCli(args, { cwd: workspace.path })).stdout);
  expect(planned.items).toMatchObject([
    { statement: { sql: expect.stringMatching(/^SELECT o\.id, \(SELECT count/), from: 'Workload' } },
  ]);
});
