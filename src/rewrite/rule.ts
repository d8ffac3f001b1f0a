import type { Node } from '@pgsql/types';
import type { ResolvedRelation, ServerTraits } from '../facts.ts';

/** A statement with what the catalog says of what it names. */
export interface RewriteSubject {
  readonly sql: string;
  readonly tree: Node;
  readonly relations: readonly ResolvedRelation[];
  /** Settings by name: the time zone decides what a date means. */
  readonly settings: ServerTraits['settings'];
}

/** The same question, asked otherwise. */
export interface Rewriting {
  /** The whole new statement, with the placeholders of the old one. */
  readonly tree: Node;
  /** For people: what was replaced by what, and why that is the same. */
  readonly reason: string;
  /**
   * Whether the result is the same for every state of the database that its constraints allow. `interface`: the caller
   * has to change too (a keyset instead of an offset); then it is only a proposal.
   */
  readonly meaning: 'same' | 'interface';
}

/**
 * One way to say the same otherwise, one file each. Pure: a rule checks its preconditions in the facts and proposes
 * nothing where one does not hold or cannot be told. What it proposes is still compared and measured.
 */
export interface RewriteRule {
  /** Stable, kebab-case: `not-in-to-not-exists`. */
  readonly name: string;
  /** One line for the documentation. */
  readonly summary: string;
  /** At most a few, best first; each with all places replaced that the rule can replace. */
  readonly apply: (subject: RewriteSubject) => readonly Rewriting[];
}
