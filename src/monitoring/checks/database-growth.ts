import { z } from 'zod';
import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { forecast, forecastWords, pointsOf } from '../forecast.ts';
import { formatBytes } from '../words.ts';

/** Asked of the file system, file by file. NULL for a database that the role may not connect to. */
const SQL = `
  SELECT datname::text AS database,
         CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
              THEN pg_database_size(oid)::float8 END AS bytes
    FROM pg_database
   WHERE datallowconn
   ORDER BY datname
   LIMIT 100`;

export const databaseGrowth = defineCheck({
  name: 'database-growth',
  area: 'capacity',
  summary: 'days until a database is twice as large as it is, by how it has grown',
  advice:
    'compare with the free space of its disk (disk-days-left); find the tables that grow, and remove or archive what nobody needs',
  scope: 'cluster',
  unit: 'days',
  threshold: {
    warning: 30,
    critical: 7,
    direction: 'below',
    source:
      'none of the tools read forecasts (pghero shows a difference); what doubles in a month is no usual growth, whatever the disk',
  },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: SQL }],
  row: z.object({ database: z.string(), bytes: z.number().nullable() }),
  remembers: 'series',
  metrics: [
    {
      name: 'database_size_bytes',
      help: 'Size of a database on disk',
      type: 'gauge',
      labels: { datname: ({ database }) => database },
      value: ({ bytes }) => bytes,
    },
  ],
  observe: ({ rows, history }) => {
    const points = pointsOf(
      history,
      ({ database }) => database,
      ({ bytes }) => bytes,
    );
    return rows.map(({ database, bytes }) => {
      if (bytes === null)
        return {
          subject: database,
          value: null,
          message: `the size of ${database} is not visible: the role may not connect to it`,
          advice: 'GRANT pg_read_all_stats TO the role that monitors',
        };
      const found = forecast(points.get(database) ?? [], 2 * bytes);
      const grows = found.state === 'reaches' ? `, grows by ${formatBytes(found.perDay)} a day` : '';
      const message = `${database} has ${formatBytes(bytes)}${grows}; twice of it: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject: database, value: null, level: 'ok', message };
      return { subject: database, value: found.state === 'reaches' ? found.days : null, message };
    });
  },
});
