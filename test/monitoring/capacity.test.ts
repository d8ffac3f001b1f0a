import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/labs/embedded/server.ts';
import { connectionsDaysLeft } from '../../src/monitoring/checks/connections-days-left.ts';
import { databaseGrowth } from '../../src/monitoring/checks/database-growth.ts';
import { integerColumnDaysLeft } from '../../src/monitoring/checks/integer-column-days-left.ts';
import { materializedViews } from '../../src/monitoring/checks/materialized-views.ts';
import { multixactIdDaysLeft } from '../../src/monitoring/checks/multixact-id-days-left.ts';
import { slotTimeLeft } from '../../src/monitoring/checks/slot-time-left.ts';
import { transactionIdDaysLeft } from '../../src/monitoring/checks/transaction-id-days-left.ts';
import type { AnyRow, Past } from '../../src/monitoring/sample.ts';
import { about, look } from '../support/monitoring.ts';
import { connect } from '../support/sessions.ts';

/** Ids are overdue as early as the server lets them be. */
const SETTINGS = {
  autovacuum: 'off',
  autovacuum_freeze_max_age: '100000',
  autovacuum_multixact_freeze_max_age: '10000',
  max_slot_wal_keep_size: '1GB',
};
const DAY = 86_400;
const DAYS = 20;

let server: EmbeddedServer;
let session: Client;

beforeAll(async () => {
  server = await startEmbeddedServer({ settings: SETTINGS });
  session = await connect(server);
  await session.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
});
afterAll(async () => {
  await session.end();
  await server.stop();
});

/** Twenty days in which a number of the real rows has come to what it is now, from a share of it. */
function grownFrom(share: number, name: string) {
  return (rows: readonly AnyRow[], at: number): readonly Past<AnyRow>[] =>
    Array.from({ length: DAYS }, (_, day) => ({
      at: at - (DAYS - day) * DAY,
      rows: rows.map((row) => ({
        ...row,
        [name]: Number(row[name]) * (share + ((1 - share) * day) / DAYS),
      })),
    }));
}

function plainUrl(): string {
  const url = new URL(server.url);
  url.username = 'plain';
  url.password = 'plain';
  return url.href;
}

test('databases: one that doubles in days, one that rests, and one look', async () => {
  const doubles = await look(server.url, databaseGrowth, { history: grownFrom(0.1, 'bytes') });
  expect(about(doubles, 'postgres')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /^postgres has [\d.]+ MB, grows by .* a day; twice of it: in 2\d days \(95 %: 2\d days to 2\d days\)$/,
    ),
  });
  expect(await look(server.url, databaseGrowth, { history: grownFrom(1, 'bytes') })).toMatchObject({
    level: 'ok',
  });
  expect(about(await look(server.url, databaseGrowth), 'postgres')).toMatchObject({
    level: 'unknown',
    message: expect.stringContaining('a forecast needs 14 samples over 7 days'),
  });
});

test('databases: the size of one that a role may not enter is not visible', async () => {
  await session.query('CREATE DATABASE closed');
  await session.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  const report = await look(plainUrl(), databaseGrowth, { history: grownFrom(1, 'bytes') });
  expect(about(report, 'closed')).toMatchObject({
    level: 'unknown',
    message: expect.stringContaining('not visible'),
  });
  expect(about(report, 'postgres')).toMatchObject({ level: 'ok' });
});

test('connections: they grow towards the limit, and stay as they are', async () => {
  const grows = await look(server.url, connectionsDaysLeft, {
    history: grownFrom(0.1, 'used'),
    threshold: { warning: 100_000, critical: null },
  });
  expect(about(grows, 'cluster')).toMatchObject({ level: 'warning', unit: 'days' });
  expect(await look(server.url, connectionsDaysLeft, { history: grownFrom(1, 'used') })).toMatchObject({
    level: 'ok',
  });
  expect(await look(plainUrl(), connectionsDaysLeft)).toMatchObject({ state: 'not-visible' });
});

