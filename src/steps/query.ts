import { z } from 'zod';
import { indexCandidates } from '../advisor/candidates.ts';
import { proposedIndex } from '../advisor/proposed-index.ts';
import {
  analyzeStep,
  asProposed,
  renderKey,
  type IndexDefinition,
  type Proposal,
  type SqlStep,
} from '../change.ts';
import { findingsOf } from '../explain/findings/index.ts';
import type { Finding } from '../explain/finding.ts';
import type { MeasuredTrial, Trial } from '../trial.ts';
import { bestTrial } from '../measure/choose.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import { parameterSets, targetTime } from './fields.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({
  query: z.string({ error: 'the item names no statement' }).min(1),
  params: parameterSets,
  target: targetTime,
  candidates: z.array(z.string()),
});

type Fields = z.output<typeof fields>;
type Names = 'statement' | 'relations' | 'plan' | 'takenNames' | 'server';

/** A slow statement. Rounds: statistics where they are stale, single indexes, the two together, pairs of indexes. */
export const query = defineStep<Fields, Names>({
  kind: 'query',
  summary: 'Makes a slow statement fast: fresh statistics, an index, or two indexes that need each other.',
  inputs: ['Query', 'File', 'Params', 'Target', 'Candidate', 'Sensitive'],
  fields,
  example: [
    '- [ ] 1.1 Optimize the order list of a customer',
    '  - **Query**: `SELECT id, total FROM shop.orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20`',
    '  - **Params**: `[4711]`',
    '  - **Target**: < 5 ms',
  ].join('\n'),
  claims: ({ query: statement }) => statement !== null,
  subject: ({ query: sql, params }) => ({ statement: { sql, parameterSets: params } }),
  targetMs: ({ target }) => target,
  facts: ['statement', 'relations', 'plan', 'takenNames', 'server'],
  diagnose: (_fields, facts) =>
    findingsOf(
      facts.plan,
      facts.relations.map(({ relation }) => relation),
    ),
  next(study, trials) {
    if (trials.length === 0) {
      const statistics = staleStatistics(study);
      if (statistics !== null) return [statistics];
    }
    const isFirstRound = trials.every((trial) => trial.proposal.id.startsWith('analyze '));
    if (isFirstRound) return [...singleIndexes(study, acceptedStatistics(trials)), ...otherCandidates(study)];
    const singles = trials.filter((trial) => indexesOf(trial).length === 1);
    if (trials.some((trial) => indexesOf(trial).length > 1)) return [];
    const better = onFreshStatistics(study, trials, singles);
    if (better.length > 0) return better;
    return pairsAroundTheBest(study, singles);
  },
});

function staleStatistics({ facts, findings }: Study<Fields, Names>): Proposal | null {
  const stale = findings.filter((finding) => finding.code === 'stale-statistics');
  const tables = facts.relations
    .map(({ relation }) => relation)
    .filter((relation) => stale.some((finding) => concerns(finding, relation)))
    .filter((relation, at, all) => all.findIndex(({ oid }) => oid === relation.oid) === at);
  if (tables.length === 0) return null;
  const names = tables.map(quoteQualified).join(', ');
  return {
    id: `analyze ${names}`,
    change: { summary: `fresh statistics of ${names}`, steps: tables.map(analyzeStep) },
    reason: `the statistics of ${names} are stale`,
    probe: facts.statement.probe,
    estimatedGainMs: 0,
  };
}

function concerns(finding: Finding, relation: { schema: string; name: string }): boolean {
  return finding.relation?.schema === relation.schema && finding.relation.name === relation.name;
}

/** The statistics step that has already proved itself: indexes are tried on top of it, not credited with it. */
function acceptedStatistics(trials: readonly Trial[]): readonly SqlStep[] {
  return trials.find((trial) => trial.accepted && indexesOf(trial).length === 0)?.proposal.change.steps ?? [];
}

