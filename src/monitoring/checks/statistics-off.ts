import { z } from 'zod';
import { defineCheck, type Draft } from '../check.ts';
import type { MonitoredServer } from '../server.ts';
import type { Level } from '../threshold.ts';

/** What `pg_stat_statements` defines is there where its library was loaded at the start. */
const SQL = `
  SELECT current_setting('track_counts') AS counts, current_setting('track_activities') AS activities,
         current_setting('track_io_timing') AS "ioTiming", current_setting('compute_query_id') AS "queryId",
         current_setting('pg_stat_statements.track', true) AS statements`;

const ROW = z.object({
  counts: z.string(),
  activities: z.string(),
  ioTiming: z.string(),
  queryId: z.string(),
  statements: z.string().nullable(),
});
type Row = z.infer<typeof ROW>;

interface Rule {
  readonly subject: string;
  readonly isMissing: (row: Row, server: MonitoredServer) => boolean;
  readonly level: Level;
  readonly message: string;
  readonly advice: string;
}

const RULES: readonly Rule[] = [
  {
    subject: 'track_counts',
    isMissing: ({ counts }) => counts !== 'on',
    level: 'critical',
    message: 'track_counts is off: the server counts no rows, and autovacuum does not know when to come',
    advice: 'ALTER SYSTEM SET track_counts = on, and reload',
  },
  {
    subject: 'track_activities',
    isMissing: ({ activities }) => activities !== 'on',
    level: 'warning',
    message: 'track_activities is off: nobody sees what sessions do, nor for how long',
    advice: 'ALTER SYSTEM SET track_activities = on, and reload',
  },
  {
    subject: 'track_io_timing',
    isMissing: ({ ioTiming }) => ioTiming !== 'on',
    level: 'warning',
    message:
      'track_io_timing is off: whether reads wait for a disk or come from the system’s cache is not known',
    advice:
      'ALTER SYSTEM SET track_io_timing = on, and reload, where pg_test_timing says that reading the clock takes less than about 50 ns',
  },
  {
    subject: 'pg_stat_statements',
    isMissing: ({ statements }) => statements === null,
    level: 'warning',
    message: 'pg_stat_statements is not loaded: which statements take the time is not known',
    advice: 'add it to shared_preload_libraries, restart, and CREATE EXTENSION pg_stat_statements',
  },
  {
    subject: 'pg_stat_statements',
    isMissing: ({ statements }, { extensions }) =>
      statements !== null && !extensions.some(({ name }) => name === 'pg_stat_statements'),
    level: 'warning',
    message: 'pg_stat_statements is loaded and counts, but this database has no view of it',
    advice: 'CREATE EXTENSION pg_stat_statements',
  },
  {
    subject: 'pg_stat_statements.track',
    isMissing: ({ statements }) => statements === 'none',
    level: 'warning',
    message: 'pg_stat_statements.track is none: it is loaded, but counts no statement',
    advice: 'ALTER SYSTEM SET pg_stat_statements.track = top, and reload',
  },
  {
    subject: 'compute_query_id',
    isMissing: ({ queryId, statements }) => queryId === 'off' && statements !== null,
    level: 'warning',
    message: 'compute_query_id is off: pg_stat_statements tells no statement from another, and counts none',
    advice: 'ALTER SYSTEM SET compute_query_id = auto, and reload',
  },
];

export const statisticsOff = defineCheck({
  name: 'statistics-off',
  area: 'settings',
  summary: 'statistics that the server could keep and does not',
  advice: 'switch them on',
  scope: 'database',
  unit: 'count',
  threshold: null,
  sql: [{ from: 14, sql: SQL }],
  row: ROW,
  remembers: 'nothing',
  metrics: [],
  observe: ({ rows, server }) =>
    rows.flatMap((row) =>
      RULES.filter(({ isMissing }) => isMissing(row, server)).map(
        ({ subject, level, message, advice }): Draft => ({ subject, value: 1, level, message, advice }),
      ),
    ),
});
