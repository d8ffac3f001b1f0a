import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { runCli } from '../support/cli.ts';
import { olderServers, withOlderServer } from '../support/older-server.ts';
import { finished, run } from '../support/run.ts';
import { connect } from '../support/sessions.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { ENTER, runAtTerminal } from '../support/terminal.ts';
import { createWorkspace } from '../support/workspace.ts';

const CONFIG = { 'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }) };

const ITEMS = [
  '- [ ] 1.1 Tune PostgreSQL for the 1 GB / SSD server',
  '  - **Hardware**: 1 GB RAM, 2 cores, SSD, 20 connections, web',
  '  - **Workload**: `pg_stat_statements top 5`',
  '- [ ] 1.2 Connections run out at peak',
  '  - **Hardware**: 8 GB RAM, 4 cores, SSD',
  '- [ ] 1.3 Set up slow-query monitoring of the database',
  '- [ ] 1.4 The slow query',
  '  - **Query**: `SELECT count(*) FROM pg_class`',
  '',
].join('\n');

describe.each(olderServers().map((server) => [server.major, server] as const))(
  'PostgreSQL %d',
  (major, server) => {
    test('items about the server as a whole are done, others say what they need', async () => {
      await withOlderServer(server, {}, async (url) => {
        const workspace = await createWorkspace({ ...CONFIG, [TASK_FILE]: ITEMS });
        const { exitCode, items } = finished(await run(workspace.path, url));
        expect(exitCode).toBe(5);
        expect(items).toMatchObject([
          { kind: 'config', outcome: 'applied', marker: 'x' },
          { kind: 'pool', outcome: 'applied', marker: 'x' },
          { kind: 'monitoring', outcome: 'awaiting-approval', marker: '!' },
          { kind: 'query', outcome: null, marker: ' ', reason: { code: 'server-version-unsupported' } },
        ]);
        expect(items[0]?.reason?.message).toMatch(
          new RegExp(`^a server of PostgreSQL 18 started with it, and none of ${major}\\.`),
        );
        const text = await workspace.read(TASK_FILE);
        expect(text).toContain('its Workload was not used: tables are copied of PostgreSQL 18 only');
        expect(text).toContain(`those of this server, PostgreSQL ${major}; what was started or measured`);
        expect(text.includes('does not count which blocks had to leave')).toBe(major < 16);
        expect(text).toMatch(new RegExp(`not to be had of PostgreSQL ${major}: .*aio-workers`));
        expect(text).toMatch(/limit \d+: max_connections 100 − 3 reserved/);
        expect(text).toContain('- [ ] 1.4 The slow query\n');
        expect(await workspace.read('src/database/postgresql.conf')).toMatch(
          new RegExp(`^# PostgreSQL ${major} with 1 GB`),
        );
        expect(await workspace.read('src/database/monitoring/postgresql.conf')).toMatch(
          new RegExp(`^# PostgreSQL ${major}: `),
        );
        await hasNoAlertForEver(await workspace.read('src/database/monitoring/alerts.yml'), major);
      });
    });

    test('an approved extension is created, and the item is done once more', async () => {
      await withOlderServer(server, {}, async (url) => {
        const workspace = await createWorkspace({
          ...CONFIG,
          [TASK_FILE]: '- [ ] 1.1 Set up slow-query monitoring of the database\n',
        });
        const [item] = finished(await run(workspace.path, url)).items;
        const id = item?.request ?? '';
        const { code, screen } = await runAtTerminal(
          ['approve', id, '--database-url', url, '--environment', 'development'],
          {
            cwd: workspace.path,
            answers: [
              (seen) => `${/Type (.+ \w{8})/.exec(seen.slice(seen.lastIndexOf('Type ')))?.[1]}${ENTER}`,
            ],
          },
        );
        expect({ code, screen }).toMatchObject({ code: 0 });
        const session = await connect({ url });
        const { rows } = await session.query(
          `SELECT extname FROM pg_extension WHERE extname = 'pg_stat_statements'`,
        );
        expect(rows).toHaveLength(1);
        await session.end();
        expect(await workspace.read(TASK_FILE)).toMatch(/^- \[x\] 1\.1/);
        // The way back is open where the way there was: it waits for a person, too.
        const [name = ''] = (item?.['migrations'] ?? []) as string[];
        const back = await runCli(
          ['revert', name, '--json', '--database-url', url, '--environment', 'development'],
          { cwd: workspace.path },
        );
        expect(back.code).toBe(4);
        expect(JSON.parse(back.stdout)).toMatchObject({
          migrations: [{ action: 'revert', result: 'awaiting-approval' }],
        });
      });
    });

    test('what needs 18 says so, and what there is instead', async () => {
      await withOlderServer(server, {}, async (url) => {
        const { path } = await createWorkspace({
          [TASK_FILE]: '- [ ] 1.1 The slow query\n  - **Query**: `SELECT count(*) FROM pg_class`\n',
        });
        const plan = await runCli(['plan', TASK_FILE, '--json', '--database-url', url], { cwd: path });
        expect(JSON.parse(plan.stdout)).toMatchObject({
          items: [
            {
              kind: 'query',
              reason: {
                code: 'server-version-unsupported',
                message: expect.stringContaining('need PostgreSQL 18'),
              },
            },
          ],
        });
        for (const args of [
          ['explain', 'SELECT 1'],
          ['apply', '20260101000000_nothing'],
        ]) {
          const refused = await runCli(
            [...args, '--json', '--database-url', url, '--environment', 'development'],
            { cwd: path },
          );
          expect(refused.code).toBe(5);
          expect(refused.stdout).toContain('monitor, tune and hardware');
        }
        const doctor = await runCli(['doctor', '--json', '--database-url', url], { cwd: path });
        const { checks } = JSON.parse(doctor.stdout) as {
          checks: readonly { id: string; state: string; message: string; fix: string | null }[];
        };
        expect(checks.filter(({ message }) => message.startsWith('could not be looked at'))).toEqual([]);
        expect(checks.find(({ id }) => id === 'server-version')).toMatchObject({
          state: 'missing',
          message: expect.stringContaining('works with 18'),
          fix: expect.stringContaining('From 14 on there are'),
        });
      });
    });
  },
);

/** Of the checks that the version does not have, none has a rule, and the rule for what is not visible leaves them out. */
async function hasNoAlertForEver(yaml: string, major: number): Promise<void> {
  const { groups } = parse(yaml) as { groups: { rules: { expr: string }[] }[] };
  const exprs = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const absent = CHECKS.filter(({ sql }) => (sql[0]?.from ?? 0) > major).map(({ name }) => name);
  expect(exprs).toContain(`pitstop_check_visible{check!~"${absent.join('|')}"} == 0`);
  expect(exprs.filter((expr) => absent.some((name) => expr.includes(`="${name}"`)))).toEqual([]);
}
