import type { StatementRewrite } from '../change.ts';
import type { Probe } from '../measure/probe.ts';
import { highestParameter } from './parameters.ts';
import { statementsOrNone } from './parse.ts';

/** The probe of a rewrite: the same values, without those behind the last placeholder that is left. */
export function rewrittenProbe(probe: Probe, rewrite: Pick<StatementRewrite, 'sql'> | undefined): Probe {
  if (rewrite === undefined) return probe;
  const count = highestParameter(statementsOrNone(rewrite.sql).map(({ tree }) => tree));
  return { sql: rewrite.sql, parameterSets: probe.parameterSets.map((values) => values.slice(0, count)) };
}
