import type { Proposal } from '../change.ts';
import { rewriteCandidates, type RewriteCandidate } from '../rewrite/index.ts';
import { statementsOrNone } from '../sql/parse.ts';
import type { Trial } from '../trial.ts';
import { asProposal, indexesFor } from './indexes.ts';
import type { Lever, SlowStatement } from './lever.ts';
import { acceptedStatistics } from './statistics.ts';

/** How many rewrites are tried alone; the planner makes the same of many of them, which costs next to nothing. */
const ALONE = 10;
/** How many are tried together with indexes of their own, and with how many each. */
const WITH_INDEXES = 4;
const INDEXES_EACH = 3;

/** The same question, asked otherwise. */
export const rewrites: Lever = {
  name: 'rewrites',
  summary:
    'The same question asked otherwise, by the rules below; at most ten, those of one rule before those of two.',
  propose: (statement, trials) =>
    candidatesOf(statement)
      .slice(0, ALONE)
      .map((candidate) => rewriteProposal(statement, candidate, trials)),
};

/** A rewrite may need an index that the statement as it stands has no use for. */
export const rewritesWithIndexes: Lever = {
  name: 'rewrites-with-indexes',
  summary:
    'Up to four rewrites, each with up to three indexes that the new text could use, and with one on each of several tables.',
  propose: (statement, trials) =>
    candidatesOf(statement)
      .filter((candidate) => isStillPossible(candidate, trials))
      .slice(0, WITH_INDEXES)
      .flatMap((candidate) => withIndexes(statement, candidate, trials)),
};

/** Ways to ask that need other values: nothing tells here whether they help, so they are only named. */
export const otherInterfaces: Lever = {
  name: 'other-interfaces',
  summary: 'Ways to ask that need other parameters, such as a keyset instead of an offset: named, not tried.',
  propose: (statement, trials) =>
    trials.some(({ accepted }) => accepted)
      ? []
      : allCandidates(statement)
          .filter(({ meaning }) => meaning === 'interface')
          .slice(0, 1)
          .map((candidate) => rewriteProposal(statement, candidate, [])),
};

const known = new WeakMap<SlowStatement, readonly RewriteCandidate[]>();

/** Asked after every trial, and always the same for one statement. */
function candidatesOf(slow: SlowStatement): readonly RewriteCandidate[] {
  return allCandidates(slow).filter(({ meaning }) => meaning === 'same');
}

function allCandidates(slow: SlowStatement): readonly RewriteCandidate[] {
  const { statement, relations, server } = slow;
  // What is compared on made-up data is what a statement returns, not what it writes.
  if (statement.writes !== null) return [];
  const { sql, tree } = statement.parsed;
  const candidates =
    known.get(slow) ?? rewriteCandidates({ sql, tree, relations, settings: server.settings });
  known.set(slow, candidates);
  return candidates;
}

function rewriteProposal(
  { statement }: SlowStatement,
  { rules, sql, reason, meaning }: RewriteCandidate,
  trials: readonly Trial[],
): Proposal {
  return {
    id: `rewrite ${sql}`,
    change: {
      summary: `rewrite (${rules.join(', ')})`,
      steps: acceptedStatistics(trials),
      rewrite: { sql, rules, changesInterface: meaning === 'interface' },
    },
    reason,
    probe: statement.probe,
    estimatedGainMs: 0,
  };
}

/** Not where the rewrite itself was found wrong. */
function isStillPossible({ sql }: RewriteCandidate, trials: readonly Trial[]): boolean {
  const wrong = new Set(['rows-differ', 'not-accepted', 'refused']);
  return !trials.some(
    ({ proposal, reason }) => proposal.change.rewrite?.sql === sql && wrong.has(reason.code),
  );
}

/** The rewrite with each index alone, then with the best ones of different tables together. */
function withIndexes(slow: SlowStatement, candidate: RewriteCandidate, trials: readonly Trial[]): Proposal[] {
  const [rewritten] = statementsOrNone(candidate.sql);
  if (rewritten === undefined) return [];
  const alone = rewriteProposal(slow, candidate, trials);
  const own = indexesFor(slow, rewritten.tree);
  const singles = own.slice(0, INDEXES_EACH).map((index) => asProposal(slow, index, []));
  const perTable = own
    .filter(({ definition }, at) => own.findIndex((other) => isSameTable(other, definition)) === at)
    .slice(0, INDEXES_EACH)
    .map((index) => asProposal(slow, index, []));
  const sets = [...singles.map((single) => [single]), ...(perTable.length > 1 ? [perTable] : [])];
  return sets
    .filter((set) => slow.limits.newIndexes === null || set.length <= slow.limits.newIndexes)
    .map((set) => ({
      ...alone,
      id: [alone.id, ...set.map(({ id }) => id)].join(' + '),
      change: {
        ...alone.change,
        summary: [alone.change.summary, ...set.map(({ change }) => change.summary)].join(' and '),
        steps: [...alone.change.steps, ...set.flatMap(({ change }) => change.steps)],
      },
      reason: [alone.reason, ...set.map(({ reason }) => reason)].join('; '),
      estimatedGainMs: Math.max(...set.map(({ estimatedGainMs }) => estimatedGainMs)),
    }));
}

function isSameTable(
  { definition: one }: { readonly definition: { readonly schema: string; readonly table: string } },
  other: { readonly schema: string; readonly table: string },
): boolean {
  return one.schema === other.schema && one.table === other.table;
}
