import type { Node } from '@pgsql/types';
import type { Classified } from './class.ts';
import { known, unknown } from './class.ts';
import { opaqueParts } from './expression.ts';

/** CREATE STATISTICS and ANALYZE. */
export function statistics(tree: Node): Classified | null {
  if ('CreateStatsStmt' in tree) {
    const expressions = (tree.CreateStatsStmt.exprs ?? []).map((node) =>
      'StatsElem' in node ? node.StatsElem.expr : node,
    );
    const opaque = opaqueParts(expressions);
    return opaque.length === 0
      ? known('additive', 'declares extended statistics')
      : unknown('opaque', ...opaque);
  }
  // VACUUM has the same node; for ANALYZE the flag is missing rather than false.
  if ('VacuumStmt' in tree && tree.VacuumStmt.is_vacuumcmd !== true)
    return known('maintenance', 'refreshes planner statistics');
  return null;
}
