import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { daysUntilIdsEnd } from '../id-days-left.ts';
import { idAges } from '../wraparound.ts';

export const multixactIdDaysLeft = defineCheck({
  name: 'multixact-id-days-left',
  area: 'capacity',
  summary:
    'days until a database has no multixact ids left, by how the oldest has aged, once autovacuum should have frozen it',
  advice:
    'see why freezing does not get through (freeze-overdue, xmin-horizon) while there is time: at the end the server refuses what needs a new one',
  scope: 'cluster',
  unit: 'days',
  threshold: {
    warning: 30,
    critical: 7,
    direction: 'below',
    source:
      'no tool forecasts it; to freeze a large database takes days, and to find who is in the way as well',
  },
  sql: [{ from: 14, sql: idAges('multixact') }],
  row: z.object({ database: z.string(), age: z.number(), freezeAt: z.number() }),
  remembers: 'series',
  metrics: [],
  observe: daysUntilIdsEnd('multixact'),
});
