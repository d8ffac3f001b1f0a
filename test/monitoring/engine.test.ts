import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { z } from 'zod';
import { defineCheck, type Check, type CheckDefinition } from '../../src/monitoring/check.ts';
import { deadlocks } from '../../src/monitoring/checks/deadlocks.ts';
import { historyLine } from '../../src/monitoring/history-line.ts';
import type { RememberedRound } from '../../src/monitoring/memory.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { historyFile } from '../../src/watch/history-file.ts';
import { readChecks } from '../../src/watch/read-checks.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole } from '../support/roles.ts';
import { connect } from '../support/sessions.ts';
import { createWorkspace } from '../support/workspace.ts';
import { momentAt } from '../support/moment.ts';

const test = base.extend<{ database: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants to see which fixtures are used
  database: async ({}, use) => lend(await createTestDatabase(), use),
});

function asking(name: string, sql: string, more: Partial<CheckDefinition<{ n: number }>> = {}): Check {
  return defineCheck({
    name,
    area: 'io',
    summary: 'a number',
    advice: 'nothing',
    scope: 'cluster',
    unit: 'count',
    threshold: null,
    sql: [{ from: 14, sql }],
    row: z.object({ n: z.number() }),
    remembers: 'nothing',
    metrics: [],
    observe: () => [],
    ...more,
  });
}

const read = (url: string, checks: readonly Check[]) =>
  withSession(parseTarget(url, {}), 'monitor', null, (session) =>
    readChecks(session, checks, { clock: () => performance.now() }),
  );

describe('a round', () => {
  test('O2, O3: is whole although some checks fail, each in its way', async ({ database }) => {
    await database.query('CREATE SEQUENCE numbers');
    await database.query('CREATE TABLE locked (n int)');
    const owner = await connect(database);
    await owner.query('BEGIN; LOCK TABLE locked');
    const { readings } = await read(database.url, [
      asking('first', 'SELECT 1::float8 AS n'),
      asking('wrong', 'SELECT 1 / 0 AS n'),
      asking('writes', `SELECT nextval('public.numbers')::float8 AS n`),
      asking('waits', 'SELECT count(*)::float8 AS n FROM public.locked'),
      asking('dawdles', 'SELECT pg_sleep(60), 1::float8 AS n'),
      asking('surprises', `SELECT 'many' AS n`),
      asking('grows', `SELECT 'Infinity'::float8 AS n`),
      asking('missing', 'SELECT n FROM public.nothing'),
      asking('future', 'SELECT 1', { sql: [{ from: 99, sql: 'SELECT 1' }] }),
      asking('standby', 'SELECT 1', { needs: { server: 'standby' } }),
      asking('extension', 'SELECT 1', { needs: { extension: 'no_such_extension' } }),
      asking('last', 'SELECT 2::float8 AS n'),
    ]);
    await owner.end();
    expect(
      readings.map((reading) => [
        reading.check.name,
        reading.state,
        'message' in reading ? reading.message : reading.rows,
      ]),
    ).toEqual([
      ['first', 'read', [{ n: 1 }]],
      ['wrong', 'failed', 'division by zero'],
      ['writes', 'failed', 'cannot execute nextval() in a read-only transaction'],
      ['waits', 'failed', 'waited 200 ms for a lock'],
      ['dawdles', 'failed', 'took longer than 2000 ms'],
      ['surprises', 'failed', expect.stringContaining('0.n: Invalid input: expected number')],
      ['grows', 'failed', expect.stringContaining('0.n')],
      ['missing', 'not-visible', 'relation "public.nothing" does not exist'],
      ['future', 'not-available', 'not available before PostgreSQL 99; this is 18'],
      ['standby', 'not-applicable', 'only a standby has anything of the sort'],
      ['extension', 'not-visible', `extension no_such_extension is not in database ${database.name}`],
      ['last', 'read', [{ n: 2 }]],
    ]);
  });

  test('reads the variant of the server’s version', async ({ database }) => {
    const check = asking('variants', '', {
      sql: [16, 18, 99].map((from) => ({ from, sql: `SELECT ${from}::float8 AS n` })),
    });
    expect((await read(database.url, [check])).readings).toMatchObject([{ rows: [{ n: 18 }] }]);
  });

  test('reads an extension where it is', async ({ database }) => {
    await database.query('CREATE SCHEMA "odd $& schema"; CREATE EXTENSION pgcrypto SCHEMA "odd $& schema"');
    const check = asking('extension', `SELECT length(@extschema@.gen_random_bytes(7))::float8 AS n`, {
      needs: { extension: 'pgcrypto' },
    });
    expect((await read(database.url, [check])).readings).toMatchObject([{ state: 'read', rows: [{ n: 7 }] }]);
  });

  test('asks the catalog, whatever stands in the way to it', async ({ database }) => {
    const role = await createRole(database);
    await database.query(
      `CREATE VIEW public.pg_stat_database AS SELECT 'evil' AS datname, 99 AS deadlocks, NULL::timestamptz AS stats_reset;
       CREATE FUNCTION public.count(text) RETURNS int LANGUAGE sql AS 'SELECT 99';
       GRANT SELECT ON public.pg_stat_database TO PUBLIC;
       ALTER ROLE ${role.name} SET search_path = public, pg_catalog`,
    );
    const { readings } = await read(role.url, [deadlocks]);
    expect(JSON.stringify(readings[0])).toContain(`"database":"${database.name}"`);
    expect(JSON.stringify(readings[0])).not.toContain('evil');
  });

  test('says with whose rights it looks', async ({ database }) => {
    const plain = await createRole(database);
    const monitor = await createRole(database, { grants: ['pg_monitor'] });
    const [one, other, all] = await Promise.all(
      [plain.url, monitor.url, database.url].map((url) => read(url, [])),
    );
    expect(one?.server).toMatchObject({
      role: plain.name,
      superuser: false,
      memberships: [],
      inRecovery: false,
    });
    expect(other?.server.memberships).toEqual(expect.arrayContaining(['pg_monitor', 'pg_read_all_stats']));
    expect(all?.server).toMatchObject({ superuser: true, timeline: 1, database: database.name });
  });
});

