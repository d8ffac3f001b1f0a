import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan } from '../tree.ts';
import { count, isWorthwhile, onlyRelationBelow, percent, type FindingRule } from './rule.ts';

/** A cache that answers less than half the time, or is emptied about as often as it is filled, saves little. */
const HIT_SHARE = 0.5;
const LOOKUPS = 1_000;

/** The cache in front of a join's inner side is too small, or its keys do not repeat. */
export const memoizeThrash: FindingRule = {
  code: 'memoize-thrash',
  shows: 'the cache of a join answers less than half of its lookups, or is too small',
  advice: 'give the statement a larger work_mem, or see whether a hash join is faster',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    if (node.cache === null || node.actual === null) return [];
    const { key, hits, misses, evictions, overflows } = node.cache;
    const lookups = hits + misses;
    const isUseless = hits < HIT_SHARE * lookups || overflows > 0 || 2 * evictions > lookups;
    if (lookups < LOOKUPS || !isUseless || !isWorthwhile(plan, node.actual.totalMs)) return [];
    const full = evictions + overflows > 0;
    return [
      {
        code: 'memoize-thrash',
        message: `the cache by ${key ?? 'its key'} answers ${percent(hits / lookups)} of ${count(lookups)} lookups${full ? `; it was full ${count(evictions + overflows)} times` : ''}`,
        advice: full
          ? 'give the statement a larger work_mem, or see whether a hash join is faster'
          : 'correct the estimate of the distinct keys, or see whether a hash join is faster',
        node: node.id,
        relation: onlyRelationBelow(node, relations),
        costMs: node.actual.totalMs,
        numbers: { hits, misses, evictions, overflows },
      },
    ];
  });
}
