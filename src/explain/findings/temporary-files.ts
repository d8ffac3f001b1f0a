import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { BLOCK_BYTES, kilobytes, type FindingRule } from './rule.ts';

/** What the whole statement writes to temporary files. A note: the nodes that do it have findings of their own. */
export const temporaryFiles: FindingRule = {
  code: 'temporary-files',
  shows: 'note: what is written to temporary files in all',
  advice: 'more work_mem for this statement, or fewer and narrower rows to sort, hash and keep',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const written = plan.root.tempWrittenBlocks ?? 0;
  if (written === 0) return [];
  const writtenKb = (written * BLOCK_BYTES) / 1024;
  const nodes = plan.nodes().filter((node) => (node.exclusiveTempBlocks ?? 0) > 0);
  const names = [...new Set(nodes.map(({ type }) => type))].join(', ');
  return [
    {
      code: 'temporary-files',
      message: `${kilobytes(writtenKb)} of temporary files are written (${names})`,
      relation: null,
      costMs: null,
      numbers: { writtenBlocks: written, readBlocks: plan.root.tempReadBlocks ?? 0, nodes: names },
    },
  ];
}
