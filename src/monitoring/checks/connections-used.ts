import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { formatCount, formatPercent } from '../words.ts';

/**
 * What ordinary roles can take is `max_connections` less both reserves. `reserved_connections` came with 16; before that
 * only superusers had a reserve.
 */
const SQL = `
  SELECT count(*) FILTER (WHERE a.backend_type = 'client backend')::float8 AS used,
         (current_setting('max_connections')::int
          - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0))::float8 AS available
    FROM pg_stat_activity a`;

export const connectionsUsed = defineCheck({
  name: 'connections-used',
  area: 'connections',
  summary: 'client connections, as a share of those that ordinary roles may open',
  advice:
    'put a pool in front of the server or make the pools smaller; raise max_connections only where the server has CPU and memory left',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 75,
    critical: 90,
    direction: 'above',
    source: 'pgmonitor 75/90; postgresqltuner 70/90; postgres_exporter mixin 80; check_postgres 90/95',
  },
  // Without it backend_type is NULL for the sessions of others.
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ used: z.number(), available: z.number() }),
  remembers: 'nothing',
  metrics: [
    {
      name: 'connections',
      help: 'Client connections',
      type: 'gauge',
      labels: {},
      value: ({ used }) => used,
    },
    {
      name: 'connections_available',
      help: 'Client connections that ordinary roles may open: max_connections less the reserves',
      type: 'gauge',
      labels: {},
      value: ({ available }) => available,
    },
  ],
  observe: ({ rows }) =>
    rows.map(({ used, available }) => {
      const value = (100 * used) / available;
      const message = `${formatCount(used)} of ${formatCount(available)} connections are taken (${formatPercent(value)})`;
      return { subject: 'cluster', value, message };
    }),
});
