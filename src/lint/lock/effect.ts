import type { FieldsOf, NodeTag } from '../../sql/walk.ts';
import type { LintFacts } from '../facts.ts';
import { blocksOf, rankOf, strongestLock, type Blocks, type Lock } from './mode.ts';

/**
 * What happens to the table while the lock is held. `query`: what the planner chooses for the rows that are asked for;
 * `sample`: some pages; `scan`: all of it, an index build included; `rewrite`: a new copy, indexes included.
 */
export type Work = 'none' | 'sample' | 'query' | 'scan' | 'rewrite' | 'unknown';

/** What a statement does to others while it runs. Modes and work as measured on PostgreSQL 18.4. */
export interface Effect {
  /** The strongest lock on a table, view or sequence that was there before; indexes apart. */
  readonly lock: Lock;
  /** The strongest lock on an index, where the statement is about indexes. */
  readonly indexLock: Lock;
  readonly blocks: Blocks;
  readonly work: Work;
  /** Whether the server accepts it inside a transaction block. */
  readonly inTransaction: boolean;
  /** What the mode alone does not say; for people. */
  readonly note: string | null;
}

/** Everything that is not said is the harmless one. */
export function effect(lock: Lock, more: Partial<Omit<Effect, 'lock' | 'blocks'>> = {}): Effect {
  const { indexLock = null, work = 'none', inTransaction = true, note = null } = more;
  // Planning a statement opens every index of its tables: a locked index stops readers too.
  const blocks = blocksOf(indexLock === 'ACCESS EXCLUSIVE' ? indexLock : lock);
  return { lock, indexLock, blocks, work, inTransaction, note };
}

export const NOTHING = effect(null);
export const UNKNOWN = effect('unknown', { work: 'unknown' });

const WORK: readonly Work[] = ['none', 'sample', 'query', 'scan', 'rewrite', 'unknown'];

/** The strongest of several that happen together. */
export function strongest(effects: readonly Effect[]): Effect {
  return effects.reduce(
    (one, other) =>
      effect(strongestLock(one.lock, other.lock), {
        indexLock: strongestLock(one.indexLock, other.indexLock),
        work: heavier(one.work, other.work),
        inTransaction: one.inTransaction && other.inTransaction,
        note: rankOf(other.lock) > rankOf(one.lock) ? other.note : (one.note ?? other.note),
      }),
    NOTHING,
  );
}

export function heavier(one: Work, other: Work): Work {
  return WORK.indexOf(one) >= WORK.indexOf(other) ? one : other;
}

/** A family of statements: for each node what it does. */
export type Family = {
  readonly [T in NodeTag]?: (fields: FieldsOf<T>, facts: LintFacts) => Effect;
};
