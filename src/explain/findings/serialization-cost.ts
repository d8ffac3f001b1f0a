import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { isWorthwhile, kilobytes, milliseconds, type FindingRule } from './rule.ts';

const SHARE = 0.2;
const OUTPUT_KB = 10_240;

/** Making the rows into what the client gets takes long, or makes much: large values are fetched and written out. */
export const serializationCost: FindingRule = {
  code: 'serialization-cost',
  shows: 'writing the result out takes a fifth of the time, or it has 10 MB',
  advice: 'select only the columns that are used, and fewer rows at a time',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const { statement, totalMs } = plan;
  if (statement.serialization === null || totalMs === null) return [];
  const { ms, outputKb } = statement.serialization;
  const isSlow = ms !== null && ms >= SHARE * totalMs && isWorthwhile(plan, ms);
  if (!isSlow && outputKb < OUTPUT_KB) return [];
  return [
    {
      code: 'serialization-cost',
      message: `the result takes ${kilobytes(outputKb)}${ms === null ? '' : ` and ${milliseconds(ms)} to write out`}`,
      relation: null,
      costMs: isSlow ? ms : null,
      numbers: { outputKb, ...(ms === null ? {} : { serializationMs: ms }) },
    },
  ];
}
