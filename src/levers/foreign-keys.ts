import { followedKeys, foreignKeyIndexes } from '../advisor/foreign-keys.ts';
import type { Proposal } from '../change.ts';
import type { Trial } from '../trial.ts';
import { asProposal } from './indexes.ts';
import { concerns, type Lever, type SlowStatement } from './lever.ts';

/** Findings that name a table in which the rows that refer to a deleted one are looked for. */
const BLAMING = new Set(['trigger-time', 'unindexed-foreign-key']);

/** Indexes for the foreign keys that the plan blames: nothing else would make those triggers fast. */
export const blamedForeignKeys: Lever = {
  name: 'blamed-foreign-keys',
  summary:
    'For a statement that writes: indexes for the foreign keys whose checks the plan blames, all together and each alone.',
  propose(slow, trials) {
    const blaming = slow.findings.filter(({ code }) => BLAMING.has(code));
    const blamed = proposals(slow, trials).filter(({ change }) =>
      change.steps.some(({ builds }) => {
        if (builds === null) return false;
        const table = { schema: builds.schema, name: builds.table };
        return blaming.some((finding) => concerns(finding, table));
      }),
    );
    return [...together(slow, blamed), ...blamed];
  },
};

/** Indexes for every foreign key that the statement makes the server follow and that has none. */
export const foreignKeys: Lever = {
  name: 'foreign-keys',
  summary:
    'For a statement that writes: an index for each foreign key without one that leads to the rows that it deletes, or whose keys it changes.',
  propose: proposals,
};

function proposals(slow: SlowStatement, trials: readonly Trial[]): Proposal[] {
  const { statement, relations, takenNames, limits } = slow;
  if (statement.writes === null || limits.newIndexes === 0) return [];
  return foreignKeyIndexes(
    followedKeys(statement.writes, relations, 'is-not-followed'),
    relations,
    takenNames,
  )
    .slice(0, limits.indexes)
    .map((candidate) => asProposal(slow, candidate, trials));
}

/** Each alone leaves the others' triggers slow, and may be too small a gain. */
function together({ limits }: SlowStatement, blamed: readonly Proposal[]): Proposal[] {
  const [first, ...others] = blamed;
  if (first === undefined || others.length === 0) return [];
  if (limits.newIndexes !== null && blamed.length > limits.newIndexes) return [];
  return [
    {
      ...first,
      id: blamed.map(({ id }) => id).join(' + '),
      change: {
        summary: blamed.map(({ change }) => change.summary).join(' and '),
        steps: [
          ...new Map(blamed.flatMap(({ change }) => change.steps.map((step) => [step.up, step]))).values(),
        ],
      },
      reason: blamed.map(({ reason }) => reason).join('; '),
    },
  ];
}
