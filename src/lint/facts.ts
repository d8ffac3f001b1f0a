import type { RelationReference } from '../facts.ts';
import { remembered } from './remembered.ts';

/** What a connected database adds to the text. Without it the worst is said. */
export interface LintFacts {
  /** The relations that the text names and the database has, by the name that the text uses. */
  readonly relations: readonly LintRelation[];
  /** The types that the text gives to columns, as far as the database has them. */
  readonly types: readonly LintType[];
}

export interface LintRelation {
  readonly reference: RelationReference;
  readonly kind: RelationKind;
  /** Without any row, and never had one since its files were last rewritten. Partitions count. */
  readonly isEmpty: boolean;
  /** Of an index: whether it is complete and used. True for everything else. */
  readonly isValid: boolean;
  readonly columns: readonly LintColumn[];
  readonly constraints: readonly LintConstraint[];
  readonly indexes: readonly LintIndex[];
  readonly hasDefaultPartition: boolean;
}

type RelationKind =
  | 'table'
  | 'partitioned-table'
  | 'foreign-table'
  | 'view'
  | 'materialized-view'
  | 'sequence'
  | 'index'
  | 'partitioned-index'
  | 'other';

interface LintColumn {
  readonly name: string;
  /** As `format_type` writes it: `character varying(20)`. */
  readonly type: string;
  /** Declared, and validated. */
  readonly notNull: boolean;
  /** A validated CHECK of the form `column IS NOT NULL` shows it. */
  readonly provenNotNull: boolean;
  readonly generated: 'stored' | 'virtual' | null;
}

interface LintConstraint {
  readonly name: string;
  readonly type: 'check' | 'foreign-key' | 'not-null' | 'unique' | 'primary-key' | 'exclusion' | 'other';
  readonly columns: readonly string[];
  readonly validated: boolean;
}

interface LintIndex {
  readonly name: string;
  /** The key columns in order; null for an expression. */
  readonly keys: readonly (string | null)[];
  readonly isValid: boolean;
  readonly isPartial: boolean;
}

interface LintType {
  /** `schema.name` or `name`, as the text has it, unquoted. */
  readonly name: string;
  /** A domain with a NOT NULL or a CHECK, itself or one below it. */
  readonly isConstrainedDomain: boolean;
}

export const NO_FACTS: LintFacts = { relations: [], types: [] };

/** A relation as a tree names it. */
interface Named {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** What the database says of a relation that the text names; undefined where nobody asked, or there is none. */
export function relationOf(facts: LintFacts, named: Named | undefined): LintRelation | undefined {
  if (named === undefined || facts.relations.length === 0) return undefined;
  const { schemaname = null, relname = '' } = named;
  return byName(facts).get(JSON.stringify([schemaname, relname]));
}

const byName = remembered(
  ({ relations }: LintFacts): ReadonlyMap<string, LintRelation> =>
    new Map(
      relations.map((relation) => {
        const { schema, name } = relation.reference;
        return [JSON.stringify([schema, name]), relation];
      }),
    ),
);
