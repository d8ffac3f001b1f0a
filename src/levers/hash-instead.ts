import { createIndexStep, type IndexDefinition, type Proposal } from '../change.ts';
import { summaryOf } from '../advisor/candidates.ts';
import type { Trial } from '../trial.ts';
import type { Lever, SlowStatement } from './lever.ts';

/** A B-tree has no room for values of more than a third of a page; a hash index keeps four bytes of each. */
export const hashInstead: Lever = {
  name: 'hash-instead',
  summary: 'A hash index in place of a single one whose values turned out too long for a B-tree.',
  propose: (slow, trials) => trials.flatMap((trial) => asHash(slow, trial) ?? []),
};

function asHash({ statement }: SlowStatement, { reason, proposal }: Trial): Proposal | null {
  const [built, ...others] = proposal.change.steps.flatMap(({ builds }) => builds ?? []);
  if (reason.code !== 'value-too-large' || built === undefined || others.length > 0) return null;
  const [key] = built.keys;
  if (key === undefined) return null;
  const plain = { ...key, descending: false, nullsFirst: false };
  const { schema, table, name, predicate } = built;
  const definition: IndexDefinition = {
    schema,
    table,
    name,
    method: 'hash',
    keys: [plain],
    ...(predicate === undefined ? {} : { predicate }),
  };
  const summary = summaryOf(definition);
  return {
    id: summary,
    change: { summary, steps: [createIndexStep(definition)] },
    reason: `${proposal.reason}; its values are too long for a B-tree`,
    probe: statement.probe,
    estimatedGainMs: proposal.estimatedGainMs,
  };
}
