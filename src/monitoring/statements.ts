import { z } from 'zod';
import type { Needs } from './check.ts';
import { knownGrowth } from './growth.ts';
import type { Counters } from './rate.ts';
import type { Sample } from './sample.ts';
import { statementText } from './sessions.ts';

/** What `pg_stat_statements` has counted of one shape of statements, whoever sent it. */
export const STATEMENT = z.object({
  /** A 64-bit number, which JavaScript cannot hold. */
  id: z.string(),
  statement: statementText,
  calls: z.number(),
  /** Execution, without planning. */
  totalMs: z.number(),
  statsReset: z.number().nullable(),
});
export type Statement = z.infer<typeof STATEMENT>;

/** Without the role the texts and ids of others are hidden. */
export const STATEMENT_NEEDS: Needs = { role: 'pg_read_all_stats', extension: 'pg_stat_statements' };

/**
 * Rows of `STATEMENT`: those of this database that took most time, out of usually 5,000; what is further down takes next
 * to nothing. Statements within functions are not counted beside those that call them.
 */
export const BUSY_STATEMENTS = `
  SELECT s.queryid::text AS id, min(left(s.query, 1000)) AS statement, sum(s.calls)::float8 AS calls,
         sum(s.total_exec_time)::float8 AS "totalMs",
         (SELECT extract(epoch FROM stats_reset)::float8 FROM @extschema@.pg_stat_statements_info) AS "statsReset"
    FROM @extschema@.pg_stat_statements s
   WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND s.toplevel AND s.queryid IS NOT NULL
   GROUP BY s.queryid
   ORDER BY "totalMs" DESC
   LIMIT 200`;

/** What ran of a statement since the earlier sample. */
export interface Executed {
  readonly subject: string;
  readonly statement: string;
  readonly calls: number;
  readonly ms: number;
  readonly meanMs: number;
  /** How long ago the earlier sample is. */
  readonly seconds: number;
}

const COUNTERS: Counters<Statement, 'calls' | 'totalMs'> = {
  key: ({ id }) => id,
  counters: ({ calls, totalMs }) => ({ calls, totalMs }),
  reset: ({ statsReset }) => statsReset,
};

/** Those that ran since the earlier sample, or why that cannot be told. New ones are left out until the next round. */
export function executedSince(
  sample: Pick<Sample<Statement>, 'rows' | 'earlier'>,
): readonly Executed[] | { readonly missing: string } {
  const found = knownGrowth(sample, COUNTERS);
  if ('missing' in found) return found;
  return found.known
    .filter(({ grown }) => grown.delta.calls > 0)
    .map(({ row: { id, statement }, grown: { delta, seconds } }) => ({
      subject: `statement ${id}`,
      statement,
      calls: delta.calls,
      ms: delta.totalMs,
      meanMs: delta.totalMs / delta.calls,
      seconds,
    }));
}