function singleIndexes(study: Study<Fields, Names>, base: readonly SqlStep[]): Proposal[] {
  const { fields: inputs, facts, maxCandidates } = study;
  const { relations, plan, takenNames: taken, server } = facts;
  const proposed = inputs.candidates.flatMap((sql) => proposedIndex(sql, relations, taken, server) ?? []);
  const derived = indexCandidates({ tree: facts.statement.parsed.tree, relations, plan, taken, server });
  return [...proposed, ...derived]
    .slice(0, maxCandidates + proposed.length)
    .map(({ summary, steps, reason, estimatedGainMs }) => ({
      id: summary.replace(/^index on /, ''),
      change: { summary, steps: [...base, ...steps] },
      reason,
      probe: facts.statement.probe,
      estimatedGainMs,
    }));
}

/**
 * By stale statistics the planner may not see what an index is good for. Where none helped, those that it ignored are
 * tried once more on fresh ones: together they may do what neither does alone.
 */
function onFreshStatistics(
  study: Study<Fields, Names>,
  trials: readonly Trial[],
  singles: readonly Trial[],
): Proposal[] {
  const statistics = staleStatistics(study);
  const isDone = singles.some((trial) => trial.accepted || trial.proposal.change.steps.length > 1);
  if (statistics === null || isDone || acceptedStatistics(trials).length > 0) return [];
  return singles
    .filter((trial) => trial.state === 'not-used')
    .map(({ proposal }) => ({
      ...proposal,
      id: `${proposal.id} on fresh statistics`,
      change: {
        summary: `${proposal.change.summary} on fresh statistics`,
        steps: [...statistics.change.steps, ...proposal.change.steps],
      },
    }));
}

/** What the item proposes besides plain indexes goes to the gate like everything else; it cannot be tried yet. */
function otherCandidates({ fields: inputs, facts }: Study<Fields, Names>): Proposal[] {
  return inputs.candidates
    .filter((sql) => proposedIndex(sql, facts.relations, facts.takenNames, facts.server) === null)
    .map((sql) => asProposed(sql, facts.statement.probe));
}

/**
 * A statement over several tables may need an index on each: the best one so far, or the most promising where none
 * helped alone, with the next best elsewhere.
 */
function pairsAroundTheBest({ facts }: Study<Fields, Names>, singles: readonly Trial[]): Proposal[] {
  const tried = singles.filter((trial) => trial.state !== 'impossible');
  const best = bestTrial(tried.filter((trial): trial is MeasuredTrial => trial.accepted)) ?? tried[0];
  const first = best === undefined ? undefined : indexesOf(best)[0];
  if (best === undefined || first === undefined) return [];
  return tried
    .flatMap((trial) => indexesOf(trial).map((second) => ({ second, trial })))
    .filter(({ second }) => second.table !== first.table || second.schema !== first.schema)
    .slice(0, PAIRS)
    .map(({ second, trial }) => ({
      id: `${best.proposal.id} + ${trial.proposal.id}`,
      change: {
        summary: `indexes on ${keysOf(first)} and ${keysOf(second)}`,
        steps: together(best.proposal.change.steps, trial.proposal.change.steps),
      },
      reason: `${best.proposal.reason}; ${trial.proposal.reason}`,
      probe: facts.statement.probe,
      estimatedGainMs: trial.proposal.estimatedGainMs,
    }));
}

const PAIRS = 2;

function together(first: readonly SqlStep[], second: readonly SqlStep[]): SqlStep[] {
  return [...first, ...second.filter(({ up }) => !first.some((step) => step.up === up))];
}

function indexesOf(trial: Trial): IndexDefinition[] {
  return trial.proposal.change.steps.flatMap(({ builds }) =>
    builds === null || builds.parent !== undefined ? [] : [builds],
  );
}

/** `shop.orders (customer_id, created_at DESC)`. */
function keysOf(index: IndexDefinition): string {
  return `${quoteName(index.schema)}.${quoteName(index.table)} (${index.keys.map(renderKey).join(', ')})`;
}
