import { z } from 'zod';
import { defineCheck } from '../check.ts';
import { knownGrowth, noRate } from '../growth.ts';
import { statementText } from '../sessions.ts';
import { STATEMENT_NEEDS } from '../statements.ts';
import { formatCount, formatPercent, formatSpan } from '../words.ts';

/** The time for forming tuples (`jit_deform_time`, from 17 on) is part of that for generation. */
const SQL = `
  SELECT s.queryid::text AS id, min(left(s.query, 1000)) AS statement,
         sum(s.jit_generation_time + s.jit_inlining_time + s.jit_optimization_time + s.jit_emission_time)::float8 AS "jitMs",
         sum(s.total_exec_time)::float8 AS "totalMs",
         (SELECT extract(epoch FROM stats_reset)::float8 FROM @extschema@.pg_stat_statements_info) AS "statsReset"
    FROM @extschema@.pg_stat_statements s
   WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND s.toplevel AND s.queryid IS NOT NULL AND s.jit_functions > 0
   GROUP BY s.queryid
   ORDER BY "jitMs" DESC
   LIMIT 100`;

/** Less is over before anybody notices. */
const LEAST_MS = 1_000;

export const jitShare = defineCheck({
  name: 'jit-share',
  area: 'queries',
  summary: 'time that compiling takes, as a share of the time of the statements that are compiled',
  advice:
    'raise jit_above_cost (and jit_optimize_above_cost, jit_inline_above_cost), or set jit = off for the role or the server: short statements pay for code that they run once',
  scope: 'database',
  unit: 'percent',
  threshold: {
    warning: 25,
    critical: 50,
    direction: 'above',
    source:
      'no tool alerts on it; code that takes a quarter of a statement’s time to make has to make the rest a third faster to pay for itself',
  },
  needs: STATEMENT_NEEDS,
  sql: [{ from: 15, sql: SQL }],
  row: z.object({
    id: z.string(),
    statement: statementText,
    jitMs: z.number(),
    totalMs: z.number(),
    statsReset: z.number().nullable(),
  }),
  remembers: 'last',
  metrics: [],
  observe: (sample) => {
    const { database } = sample.server;
    const found = knownGrowth(sample, {
      key: ({ id }) => id,
      counters: ({ jitMs, totalMs }) => ({ jitMs, totalMs }),
      reset: ({ statsReset }) => statsReset,
    });
    if ('missing' in found) return [noRate(database, 'compiling', found.missing)];
    const [worst] = found.known.toSorted((a, b) => b.grown.delta.jitMs - a.grown.delta.jitMs);
    if (worst === undefined)
      return [{ subject: database, value: null, level: 'ok', message: 'no statement was ever compiled' }];
    const jitMs = found.known.reduce((sum, { grown }) => sum + grown.delta.jitMs, 0);
    const totalMs = found.known.reduce((sum, { grown }) => sum + grown.delta.totalMs, 0);
    const counted = `${formatCount(jitMs)} of ${formatCount(totalMs)} ms of compiled statements in ${formatSpan(worst.grown.seconds)} went into compiling`;
    if (totalMs < LEAST_MS)
      return [{ subject: database, value: null, level: 'ok', message: `${counted}: too little for a share` }];
    const value = (100 * jitMs) / totalMs;
    const message = `${counted} (${formatPercent(value)}); most of it for ${worst.row.statement}`;
    return [{ subject: database, value, message }];
  },
});
