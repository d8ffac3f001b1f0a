import type { Proposal } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import type { Plan } from '../explain/plan.ts';
import type { Limits } from '../steps/limits.ts';
import type { FactSheet, StatementFacts } from '../steps/step.ts';
import type { Trial } from '../trial.ts';

/** A slow statement with all that is known of it. */
export interface SlowStatement {
  readonly statement: StatementFacts;
  readonly relations: readonly ResolvedRelation[];
  readonly plan: Plan;
  readonly takenNames: ReadonlySet<string>;
  readonly server: FactSheet['server'];
  readonly findings: readonly Finding[];
  /** Changes that the item proposes, as SQL. */
  readonly candidates: readonly string[];
  readonly limits: SearchLimits;
  /** Nothing that holds a literal of the statement may be written down. */
  readonly sensitive: boolean;
}

/** What the item and the configuration allow. */
interface SearchLimits extends Limits {
  /** How many index candidates of our own are tried alone. */
  readonly indexes: number;
}

/**
 * One way to make a statement faster, one file each. What it proposes may depend on what has been tried: it is asked
 * again after every trial, and what it has proposed before is not tried twice.
 */
export interface Lever {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly propose: (statement: SlowStatement, trials: readonly Trial[]) => readonly Proposal[];
}

/** The tables of a statement, each once. */
export function tablesOf({ relations }: Pick<SlowStatement, 'relations'>): RelationFacts[] {
  const tables = relations.map(({ relation }) => relation);
  return tables.filter((table, at) => tables.findIndex(({ oid }) => oid === table.oid) === at);
}

export function concerns(finding: Finding, relation: { schema: string; name: string }): boolean {
  return finding.relation?.schema === relation.schema && finding.relation.name === relation.name;
}
