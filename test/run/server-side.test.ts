import { expect, test as base } from 'vitest';
import { parse } from 'yaml';
import { newsFixture } from '../support/news.ts';
import { finished, run } from '../support/run.ts';
import { TASK_FILE } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(newsFixture);

const CONFIG = { 'pitstop.config.json': JSON.stringify({ trial: { budgetMs: 2_000 } }) };

test('connections: looked at, sized, and what is written for PgBouncer breaks what is named', async ({
  news,
}) => {
  const wishes = { trial: { budgetMs: 2_000 }, pgbouncer: { processes: 2, statsRole: 'watcher' } };
  const workspace = await createWorkspace({
    'pitstop.config.json': JSON.stringify(wishes),
    [TASK_FILE]: '- [ ] 1.1 Connections run out at peak\n  - **Hardware**: 8 GB RAM, 4 cores, SSD\n',
    'src/listen.ts': "await client.query('LISTEN orders_changed');\n",
  });
  const [report] = finished(await run(workspace.path, news.url)).items;
  expect(report).toMatchObject({
    kind: 'pool',
    outcome: 'applied',
    marker: 'x',
    reason: { code: 'postcondition', message: expect.stringContaining('PgBouncer') },
  });
  const ini = await workspace.read('src/database/pgbouncer/pgbouncer-2.ini');
  expect(ini).toContain('pool_mode = transaction');
  expect(ini).toContain('src/listen.ts:1');
  expect(ini).toMatch(/^server_tls_sslmode = prefer$/m);
  expect(ini).toMatch(/^stats_users = watcher$/m);
  expect(await workspace.read('src/database/pgbouncer/pgbouncer@.service')).toMatch(/^LimitNOFILE=\d+$/m);
  expect(await workspace.read('src/database/pool.ts')).toContain('max: ');
  expect(await workspace.read('src/database/pgbouncer/auth.sql')).toContain('SECURITY DEFINER');
  // The only password that anybody needs is set by hand.
  expect(await workspace.read('src/database/pgbouncer/userlist.txt')).not.toMatch(/^"[^"]+" "[^"]+"/m);
  expect(await workspace.read(TASK_FILE)).toMatch(
    /\*\*Changes\*\*: .*limit .*statements that got through pools of/,
  );
});

test('monitoring: what is missing comes by migration and by settings, with rules for what can be seen', async ({
  news,
}) => {
  const workspace = await createWorkspace({
    ...CONFIG,
    [TASK_FILE]: '- [ ] 1.1 Set up slow-query monitoring of the database\n',
  });
  const [report] = finished(await run(workspace.path, news.url)).items;
  // The extension is none that PostgreSQL trusts, so that a person has to say yes.
  expect(report).toMatchObject({
    kind: 'monitoring',
    outcome: 'awaiting-approval',
    marker: '!',
    migrations: [expect.stringContaining('create_extension_pg_stat_statements')],
  });
  const conf = await workspace.read('src/database/monitoring/postgresql.conf');
  expect(conf).toMatch(/^shared_preload_libraries = .*pg_stat_statements.*auto_explain/m);
  const baseline = JSON.parse(await workspace.read('src/database/monitoring/baseline.json')) as {
    checks: { name: string; state: string }[];
  };
  const seen = baseline.checks.filter(({ state }) => state === 'read').map(({ name }) => name);
  expect(seen).toContain('connections-used');
  const rules = parse(await workspace.read('src/database/monitoring/alerts.yml')) as {
    groups: { rules: { expr: string }[] }[];
  };
  const named = rules.groups
    .flatMap((group) => group.rules)
    .flatMap(({ expr }) => /check="([^"]+)"/.exec(expr)?.[1] ?? []);
  expect(named).toContain('connections-used');
  expect(await workspace.read('src/database/monitoring/alertmanager.yml')).toContain('receiver: database');
  for (const name of named) expect(seen).toContain(name);
});
