import type { Node } from '@pgsql/types';
import type { LintFacts } from './facts.ts';
import type { Effect } from './lock/effect.ts';
import type { Relation } from './parts.ts';
import type { Situation } from './situation.ts';

/** How the text is going to be run. */
export interface LintContext {
  /** Whether the whole text runs in one transaction; null where nobody knows. */
  readonly inTransaction: boolean | null;
  /** pitstop sets a lock timeout of its own, and none for what builds concurrently. */
  readonly runner: 'pitstop' | 'unknown';
  readonly facts: LintFacts;
}

/** A statement at its place in the text. */
interface Subject {
  readonly tree: Node;
  readonly sql: string;
  readonly effect: Effect;
  /** Whether others may be at work on a relation: the text has not created it, and it is not known to be empty. */
  readonly isInUse: (relation: Relation) => boolean;
  /** What the statements before it have left. */
  readonly before: Situation;
  readonly context: LintContext;
  /** Whether the text holds no other statement. */
  readonly isAlone: boolean;
}

/** Something that hurts, and what to do instead. */
export interface Found {
  /** What happens: the lock and what it blocks, or what goes wrong; one sentence. */
  readonly message: string;
  /** SQL or steps. */
  readonly instead: string;
}

export interface LintFinding extends Found {
  readonly rule: string;
}

/** One thing that may be wrong with a statement. Rules look only; they never throw. */
export interface LintRule {
  /** Says what is wrong: `index-not-concurrent`. */
  readonly name: string;
  /** One line for the documentation. */
  readonly summary: string;
  readonly find: (subject: Subject) => readonly Found[];
}
