import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { forecast, forecastWords, pointsOf } from '../forecast.ts';
import { formatCount } from '../words.ts';

/** As connections-used counts them. */
const SQL = `
  SELECT count(*) FILTER (WHERE a.backend_type = 'client backend')::float8 AS used,
         (current_setting('max_connections')::int
          - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0))::float8 AS available
    FROM pg_stat_activity a`;

export const connectionsDaysLeft = defineCheck({
  name: 'connections-days-left',
  area: 'capacity',
  summary: 'days until all connections are taken, by how their number has grown',
  advice: 'put a pool in front of the server before that, or make the pools of its clients smaller',
  scope: 'cluster',
  unit: 'days',
  threshold: {
    warning: 30,
    critical: 7,
    direction: 'below',
    source: 'none of the tools read forecasts; max_connections needs a restart, a pooler a release',
  },
  needs: { role: 'pg_read_all_stats' },
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ used: z.number(), available: z.number() }),
  remembers: 'series',
  metrics: [],
  observe: ({ rows, history }) => {
    const points = pointsOf(
      history,
      () => 'cluster',
      ({ used }) => used,
    );
    return rows.map(({ used, available }) => {
      const found = forecast(points.get('cluster') ?? [], available);
      const message = `${formatCount(used)} of ${formatCount(available)} connections are taken; all of them: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject: 'cluster', value: null, level: 'ok', message };
      return { subject: 'cluster', value: found.state === 'reaches' ? found.days : null, message };
    });
  },
});
