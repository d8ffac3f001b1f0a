import type { Node } from '@pgsql/types';
import { indexCandidates, type IndexCandidate } from '../advisor/candidates.ts';
import type { Proposal } from '../change.ts';
import { bestTrial } from '../measure/choose.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { MeasuredTrial, Trial } from '../trial.ts';
import type { Lever, SlowStatement } from './lever.ts';
import { acceptedStatistics } from './statistics.ts';

/** Single indexes, the most promising first. */
export const indexes: Lever = {
  name: 'indexes',
  summary:
    'Single indexes for the statement as it stands, the most promising first, as many as `trial.maxCandidates` says.',
  propose(statement, trials) {
    if (statement.limits.newIndexes === 0) return [];
    return indexesFor(statement, statement.statement.parsed.tree)
      .slice(0, statement.limits.indexes)
      .map((candidate) => asProposal(statement, candidate, trials));
  },
};

/** A statement over several tables may need an index on each. */
export const indexPairs: Lever = {
  name: 'index-pairs',
  summary: 'The best single index, or the most promising one, with each of two next best on other tables.',
  propose(statement, trials) {
    if (statement.limits.newIndexes !== null && statement.limits.newIndexes < 2) return [];
    return pairsAroundTheBest(statement, trials);
  },
};

/** Indexes that could serve a statement: the item's own, or what a rewrite made of it. */
export function indexesFor(
  { relations, plan, takenNames: taken, server, sensitive }: SlowStatement,
  tree: Node,
): readonly IndexCandidate[] {
  const all = indexCandidates({ tree, relations, plan, taken, server });
  return sensitive ? all.filter(isWithoutLiterals) : all;
}

/** Predicates and expressions come from the statement, with its literals. */
function isWithoutLiterals({ definition: { predicate, keys } }: IndexCandidate): boolean {
  return predicate === undefined && keys.every((key) => key.column !== null || !/['\d]/.test(key.expression));
}

export function asProposal(
  { statement }: SlowStatement,
  candidate: IndexCandidate,
  trials: readonly Trial[],
): Proposal {
  const { summary, steps, reason, estimatedGainMs, supersedes } = candidate;
  return {
    id: summary,
    change: { summary, steps: [...acceptedStatistics(trials), ...steps] },
    reason,
    probe: statement.probe,
    estimatedGainMs,
    // Never in the same step: a drop is for a person to approve, and better seen to be harmless first.
    notes: supersedes.map(
      (index) => `makes ${quoteQualified(index)} superfluous: drop it in an item of its own`,
    ),
  };
}

/**
 * The best index so far, or the most promising where none helped alone, with the next best elsewhere.
 */
function pairsAroundTheBest({ statement }: SlowStatement, trials: readonly Trial[]): Proposal[] {
  const singles = trials.filter((trial) => trial.state !== 'impossible' && isSingleIndex(trial));
  const best = bestTrial(singles.filter((trial): trial is MeasuredTrial => trial.accepted)) ?? singles[0];
  if (best === undefined) return [];
  return singles
    .filter((trial) => tableOf(trial) !== tableOf(best))
    .slice(0, PAIRS)
    .map(({ proposal: second }) => ({
      id: `${best.proposal.id} + ${second.id}`,
      change: {
        summary: `${best.proposal.change.summary} and ${second.change.summary}`,
        steps: [...best.proposal.change.steps, ...second.change.steps.filter(isNotIn(best))],
      },
      reason: `${best.proposal.reason}; ${second.reason}`,
      probe: statement.probe,
      estimatedGainMs: second.estimatedGainMs,
    }));
}

const PAIRS = 2;

function isNotIn({ proposal }: Trial): (step: { readonly up: string }) => boolean {
  return ({ up }) => proposal.change.steps.every((step) => step.up !== up);
}

function isSingleIndex({ proposal: { change, id } }: Trial): boolean {
  return (
    change.rewrite === undefined && change.session === undefined && buildsOf(change) && !id.includes(' + ')
  );
}

function buildsOf({ steps }: Proposal['change']): boolean {
  return steps.some(({ builds }) => builds !== null);
}

function tableOf({ proposal }: Trial): string {
  const built = proposal.change.steps.findLast(({ builds }) => builds !== null)?.builds;
  return built == null ? '' : quoteQualified({ schema: built.schema, name: built.table });
}
