import { z } from 'zod';
import { defineCheck } from '../check.ts';

export const dataChecksumsOff = defineCheck({
  name: 'data-checksums-off',
  area: 'settings',
  summary: 'whether damaged pages would be noticed',
  advice:
    'stop the server and run pg_checksums --enable, a standby first; until then damage by storage spreads unnoticed, into backups too',
  scope: 'cluster',
  unit: 'count',
  threshold: {
    warning: 1,
    critical: null,
    direction: 'above',
    source:
      'on by default from PostgreSQL 18 on; pgmonitor and check_pgactivity count failures, of which there are none without',
    raiseAfter: 1,
  },
  sql: [{ from: 14, sql: `SELECT current_setting('data_checksums') AS checksums` }],
  row: z.object({ checksums: z.string() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'data_checksums_enabled',
      help: 'Whether pages have checksums',
      type: 'gauge',
      labels: {},
      value: ({ checksums }) => (checksums === 'on' ? 1 : 0),
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ checksums }) =>
      checksums === 'on'
        ? { subject: 'cluster', value: 0, message: 'pages have checksums' }
        : {
            subject: 'cluster',
            value: 1,
            message: `pages have no checksums (data_checksums = ${checksums})`,
          },
    ),
});
