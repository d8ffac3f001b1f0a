import { defineCheck } from '../check.ts';
import { noRate } from '../growth.ts';
import { BUSY_STATEMENTS, executedSince, STATEMENT, STATEMENT_NEEDS } from '../statements.ts';
import { formatCount, formatCounted, formatPercent, formatSpan } from '../words.ts';

/** A statement that takes less than half a second in each second is no load, whatever its share. */
const LEAST_LOAD = 0.5;
const MOST_TOLD = 5;

export const statementShare = defineCheck({
  name: 'statement-share',
  area: 'queries',
  summary: 'share of the time of all statements that a single one has taken since the last look',
  advice:
    'make this one faster before any other: pitstop explain says why it is slow; many calls of a fast one are spared in the application',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 30,
    critical: null,
    direction: 'above',
    source: 'postgres-checkup 30, pg-extras 33; here only where it keeps half a core busy',
  },
  needs: STATEMENT_NEEDS,
  sql: [{ from: 14, sql: BUSY_STATEMENTS }],
  row: STATEMENT,
  remembers: 'last',
  metrics: [
    {
      name: 'statement_calls_total',
      help: 'Calls of a statement since its counters were reset',
      type: 'counter',
      labels: { queryid: ({ id }) => id },
      value: ({ calls }) => calls,
    },
    {
      name: 'statement_seconds_total',
      help: 'Execution time of these calls',
      type: 'counter',
      labels: { queryid: ({ id }) => id },
      value: ({ totalMs }) => totalMs / 1_000,
    },
  ],
  observe: (sample) => {
    const executed = executedSince(sample);
    if ('missing' in executed) return [noRate(sample.server.database, 'statements', executed.missing)];
    const allMs = executed.reduce((sum, { ms }) => sum + ms, 0);
    const busiest = executed.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms);
    return busiest.slice(0, MOST_TOLD).map(({ subject, statement, calls, ms, meanMs, seconds }) => {
      const value = (100 * ms) / allMs;
      return {
        subject,
        value,
        ...(ms / 1_000 / seconds < LEAST_LOAD && { level: 'ok' as const }),
        message: `${formatPercent(value)} of the time of all statements: ${formatCounted(calls, 'call')} of ${formatCount(meanMs)} ms, ${formatSpan(ms / 1_000)} in ${formatSpan(seconds)}: ${statement}`,
      };
    });
  },
});