test('ids: nobody freezes them, the end is in sight; before they are due it is not', async () => {
  const young = await look(server.url, transactionIdDaysLeft, { history: grownFrom(0.1, 'age') });
  expect(young).toMatchObject({ level: 'ok' });
  expect(await look(server.url, multixactIdDaysLeft, { history: grownFrom(0.1, 'age') })).toMatchObject({
    level: 'ok',
  });
  const holder = await connect(server);
  try {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    await session.query(
      'DO $$ BEGIN FOR i IN 1..101000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$',
    );
    const overdue = await look(server.url, transactionIdDaysLeft, {
      history: grownFrom(0.1, 'age'),
      threshold: { warning: 1_000_000 },
    });
    expect(about(overdue, 'postgres')).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(
        /^the oldest of postgres is 10\d,\d+ transaction ids old, more than the 100,000 at which autovacuum freezes; the end: in [\d.,]+ years \(95 %: /,
      ),
    });
    expect(await look(server.url, transactionIdDaysLeft, { history: grownFrom(1, 'age') })).toMatchObject({
      level: 'ok',
    });
  } finally {
    await holder.end();
  }
});

test('multixact ids: nobody freezes them', async () => {
  await session.query('CREATE TABLE shared AS SELECT 1 AS id');
  const holder = await connect(server);
  const other = await connect(server);
  try {
    await holder.query('BEGIN; SELECT FROM shared FOR KEY SHARE');
    await other.query(
      `DO $$ BEGIN FOR i IN 1..10500 LOOP PERFORM FROM shared FOR KEY SHARE; COMMIT; END LOOP; END $$`,
    );
    const report = await look(server.url, multixactIdDaysLeft, {
      history: grownFrom(0.1, 'age'),
      threshold: { warning: 10_000_000 },
    });
    expect(about(report, 'postgres')).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/^the oldest of postgres is 10,\d+ multixact ids old/),
    });
  } finally {
    await holder.end();
    await other.end();
  }
});

test('columns: an integer that a larger sequence fills, and one whose sequence ends with it', async () => {
  await session.query(
    `CREATE TABLE small (id int PRIMARY KEY);
     CREATE SEQUENCE large OWNED BY small.id;
     ALTER TABLE small ALTER id SET DEFAULT nextval('large');
     SELECT setval('large', 1900000000);
     CREATE TABLE usual (id serial PRIMARY KEY, other bigserial); INSERT INTO usual DEFAULT VALUES`,
  );
  const grows = await look(server.url, integerColumnDaysLeft, { history: grownFrom(0.1, 'used') });
  expect(grows.observations).toHaveLength(1);
  expect(about(grows, 'public.small.id')).toMatchObject({
    level: 'critical',
    message: expect.stringMatching(
      /^public\.small\.id has used 88 % of its values; the end: in [23]\.?\d* days \(95 %/,
    ),
  });
  const rests = await look(server.url, integerColumnDaysLeft, { history: grownFrom(1, 'used') });
  expect(rests).toMatchObject({ level: 'ok' });
});

test('slots: lost within hours at the pace of the last minutes, and not while nothing is written', async () => {
  expect((await look(server.url, slotTimeLeft)).observations).toEqual([]);
  await session.query(`SELECT pg_create_physical_replication_slot('unread', true)`);
  const write = async () => {
    await session.query(`SELECT pg_logical_emit_message(false, 'filler', repeat('x', 1000000), true)`);
  };
  const report = await look(server.url, slotTimeLeft, { meanwhile: write, seconds: 60 });
  expect(about(report, 'unread')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(
      /may still be written before slot unread \(physical\) is lost: in 1\d hours at 1\d kB a second, as in the last 1 minute$/,
    ),
  });
  const rest = await look(server.url, slotTimeLeft, { meanwhile: async () => undefined, seconds: 60 });
  expect(about(rest, 'unread')).toMatchObject({ level: 'ok' });
  expect(about(await look(server.url, slotTimeLeft), 'unread')).toMatchObject({ level: 'unknown' });
});

test('materialized views: without rows, without a unique index, and as they should be', async () => {
  await session.query(
    `CREATE MATERIALIZED VIEW empty AS SELECT 1 AS id WITH NO DATA;
     CREATE MATERIALIZED VIEW large_view AS SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 15000) AS i;
     CREATE MATERIALIZED VIEW tiny AS SELECT 1 AS id`,
  );
  await session.query('ANALYZE large_view');
  const report = await look(server.url, materializedViews);
  expect(about(report, 'public.empty')).toMatchObject({
    level: 'warning',
    advice: 'REFRESH MATERIALIZED VIEW public.empty',
  });
  expect(about(report, 'public.large_view')).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/^public\.large_view \(\d+ MB\) has no unique index on plain columns/),
  });
  expect(about(report, 'public.tiny')).toMatchObject({ level: 'ok' });
  await session.query('REFRESH MATERIALIZED VIEW empty');
  await session.query('CREATE UNIQUE INDEX ON large_view (i)');
  expect(await look(server.url, materializedViews)).toMatchObject({ level: 'ok' });
});
