import type { SqlStep } from '../change.ts';
import { quoteQualified } from '../sql/quote.ts';
import { concerns, tablesOf, type Lever } from './lever.ts';

/** Findings whose cause is that a table was not vacuumed. */
const UNVACUUMED = new Set(['heap-fetches', 'dead-rows']);

/** Where rows have to be looked up in the table only because nobody has marked its pages as visible to all. */
export const vacuum: Lever = {
  name: 'vacuum',
  propose: (slow) =>
    tablesOf(slow)
      .filter((table) =>
        slow.findings.some((finding) => UNVACUUMED.has(finding.code) && concerns(finding, table)),
      )
      .map((table) => ({
        id: `vacuum ${quoteQualified(table)}`,
        change: { summary: `vacuum of ${quoteQualified(table)}`, steps: [vacuumStep(table)] },
        reason: slow.findings.find(({ code }) => UNVACUUMED.has(code))?.message ?? '',
        probe: slow.statement.probe,
        estimatedGainMs: 0,
      })),
};

function vacuumStep(table: { readonly schema: string; readonly name: string }): SqlStep {
  return {
    type: 'sql',
    name: `vacuum_${table.name}`,
    up: `VACUUM (ANALYZE) ${quoteQualified(table)}`,
    down: null,
    transactional: false,
    inTransaction: null,
    builds: null,
    removes: null,
    leavesNothing: true,
  };
}
