import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { isWorthwhile, milliseconds, percent, type FindingRule } from './rule.ts';

/** pgMustard's order of magnitude. */
const SHARE = 0.2;

/** Compiling the statement takes a good part of its time. */
export const jitOverhead: FindingRule = {
  code: 'jit-overhead',
  shows: 'just-in-time compilation takes a fifth of the time',
  advice: 'raise jit_above_cost, or set jit = off for the statement',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const { statement, totalMs } = plan;
  if (statement.jit === null || totalMs === null) return [];
  const { totalMs: spentMs, functions } = statement.jit;
  if (spentMs < SHARE * totalMs || !isWorthwhile(plan, spentMs)) return [];
  return [
    {
      code: 'jit-overhead',
      message: `just-in-time compilation takes ${milliseconds(spentMs)}, ${percent(spentMs / totalMs)} of the execution`,
      relation: null,
      costMs: spentMs,
      numbers: { jitMs: spentMs, ...(functions === null ? {} : { functions }) },
    },
  ];
}
