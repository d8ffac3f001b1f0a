import type { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/monitoring/check.ts';
import { bufferTurnover } from '../../src/monitoring/checks/buffer-turnover.ts';
import { checkpointsRequested } from '../../src/monitoring/checks/checkpoints-requested.ts';
import { clientWrites } from '../../src/monitoring/checks/client-writes.ts';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { lockSlowPath } from '../../src/monitoring/checks/lock-slow-path.ts';
import { recoveryConflicts } from '../../src/monitoring/checks/recovery-conflicts.ts';
import { slotInactive } from '../../src/monitoring/checks/slot-inactive.ts';
import { slowStatements } from '../../src/monitoring/checks/slow-statements.ts';
import { subscriptionErrors } from '../../src/monitoring/checks/subscription-errors.ts';
import { tempTableIo } from '../../src/monitoring/checks/temp-table-io.ts';
import { unusedIndexes } from '../../src/monitoring/checks/unused-indexes.ts';
import { updatesToNewPages } from '../../src/monitoring/checks/updates-to-new-pages.ts';
import { vacuumOverdue } from '../../src/monitoring/checks/vacuum-overdue.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { readChecks } from '../../src/watch/read-checks.ts';
import { runCli } from '../support/cli.ts';
import { about, look, type Look } from '../support/monitoring.ts';
import { olderServers, withOlderPair, withOlderServer } from '../support/older-server.ts';
import { connect } from '../support/sessions.ts';
import { createWorkspace } from '../support/workspace.ts';

/** Little room, so that a few megabytes go through all of it, and nobody who tidies up. */
const SETTINGS = {
  shared_buffers: '1MB',
  autovacuum: 'off',
  autovacuum_naptime: '1s',
  bgwriter_lru_maxpages: '1',
  max_prepared_transactions: '2',
  wal_level: 'logical',
  track_io_timing: 'on',
  shared_preload_libraries: 'pg_stat_statements',
};

/** Something to see for as many checks as possible: a row shows whether a statement's columns are what is expected. */
const PLANTED = [
  'CREATE EXTENSION pg_stat_statements',
  `SELECT pg_create_physical_replication_slot('unread', true)`,
  `CREATE TABLE parted (id int, at date) PARTITION BY RANGE (id);
   DO $$ BEGIN FOR i IN 0..20 LOOP
     EXECUTE format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES FROM (%s) TO (%s)', i, 10 * i, 10 * i + 10);
   END LOOP; END $$;
   INSERT INTO parted SELECT i, now() FROM generate_series(0, 200) AS i`,
  'CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (parent_id int REFERENCES parent)',
  'CREATE TABLE counted (id serial, at timestamptz DEFAULT now()); INSERT INTO counted DEFAULT VALUES',
  `CREATE TABLE load (id int, filler text); CREATE INDEX first ON load (id); CREATE INDEX second ON load (id)`,
  `INSERT INTO load SELECT i, 'x' FROM generate_series(1, 600000) AS i; ANALYZE load`,
  'UPDATE load SET filler = filler WHERE id <= 300000',
  'CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM load WITH NO DATA',
  `CREATE SUBSCRIPTION s CONNECTION 'dbname=postgres' PUBLICATION p WITH (connect = false)`,
  'BEGIN',
  'INSERT INTO parent VALUES (1)',
  `PREPARE TRANSACTION 'two phases'`,
] as const;

async function plant(session: Client): Promise<void> {
  for (const sql of PLANTED) await session.query(sql);
}

interface Fires extends Pick<Look, 'threshold' | 'history'> {
  readonly check: Check;
  /** Null for the worst. */
  readonly about: string | null;
  /** Between two rounds; without it one is enough. */
  readonly meanwhile?: readonly string[];
  readonly says: (major: number) => RegExp;
}

const CHECKPOINTS = Array.from({ length: 10 }, () => 'CHECKPOINT');

/** Checks whose statement is not the same for all versions, each with what it has to find in `PLANTED`. */
const FIRES: readonly Fires[] = [
  {
    check: slotInactive,
    about: 'unread',
    threshold: { warning: 0.000_1 },
    says: (major) =>
      major < 17
        ? /^nobody reads slot unread \(physical\), since when is not told before PostgreSQL 17; it keeps/
        : /^nobody has read slot unread \(physical\) for .*; it keeps/,
  },
  {
    check: checkpointsRequested,
    about: 'cluster',
    meanwhile: CHECKPOINTS,
    history: (rows, at) => [
      { at: at - 3_000, rows: rows.map((row) => ({ ...row, requested: Number(row['requested']) - 10 })) },
    ],
    says: () => /^10 of 10 checkpoints were requested in 50 minutes/,
  },
  {
    check: clientWrites,
    about: 'cluster',
    meanwhile: [`UPDATE load SET filler = filler || 'x'`, 'CHECKPOINT'],
    says: (major) => (major < 16 ? /they are not told apart before PostgreSQL 16$/ : /pages in .* %\)$/),
  },
  {
    check: unusedIndexes,
    about: 'public.first',
    threshold: { warning: 0 },
    says: () => /^public\.first of public\.load .* has not been scanned in/,
  },
  {
    check: vacuumOverdue,
    about: 'public.load',
    says: () => /dead rows; autovacuum comes at 120,0\d\d/,
  },
  {
    check: slowStatements,
    about: null,
    meanwhile: Array.from({ length: 10 }, () => 'SELECT pg_sleep(0.03)'),
    threshold: { warning: 20 },
    says: () => /pg_sleep/,
  },
  {
    check: tempTableIo,
    about: 'cluster',
    meanwhile: [
      'CREATE TEMPORARY TABLE passing AS SELECT * FROM load',
      'SELECT count(*) FROM passing',
      'DROP TABLE passing',
    ],
    threshold: { warning: 1_000 },
    says: () => /MB/,
  },
  {
    check: bufferTurnover,
    about: 'cluster',
    meanwhile: ['SELECT sum(id) FROM load WHERE id % 1000 < 500'],
    threshold: { warning: 1_000_000 },
    says: () => /evict|buffers|turn/,
  },
  {
    check: updatesToNewPages,
    about: 'public.load',
    meanwhile: [`UPDATE load SET filler = filler || 'yyyyyyyy'`],
    threshold: { warning: 0.1 },
    says: () => /load/,
  },
];