describe('the history file', () => {
  const CHECKS = [asking('sizes', 'SELECT 1', { remembers: 'series' })];
  const roundAt = (at: number): RememberedRound => ({
    moment: momentAt(at),
    rows: { sizes: [{ n: at }] },
    alerts: {},
  });

  test('O9: stays below its limit, keeps the newest and the oldest, and is whole in between', async () => {
    const { path } = await createWorkspace();
    const file = historyFile(path, join(path, 'kept', 'history.ndjson'), CHECKS, 20_000);
    // Ten days of a look every two hours: about 25 kB.
    for (let count = 0; count <= 120; count += 1) await file.append(roundAt(count * 7_200));
    expect((await stat(file.path)).size).toBeLessThanOrEqual(20_000);
    const { rounds, unreadable } = await file.read();
    expect(unreadable).toBe(0);
    const at = rounds.map(({ moment }) => moment.at);
    expect(at.at(-1)).toBe(120 * 7_200);
    expect(at[0]).toBeLessThan(86_400);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  test('keeps the newest round even where that alone is too large', async () => {
    const { path } = await createWorkspace();
    const file = historyFile(path, join(path, 'history.ndjson'), CHECKS, 10);
    for (const at of [1, 2, 3]) await file.append(roundAt(at));
    expect((await file.read()).rounds).toEqual([roundAt(3)]);
  });

  test('is appended to by several at once, each line whole', async () => {
    const { path } = await createWorkspace();
    const files = [1, 2, 3].map(() => historyFile(path, join(path, 'history.ndjson'), CHECKS));
    await Promise.all(
      files.flatMap((file, index) => [1, 2, 3].map((at) => file.append(roundAt(10 * index + at)))),
    );
    const { rounds, unreadable } = await files[0]!.read();
    expect({ count: rounds.length, unreadable }).toEqual({ count: 9, unreadable: 0 });
  });

  test('is not thinned out where it turns out to be of a newer version', async () => {
    const { path } = await createWorkspace();
    const file = historyFile(path, join(path, 'history.ndjson'), CHECKS, 10);
    await writeFile(file.path, '{"schemaVersion":2}\n');
    await expect(file.append(roundAt(1))).rejects.toMatchObject({ code: 'history-newer' });
    expect(await readFile(file.path, 'utf8')).toContain('{"schemaVersion":2}\n');
    expect(historyLine(roundAt(1))).toContain('"schemaVersion":1');
  });
});
