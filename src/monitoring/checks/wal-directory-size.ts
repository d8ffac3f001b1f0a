import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatBytes, formatCount, formatPercent } from '../words.ts';

/** Settings in MB. What `wal_keep_size` keeps is wanted, and comes on top of what a checkpoint lets grow. */
const SQL = `
  SELECT count(*)::float8 AS files, coalesce(sum(size), 0)::float8 AS bytes,
         (SELECT sum(setting::float8) * 1024 * 1024 FROM pg_settings WHERE name IN ('max_wal_size', 'wal_keep_size')) AS planned
    FROM pg_ls_waldir()`;

export const walDirectorySize = defineCheck({
  name: 'wal-directory-size',
  area: 'wal',
  summary: 'size of pg_wal, as a share of max_wal_size and wal_keep_size together',
  advice:
    'find what keeps it: a slot that nobody reads (slot-retained), an archiver that fails (archiver-failing), or checkpoints that do not get through; delete nothing in pg_wal by hand',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 150,
    critical: 300,
    direction: 'above',
    source:
      'pgwatch 1/10 GB, which a server with a max_wal_size of 16 GB has by plan; beyond the plan by half something else keeps it',
  },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ files: z.number(), bytes: z.number(), planned: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'wal_directory_bytes',
      help: 'Size of the files in pg_wal',
      type: 'gauge',
      labels: {},
      value: ({ bytes }) => bytes,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ files, bytes, planned }) => {
      const value = (100 * bytes) / planned;
      return {
        subject: 'cluster',
        value,
        message: `pg_wal has ${formatCount(files)} files with ${formatBytes(bytes)}, ${formatPercent(value)} of the ${formatBytes(planned)} that max_wal_size and wal_keep_size plan for`,
      };
    }),
});
