import type { InputFields } from '../task/input.ts';
import { config } from './config.ts';
import { index } from './index.ts';
import { monitoring } from './monitoring.ts';
import { pool } from './pool.ts';
import { query } from './query.ts';
import type { StepKind } from './step.ts';

/** Every step kind. A new kind is one new file and its name here. */
export const STEP_KINDS: readonly StepKind[] = [config, index, monitoring, pool, query];

export type Recognition =
  | { readonly result: 'kind'; readonly kind: StepKind }
  /** Nothing in the item is ours: a meeting note, a legend. */
  | { readonly result: 'not-ours' }
  /** Something is ours, but which kind it is has to be asked. */
  | { readonly result: 'unclear'; readonly question: string };

/** Finds the kind of an item from its input fields; **Step** decides where it is given. Never guesses. */
export function recognise(inputs: InputFields): Recognition {
  if (inputs.step !== null) {
    const named = STEP_KINDS.find(({ kind }) => kind === inputs.step?.trim().toLowerCase());
    if (named !== undefined) return { result: 'kind', kind: named };
    const known = STEP_KINDS.map(({ kind }) => kind).join(', ');
    return {
      result: 'unclear',
      question: `Step says ${JSON.stringify(inputs.step)}; which of ${known} is meant?`,
    };
  }
  const [first, ...others] = STEP_KINDS.filter((kind) => kind.claims(inputs));
  if (first !== undefined && others.length === 0) return { result: 'kind', kind: first };
  if (first !== undefined) {
    const kinds = [first, ...others].map(({ kind }) => kind).join(' or ');
    return { result: 'unclear', question: `is this item of the kind ${kinds}? Say so in Step.` };
  }
  if (inputs.queries.length + inputs.sqlBlocks.length > 1) {
    return {
      result: 'unclear',
      question: 'which of its statements is the slow one? Leave it alone in Query, or make an item of each.',
    };
  }
  return { result: 'not-ours' };
}
