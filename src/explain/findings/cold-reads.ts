import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, milliseconds, percent, type FindingRule } from './rule.ts';

const READ_SHARE = 0.5;
const BLOCKS = 100;

/** Most blocks were not in PostgreSQL's cache: the time is one of a cold cache. A note, since the next run finds them. */
export const coldReads: FindingRule = {
  code: 'cold-reads',
  shows: 'note: at least half of the blocks were not in the cache',
  advice: 'run it again warm before comparing times; where it stays so, read fewer blocks or cache more',
  find,
};

function find(plan: Plan, _relations: readonly RelationFacts[]): Finding[] {
  const { sharedReadBlocks, readMs } = plan.root;
  const [read, all] = [sharedReadBlocks ?? 0, plan.sharedBlocks ?? 0];
  if (read < BLOCKS || read < READ_SHARE * all) return [];
  const waited = readMs === null || readMs === 0 ? '' : `, which took ${milliseconds(readMs)}`;
  return [
    {
      code: 'cold-reads',
      message: `${count(read)} of ${count(all)} blocks (${percent(read / all)}) were not in the cache${waited}`,
      relation: null,
      costMs: null,
      numbers: { readBlocks: read, allBlocks: all, ...(readMs === null ? {} : { readMs }) },
    },
  ];
}
