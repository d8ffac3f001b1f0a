import { shapeOf } from '../advisor/shape.ts';
import { sqlStep, type SqlStep } from '../change.ts';
import type { RelationFacts } from '../facts.ts';
import { quoteQualified } from '../sql/quote.ts';
import { concerns, tablesOf, type Lever, type SlowStatement } from './lever.ts';

/** Below this share of pages that the visibility map vouches for the planner shuns scans of an index alone. */
const MOSTLY_UNKNOWN = 0.5;
/** Who reads so few blocks has none to spare, whatever the visibility map knows. */
const FEW_BLOCKS = 100;
/** Dead rows that are read all the same: a fifth of all, which is where autovacuum comes by default. */
const DEAD_SHARE = 0.2;
const DEAD_ROWS = 10_000;

/** Where a table is slow to read only because nobody has cleaned it up. */
export const vacuum: Lever = {
  name: 'vacuum',
  summary:
    'VACUUM (ANALYZE), where rows are looked up that an index holds already, or where dead rows are read with the others.',
  propose: (slow) =>
    tablesOf(slow).flatMap((table) => {
      const reason = table.kind === 'table' ? reasonFor(slow, table) : null;
      if (reason === null) return [];
      return [
        {
          id: `vacuum ${quoteQualified(table)}`,
          change: { summary: `vacuum of ${quoteQualified(table)}`, steps: [vacuumStep(table)] },
          reason,
          probe: slow.statement.probe,
          estimatedGainMs: 0,
        },
      ];
    }),
};

function reasonFor(slow: SlowStatement, table: RelationFacts): string | null {
  const fetches = slow.findings.find(({ code, relation }) => code === 'heap-fetches' && relation !== null);
  if (fetches !== undefined && concerns(fetches, table)) return fetches.message;
  const { deadRows, rows } = table;
  if (deadRows > DEAD_ROWS && deadRows > DEAD_SHARE * ((rows ?? 0) + deadRows))
    return `${Math.round(deadRows).toLocaleString('en-US')} dead rows are read with the others`;
  const visible = table.allVisibleShare ?? 0;
  const blocks = slow.plan.sharedBlocks;
  if (visible < MOSTLY_UNKNOWN && (blocks === null || blocks > FEW_BLOCKS) && isCovered(slow, table))
    return `an index holds all that is asked for, and the visibility map knows ${Math.round(visible * 100)} % of the pages`;
  return null;
}

/** Whether an index has every column that the statement reads of a table, so that it need not be looked at itself. */
function isCovered({ statement, relations }: SlowStatement, table: RelationFacts): boolean {
  const uses = shapeOf(statement.parsed.tree, relations).uses.filter(
    ({ relation }) => relation.oid === table.oid,
  );
  return uses.some(({ columns }) =>
    table.indexes.some((index) => {
      const held = new Set([...index.keys.map(({ column }) => column), ...index.included]);
      const isWhole = index.valid && index.method === 'btree' && index.predicate === null;
      return (
        isWhole && columns !== null && columns.size > 0 && [...columns].every((column) => held.has(column))
      );
    }),
  );
}

function vacuumStep(table: { readonly schema: string; readonly name: string }): SqlStep {
  return sqlStep(`vacuum_${table.name}`, `VACUUM (ANALYZE) ${quoteQualified(table)}`, {
    transactional: false,
    inTransaction: null,
    leavesNothing: true,
  });
}
