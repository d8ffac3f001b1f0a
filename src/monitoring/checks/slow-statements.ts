import { defineCheck } from '../check.ts';
import { noRate } from '../growth.ts';
import { BUSY_STATEMENTS, executedSince, STATEMENT, STATEMENT_NEEDS } from '../statements.ts';
import { formatCount, formatCounted, formatSpan } from '../words.ts';

/** Of fewer calls the mean says little; a single long one is told of by longest-query while it runs. */
const LEAST_CALLS = 10;
const MOST_TOLD = 10;

export const slowStatements = defineCheck({
  name: 'slow-statements',
  area: 'queries',
  summary: 'mean time of the slowest statements that were called at least ten times since the last look',
  advice: 'make it an item of a task file (pitstop run), or look at its plan with pitstop explain',
  scope: 'database',
  unit: 'milliseconds',
  threshold: {
    warning: 500,
    critical: 5_000,
    direction: 'above',
    source:
      'log_min_duration_statement is usually set to 250 to 1,000 ms; pghero lists statements from 20 ms on, which is a list to work through and nothing to be woken for',
  },
  needs: STATEMENT_NEEDS,
  sql: [{ from: 14, sql: BUSY_STATEMENTS }],
  row: STATEMENT,
  remembers: 'last',
  metrics: [],
  observe: (sample) => {
    const executed = executedSince(sample);
    if ('missing' in executed) return [noRate(sample.server.database, 'statements', executed.missing)];
    return executed
      .filter(({ calls }) => calls >= LEAST_CALLS)
      .toSorted((a, b) => b.meanMs - a.meanMs)
      .slice(0, MOST_TOLD)
      .map(({ subject, statement, calls, meanMs, seconds }) => ({
        subject,
        value: meanMs,
        message: `${formatCount(meanMs)} ms on average in ${formatCounted(calls, 'call')} within ${formatSpan(seconds)}: ${statement}`,
      }));
  },
});