const oldestOf = ({ sql }: Check) => sql[0]?.from ?? 0;

describe.each(olderServers().map((server) => [server.major, server] as const))(
  'PostgreSQL %d',
  (major, server) => {
    test('answers every check that it is new enough for, and the command says what it is too old for', async () => {
      await withOlderServer(server, SETTINGS, async (url) => {
        const session = await connect({ url });
        await plant(session);
        const { readings } = await withSession(parseTarget(url, {}), 'monitor', null, (reader) =>
          readChecks(reader, CHECKS, { clock: () => performance.now() }),
        );
        const expected = (check: Check) => {
          if (oldestOf(check) > major) return 'not-available';
          return check.needs?.server === 'standby' ? 'not-applicable' : 'read';
        };
        const surprises = readings.filter(({ check, state }) => state !== expected(check));
        expect(
          surprises.map((one) => `${one.check.name}: ${'message' in one ? one.message : one.state}`),
        ).toEqual([]);
        const { path } = await createWorkspace();
        const { code, stdout } = await runCli(
          ['monitor', '--json', '--fail-on', 'nothing', '--database-url', url],
          { cwd: path },
        );
        const round = JSON.parse(stdout) as {
          up: boolean;
          checks: { name: string; level: string; message: string | null }[];
        };
        expect({ code, up: round.up }).toEqual({ code: 0, up: true });
        for (const check of CHECKS.filter((one) => oldestOf(one) > major))
          expect(round.checks.find(({ name }) => name === check.name)).toMatchObject({
            level: 'unknown',
            message: `not available before PostgreSQL ${oldestOf(check)}; this is ${major}`,
          });
        await session.end();
      });
    });

    test('what is wrong is found by the statements of this version', async () => {
      await withOlderServer(server, SETTINGS, async (url) => {
        const session = await connect({ url });
        await plant(session);
        const known = FIRES.filter(({ check }) => oldestOf(check) <= major);
        for (const { check, meanwhile, threshold, history, ...fires } of known) {
          const how = {
            ...(threshold === undefined ? {} : { threshold }),
            ...(history === undefined ? {} : { history }),
            ...(meanwhile === undefined
              ? {}
              : {
                  meanwhile: async () => {
                    for (const sql of meanwhile) await session.query(sql);
                  },
                }),
          };
          // Sessions report at most once a second, to 14 half a second later.
          const found = async () => {
            const report = await look(url, check, how);
            const one = report.observations.find(({ subject }) => subject === (fires.about ?? subject));
            return { level: one?.level, message: one?.message };
          };
          await expect.poll(found, { timeout: 30_000, message: check.name }).toEqual({
            level: expect.stringMatching(/^(?:warning|critical)$/),
            message: expect.stringMatching(fires.says(major)),
          });
        }
        await session.end();
      });
    });

    test('what it does not count is not taken for none', async () => {
      await withOlderServer(server, SETTINGS, async (url) => {
        const session = await connect({ url });
        await plant(session);
        const errors = await look(url, subscriptionErrors, { meanwhile: async () => undefined });
        expect(errors.message ?? about(errors, 's').message).toMatch(
          major < 15
            ? /^not available before PostgreSQL 15/
            : /, conflicts are not counted before PostgreSQL 18$/,
        );
        await session.query('BEGIN');
        await session.query('SELECT count(*) FROM parted');
        expect(about(await look(url, lockSlowPath), 'cluster').message).toMatch(
          /, where up to PostgreSQL 17 there is room for 16$/,
        );
        await session.end();
      });
    });

    test('a standby answers, and tells of queries that were cancelled', async () => {
      const settings = { primary: {}, standby: { max_standby_streaming_delay: '100ms' } };
      await withOlderPair(server, settings, async (primaryUrl, standbyUrl) => {
        const writer = await connect({ url: primaryUrl });
        const reader = await connect({ url: standbyUrl });
        await writer.query('CREATE TABLE t AS SELECT generate_series(1, 1000) AS id');
        await expect
          .poll(async () => (await reader.query(`SELECT to_regclass('t') AS t`)).rows, { timeout: 30_000 })
          .toEqual([{ t: 't' }]);
        for (const url of [primaryUrl, standbyUrl]) {
          const { readings } = await withSession(parseTarget(url, {}), 'monitor', null, (session) =>
            readChecks(session, CHECKS, { clock: () => performance.now() }),
          );
          expect(readings.filter(({ state }) => state === 'failed')).toEqual([]);
        }
        const report = await look(standbyUrl, recoveryConflicts, {
          meanwhile: async () => {
            await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
            await reader.query('SELECT count(*) FROM t');
            await writer.query('DELETE FROM t');
            await writer.query('VACUUM t');
            await expect.poll(() => cancelledAt(standbyUrl), { timeout: 30_000 }).toBe(1);
          },
        });
        expect(about(report, 'postgres')).toMatchObject({
          level: 'warning',
          message:
            '1 statement cancelled in 1 minute: 1 for old rows, 0 for locks, 0 for pages in use, 0 else',
        });
        await reader.end();
        await writer.end();
      });
    });
  },
);

/** Queries that the standby has counted as cancelled for old rows. */
async function cancelledAt(url: string): Promise<number> {
  const session = await connect({ url });
  try {
    const { rows } = await session.query<{ n: number }>(
      `SELECT confl_snapshot::int AS n FROM pg_stat_database_conflicts WHERE datname = 'postgres'`,
    );
    return rows[0]?.n ?? 0;
  } finally {
    await session.end();
  }
}
