import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, milliseconds, type FindingRule } from './rule.ts';

/** Below that nobody notices. */
const PLANNING_MS = 10;

/**
 * Planning takes longer than executing. A first planning reads the catalog from disk, so it counts as lost time only
 * where nothing was read.
 */
export const planningHeavy: FindingRule = {
  code: 'planning-heavy',
  shows: 'planning takes 10 ms and longer than executing; a note where blocks were read for it',
  advice: 'prepare the statement once, and see whether its tables have too many partitions or indexes',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const { planningMs, executionMs } = plan;
  if (planningMs === null || executionMs === null) return [];
  if (planningMs < PLANNING_MS || planningMs <= executionMs) return [];
  const { hitBlocks, readBlocks, memoryKb } = plan.statement.planning;
  const blocks = (hitBlocks ?? 0) + (readBlocks ?? 0);
  return [
    {
      code: 'planning-heavy',
      message: `planning takes ${milliseconds(planningMs)} and ${count(blocks)} blocks, executing ${milliseconds(executionMs)}`,
      relation: null,
      costMs: readBlocks === 0 ? planningMs : null,
      numbers: { planningMs, executionMs, blocks, ...(memoryKb === null ? {} : { memoryKb }) },
    },
  ];
}
