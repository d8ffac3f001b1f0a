import { analyzeStep, type Proposal, type SqlStep } from '../change.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { Trial } from '../trial.ts';
import { concerns, tablesOf, type Lever, type SlowStatement } from './lever.ts';

/** Fresh statistics where they are stale: nothing is cheaper, and everything else is tried on top of it. */
export const freshStatistics: Lever = {
  name: 'statistics',
  summary:
    'ANALYZE of the tables whose statistics are stale; what comes later is tried on top where it helped.',
  propose: (statement) => staleStatistics(statement) ?? [],
};

function staleStatistics(statement: SlowStatement): Proposal[] | null {
  const stale = statement.findings.filter((finding) => finding.code === 'stale-statistics');
  const tables = tablesOf(statement).filter((table) => stale.some((finding) => concerns(finding, table)));
  if (tables.length === 0) return null;
  const names = tables.map(quoteQualified).join(', ');
  return [
    {
      id: `analyze ${names}`,
      change: { summary: `fresh statistics of ${names}`, steps: tables.map(analyzeStep) },
      reason: `the statistics of ${names} are stale`,
      probe: statement.statement.probe,
      estimatedGainMs: 0,
    },
  ];
}

/** The statistics that have already proved themselves: what comes after is tried on top, and not credited with them. */
export function acceptedStatistics(trials: readonly Trial[]): readonly SqlStep[] {
  return trials.find(isAcceptedStatistics)?.proposal.change.steps ?? [];
}

function isAcceptedStatistics({ accepted, proposal: { change } }: Trial): boolean {
  const onlyStatistics = change.rewrite === undefined && change.session === undefined;
  return accepted && onlyStatistics && change.steps.every(({ builds }) => builds === null);
}

/**
 * By stale statistics the planner may not see what an index is good for. Where none helped, those that it ignored are
 * tried once more on fresh ones: together they may do what neither does alone.
 */
export const indexesOnFreshStatistics: Lever = {
  name: 'indexes-on-fresh-statistics',
  summary: 'Where stale statistics alone did not help and the planner ignored an index: both together.',
  propose(statement, trials) {
    const [statistics] = staleStatistics(statement) ?? [];
    const singles = trials.filter(({ proposal: { change } }) =>
      change.steps.some(({ builds }) => builds !== null),
    );
    const isDone = singles.some((trial) => trial.accepted) || acceptedStatistics(trials).length > 0;
    if (statistics === undefined || isDone) return [];
    return singles
      .filter((trial) => trial.reason.code === 'not-used' && !trial.proposal.id.endsWith(ON_FRESH))
      .map(({ proposal }) => ({
        ...proposal,
        id: proposal.id + ON_FRESH,
        change: {
          ...proposal.change,
          summary: proposal.change.summary + ON_FRESH,
          steps: [...statistics.change.steps, ...proposal.change.steps],
        },
      }));
  },
};

const ON_FRESH = ' on fresh statistics';
