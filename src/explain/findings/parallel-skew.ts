import type { RelationFacts } from '../../facts.ts';
import type { Finding } from '../finding.ts';
import type { Plan, PlanNode } from '../tree.ts';
import { count, relationOf, rowsReturned, type FindingRule } from './rule.ts';

/** The busiest process did three times its part; below 10,000 rows the start of the workers decides that. */
const SKEW = 3;
const ROWS = 10_000;

/** One of the parallel processes does most of the work, so that the others wait for it. A note. */
export const parallelSkew: FindingRule = {
  code: 'parallel-skew',
  shows: 'note: one parallel process does three times its part',
  advice: 'see whether fewer workers do as well (max_parallel_workers_per_gather)',
  find,
};

function find(plan: Plan, relations: readonly RelationFacts[]): Finding[] {
  return plan.nodes().flatMap((node) => {
    const processes = rowsOfProcesses(node);
    const all = processes.reduce((sum, rows) => sum + rows, 0);
    const most = Math.max(0, ...processes);
    if (all < ROWS || most < (SKEW * all) / processes.length) return [];
    return [
      {
        code: 'parallel-skew',
        message: `one of ${count(processes.length)} parallel processes returns ${count(most)} of ${count(all)} rows of ${node.relation?.name ?? `a ${node.type}`}`,
        node: node.id,
        relation: relationOf(node, relations),
        costMs: null,
        numbers: { processes: processes.length, rows: all, rowsOfBusiest: most },
      },
    ];
  });
}

/** The leader's rows are what the workers did not return. */
function rowsOfProcesses(node: PlanNode): readonly number[] {
  if (!node.parallelAware || node.workers.length === 0) return [];
  const workers = node.workers.map(({ rows, loops }) => rows * loops);
  const leader = rowsReturned(node) - workers.reduce((sum, rows) => sum + rows, 0);
  return [Math.max(0, leader), ...workers];
}
