import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/** Superusers are held to no limit. A limit of 0 lets nobody in, which is meant; -1 is none. */
const SQL = `
  SELECT subject, used::float8 AS used, allowed::float8 AS allowed
    FROM (SELECT 'database ' || d.datname AS subject, d.datconnlimit AS allowed,
                 (SELECT count(*) FROM pg_stat_activity a
                   WHERE a.datid = d.oid AND a.backend_type = 'client backend') AS used
            FROM pg_database d
           WHERE d.datconnlimit > 0
          UNION ALL
          SELECT 'role ' || r.rolname, r.rolconnlimit,
                 (SELECT count(*) FROM pg_stat_activity a
                   WHERE a.usesysid = r.oid AND a.backend_type = 'client backend')
            FROM pg_roles r
           WHERE r.rolconnlimit > 0 AND r.rolcanlogin AND NOT r.rolsuper) AS limits
   ORDER BY limits.used::float8 / allowed DESC, subject
   LIMIT 100`;

export const connectionLimits = defineCheck({
  name: 'connection-limits',
  area: 'connections',
  summary: 'connections of each database and role that has a limit of its own, as a share of it',
  advice:
    'make the pools that connect there smaller, or raise the limit: ALTER DATABASE or ALTER ROLE … CONNECTION LIMIT',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 75,
    critical: 90,
    direction: 'above',
    source: 'as for all connections: pgmonitor 75/90; check_postgres 90/95',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ subject: z.string(), used: z.number(), allowed: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'connection_limit_used_ratio',
      help: 'Share of its connection limit that a database or role has taken',
      type: 'gauge',
      labels: { subject: ({ subject }) => subject },
      value: ({ used, allowed }) => used / allowed,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ subject, used, allowed }) => {
      const value = (100 * used) / allowed;
      return {
        subject,
        value,
        message: `${subject} has ${formatCount(used)} of its ${formatCount(allowed)} connections (${formatPercent(value)})`,
      };
    }),
});
