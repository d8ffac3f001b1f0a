import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { isWorthwhile, kilobytes, relationOf, type FindingRule } from './rule.ts';

/** A sort did not fit into `work_mem` and went through temporary files, which are more compact than rows in memory. */
export const diskSort: FindingRule = {
  code: 'disk-sort',
  shows: 'a sort goes through temporary files',
  advice:
    'give the statement a work_mem of about three times the space of the files, or the sort an index in its order',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const onDisk = node.sortSpaceType === 'Disk' || node.sortMethod?.startsWith('external') === true;
    if (!onDisk || !isWorthwhile(plan, node.exclusiveMs)) return [];
    const input = node.children[0];
    const space = node.sortSpaceUsedKb;
    return [
      {
        code: 'disk-sort',
        message: `the sort by ${node.sortKey.join(', ')} goes through ${space === null ? '' : `${kilobytes(space)} of `}temporary files`,
        advice: `give the statement a work_mem of ${space === null ? 'about three times the space of the files' : `about ${kilobytes(3 * space)}`}, or the sort an index in its order`,
        node: node.id,
        relation: input === undefined ? null : relationOf(input, relations),
        costMs: node.exclusiveMs,
        numbers: { sortKey: node.sortKey.join(', '), ...(space === null ? {} : { diskKb: space }) },
      },
    ];
  });
}
