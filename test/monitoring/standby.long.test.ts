import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recoveryConflicts } from '../../src/monitoring/checks/recovery-conflicts.ts';
import { replayLag } from '../../src/monitoring/checks/replay-lag.ts';
import { replayPaused } from '../../src/monitoring/checks/replay-paused.ts';
import { standbyLag } from '../../src/monitoring/checks/standby-lag.ts';
import { walReceiverSilent } from '../../src/monitoring/checks/wal-receiver-silent.ts';
import { xminHorizon } from '../../src/monitoring/checks/xmin-horizon.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';
import { startPair, type Pair } from '../support/standby.ts';

let pair: Pair;
let writer: Client;
let reader: Client;

beforeAll(async () => {
  pair = await startPair({ max_standby_streaming_delay: '100ms', wal_receiver_status_interval: '1s' });
  writer = await connect(pair.primary);
  reader = await connect(pair.standby);
  await writer.query('CREATE TABLE t AS SELECT generate_series(1, 1000) AS id');
});
afterAll(async () => {
  await reader.end();
  await writer.end();
  await pair.stop();
});

test('on a primary there is nothing of the sort', async () => {
  for (const check of [recoveryConflicts, replayLag, replayPaused, walReceiverSilent])
    expect(await look(pair.primary.url, check)).toMatchObject({ state: 'not-applicable', level: null });
});

test('a standby that follows', async () => {
  await expect
    .poll(async () => (await look(pair.primary.url, standbyLag)).observations, { timeout: 30_000 })
    .toMatchObject([{ subject: 'follower', level: 'ok' }]);
  for (const check of [replayLag, replayPaused, walReceiverSilent])
    expect(await look(pair.standby.url, check)).toMatchObject({ state: 'read', level: 'ok' });
});

test('replay: paused, and left behind', async () => {
  await reader.query('SELECT pg_wal_replay_pause()');
  await expect
    .poll(async () => (await look(pair.standby.url, replayPaused)).level, { timeout: 30_000 })
    .toBe('warning');
  await writer.query('INSERT INTO t SELECT generate_series(1, 50000)');
  await expect
    .poll(async () => (await look(pair.standby.url, replayLag, { meanwhile: async () => undefined })).level, {
      timeout: 30_000,
    })
    .toBe('critical');
  const lag = await look(pair.standby.url, replayLag, { threshold: { warning: 1_000_000 } });
  expect(about(lag, 'cluster')).toMatchObject({ level: 'warning' });
  await expect
    .poll(
      async () => (await look(pair.primary.url, standbyLag, { threshold: { warning: 1_000_000 } })).level,
      {
        timeout: 30_000,
      },
    )
    .toBe('warning');
  await reader.query('SELECT pg_wal_replay_resume()');
  await expect
    .poll(async () => (await look(pair.standby.url, replayLag, { threshold: { warning: 1 } })).level, {
      timeout: 30_000,
    })
    .toBe('ok');
});

test('conflicts: a query that replay does not wait for', async () => {
  const none = await look(pair.standby.url, recoveryConflicts, { meanwhile: async () => undefined });
  expect(about(none, 'postgres')).toMatchObject({ value: 0, level: 'ok' });
  const query = await connect(pair.standby);
  try {
    await query.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t');
    const conflict = await look(pair.standby.url, recoveryConflicts, {
      meanwhile: async () => {
        await writer.query('DELETE FROM t');
        await writer.query('VACUUM t');
        await expect
          .poll(
            async () =>
              (
                await reader.query(
                  `SELECT confl_snapshot::int AS n FROM pg_stat_database_conflicts WHERE datname = 'postgres'`,
                )
              ).rows,
            { timeout: 30_000 },
          )
          .toEqual([{ n: 1 }]);
      },
    });
    expect(about(conflict, 'postgres')).toMatchObject({
      value: 1,
      level: 'warning',
      message: '1 statement cancelled in 1 minute: 1 for old rows, 0 for locks, 0 for pages in use, 0 else',
    });
  } finally {
    await query.end();
  }
});

test('the horizon of the primary: a query of a standby that says what it needs', async () => {
  await reader.query('ALTER SYSTEM SET hot_standby_feedback = on');
  await reader.query('SELECT pg_reload_conf()');
  const query = await connect(pair.standby);
  try {
    await query.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t');
    await writer.query(
      'DO $$ BEGIN FOR i IN 1..100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$',
    );
    await expect
      .poll(
        async () => (await look(pair.primary.url, xminHorizon, { threshold: { warning: 100 } })).observations,
        { timeout: 30_000 },
      )
      .toContainEqual(expect.objectContaining({ subject: 'standby follower', level: 'warning' }));
  } finally {
    await query.end();
  }
});

test('the receiver: its primary is gone', async () => {
  await writer.end();
  await pair.primary.stop();
  await expect
    .poll(async () => (await look(pair.standby.url, walReceiverSilent)).level, { timeout: 60_000 })
    .toBe('critical');
});
