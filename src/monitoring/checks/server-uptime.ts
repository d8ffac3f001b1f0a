import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatSpan } from '../words.ts';

const SQL = `
  SELECT greatest(0, extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()))::float8 AS seconds,
         extract(epoch FROM clock_timestamp() - pg_conf_load_time())::float8 AS "loadedSeconds"`;

export const serverUptime = defineCheck({
  name: 'server-uptime',
  area: 'system',
  summary: 'time since the server was started',
  advice: 'look into its log for why it was; the caches are cold, and after a crash all counters are gone',
  scope: 'cluster',
  unit: 'seconds',
  threshold: {
    warning: 600,
    critical: null,
    direction: 'below',
    source:
      'postgresqltuner warns of less than a day, since counters say little by then; an alert is for the restart itself',
    // A start is seen once; it is over by the time that it was seen three times.
    raiseAfter: 1,
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ seconds: z.number(), loadedSeconds: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'uptime_seconds',
      help: 'Time since the server was started',
      type: 'gauge',
      labels: {},
      value: ({ seconds }) => seconds,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ seconds, loadedSeconds }) => ({
      subject: 'cluster',
      value: seconds,
      message: `the server was started ${formatSpan(seconds)} ago, and read its configuration ${formatSpan(Math.max(0, loadedSeconds))} ago`,
    })),
});
