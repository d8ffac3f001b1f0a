import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, test as base } from 'vitest';
import { alertRules } from '../../src/monitoring/artifacts/alert-rules.ts';
import { dashboard } from '../../src/monitoring/artifacts/dashboard.ts';
import type { WatchedCheck } from '../../src/monitoring/artifacts/watched.ts';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { CLI, runCli } from '../support/cli.ts';
import { createSwitchingProxy } from '../support/switching-proxy.ts';
import { startCli } from '../support/watching.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

const ROUND = /"type":"round"/;
const METRICS = /^metrics at (http\S+)$/;

/** Everything behind a name with its labels: `pitstop_up` → 1. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

describe('by interval', () => {
  test('O1, O7: is a line for each round, with rates from one to the next, until it is interrupted', async ({
    database,
  }) => {
    const { path } = await createWorkspace();
    const running = await startCli(
      [
        'monitor',
        '--interval',
        '1s',
        '--json',
        '--check',
        'deadlocks',
        '--no-history',
        '--database-url',
        database.url,
      ],
      { cwd: path },
    );
    const rounds = [];
    for (let count = 0; count < 3; count += 1)
      rounds.push(
        JSON.parse(await running.line('stdout', ROUND)) as {
          checks: { observations: { subject: string; value: number | null }[] }[];
        },
      );
    const values = rounds.map(
      ({ checks: [check] }) => check?.observations.find(({ subject }) => subject === database.name)?.value,
    );
    expect(values).toEqual([null, 0, 0]);
    expect(await running.end('SIGINT')).toBe(130);
  });

  test('O12: does not go over the catalog in every round, and says when it did', async ({ database }) => {
    const { path } = await createWorkspace();
    const checks = ['--check', 'unused-indexes', '--check', 'deadlocks', '--no-history'];
    const running = await startCli(
      ['monitor', '--interval', '1s', '--json', ...checks, '--database-url', database.url],
      { cwd: path },
    );
    const next = async () =>
      JSON.parse(await running.line('stdout', ROUND)) as {
        at: string;
        checks: { name: string; askedAt: string }[];
      };
    const [first, second] = [await next(), await next()];
    expect(second.checks).toMatchObject([
      { name: 'deadlocks', askedAt: second.at },
      { name: 'unused-indexes', askedAt: first.at },
    ]);
    expect(await running.end('SIGINT')).toBe(130);
  });

  test('O8: without a terminal says in words what changes, and a server that is lost', async ({
    database,
  }) => {
    const monitor = { thresholds: { 'connections-used': { warning: 0.5 } } };
    const { path } = await createWorkspace({ 'pitstop.config.json': JSON.stringify({ monitor }) });
    const proxy = await createSwitchingProxy(database.url);
    const running = await startCli(
      ['monitor', '--interval', '1s', '--check', 'connections-used', '--database-url', proxy.url],
      { cwd: path },
    );
    expect(await running.line('stderr', /PostgreSQL/)).toMatch(/1 check in .*: 1 alert, 0 unknown, 0 ok$/);
    expect(await running.line('stdout', /./)).toMatch(
      /^[\d-]+T[\d:]+ warning +connections-used +\d+ of \d+ connections/,
    );
    await proxy.off();
    await running.line('stderr', /does not answer any more, trying again: /);
    await proxy.on();
    await running.line('stderr', /^postgres@127\.0\.0\.1:\d+\/test_\w+ answers again$/);
    expect(await running.end('SIGTERM')).toBe(143);
  });
});

test('O1: what only prints ends well when nobody reads it any more', async ({ database }) => {
  const { path } = await createWorkspace();
  const command = `"$0" "$1" monitor --interval 1s --json --check deadlocks --database-url "$2"; echo "$?" >&2`;
  const { stdout, stderr } = await promisify(execFile)(
    'sh',
    ['-c', `(${command}) | head -n 1`, process.execPath, CLI, database.url],
    { cwd: path },
  );
  expect(stdout.split('\n')).toEqual([expect.stringMatching(ROUND), '']);
  expect(stderr).toBe('0\n');
});

describe('for Prometheus', () => {
  test('O8, O10: is up, down while the server is away, and up again', async ({ database }) => {
    const { path } = await createWorkspace();
    const proxy = await createSwitchingProxy(database.url);
    const args = ['monitor', '--interval', '1s', '--prometheus', '0', '--json', '--no-history'];
    const running = await startCli([...args, '--database-url', proxy.url], { cwd: path });
    const url = METRICS.exec(await running.line('stderr', METRICS))?.[1] ?? '';
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const there = await scrape(url);
    expect(there.get('pitstop_up')).toBe(1);
    expect(there.get('pitstop_check_visible{check="deadlocks"}')).toBe(1);
    expect(there.get(`pitstop_deadlocks_total{datname="${database.name}"}`)).toBe(0);
    expect(there.get('pitstop_connections')).toBeGreaterThan(0);
    // What rules and dashboards ask for is there, or would be: a name has its help before it has a value.
    const text = await (await fetch(url)).text();
    const exported = new Set(Array.from(text.matchAll(/^# HELP (\w+)/gm), ([, name]) => name));
    const watched = CHECKS.map((check): WatchedCheck => ({
      ...check,
      state: 'read',
      level: 'ok',
      message: null,
      observations: [],
    }));
    const asked = `${alertRules(watched, { version: '18.4' })}${dashboard(watched)}`;
    const names = new Set(asked.match(/\bpitstop_\w+/g));
    expect(names).toContain('pitstop_observation_level');
    expect([...names].filter((name) => !exported.has(name))).toEqual([]);
    const checks = new Set(Array.from(asked.matchAll(/check=\\?"([^"\\]+)/g), ([, name]) => name));
    expect(checks).toEqual(new Set(CHECKS.map(({ name }) => name)));

    await proxy.off();
    const lost = JSON.parse(await running.line('stdout', /"type":"lost"/)) as object;
    expect(lost).toMatchObject({
      up: false,
      error: { code: expect.stringMatching(/^connection-/) as unknown },
    });
    // Old numbers would pass for new ones.
    expect(Object.fromEntries(await scrape(url))).toEqual({ pitstop_up: 0 });

    await proxy.on();
    await running.line('stdout', ROUND);
    expect((await scrape(url)).get('pitstop_up')).toBe(1);
    expect(await running.end('SIGTERM')).toBe(143);
  });

  test('O10: without an interval looks when it is asked, once for all who ask at the same time', async ({
    database,
  }) => {
    const { path } = await createWorkspace();
    const args = ['monitor', '--prometheus', 'localhost:0', '--json', '--check', 'connections-used'];
    const running = await startCli([...args, '--database-url', database.url], { cwd: path });
    const url = METRICS.exec(await running.line('stderr', METRICS))?.[1] ?? '';
    await running.line('stdout', ROUND);
    const all = await Promise.all([scrape(url), scrape(url), scrape(url)]);
    expect(all.map((one) => one.get('pitstop_up'))).toEqual([1, 1, 1]);
    expect(new Set(all.map((one) => one.get('pitstop_round_timestamp_seconds'))).size).toBe(1);
    // Nothing else is there, and nobody may write.
    const root = new URL('/', url);
    expect((await fetch(root)).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(await running.end('SIGTERM')).toBe(143);
  });

  test('at an address that is taken ends, and says so', async ({ database }) => {
    const { path } = await createWorkspace();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const args = ['monitor', '--prometheus', String(port), '--json', '--database-url', database.url];
    const { code, stdout } = await runCli(args, { cwd: path });
    taken.close();
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'address-unavailable',
      message: expect.stringContaining(`127.0.0.1:${port}`) as unknown,
    });
  });
});
