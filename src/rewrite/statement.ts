import type { Node } from '@pgsql/types';
import type { ColumnFacts, RelationFacts } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';

/** A query with all its subqueries, each column led to where it comes from. Read by the rules that move parts about. */

export type SelectStmt = FieldsOf<'SelectStmt'>;
type SubLink = FieldsOf<'SubLink'>;

export interface Statement {
  readonly select: SelectStmt;
  /** All queries at any depth, outer ones first. */
  readonly queries: readonly Query[];
  readonly sublinks: readonly PlacedSubLink[];
  /** By the wrapper node `{ ColumnRef }`; what is missing cannot be told. */
  readonly leads: ReadonlyMap<object, Lead>;
  /** Every name in the text and every column of its tables: what no new name may be. */
  readonly taken: ReadonlySet<string>;
}

export interface Query {
  readonly select: SelectStmt;
  /** Whose columns it can see; null at the top, and for what stands in a FROM list there. */
  readonly outer: Query | null;
  /** How it stands in what is around it. */
  readonly place: 'top' | 'from' | 'cte' | 'arm' | 'expression';
  /** The entries of FROM, joins taken apart. */
  readonly entries: Entry[];
  /** Whether USING, NATURAL or an alias of a join merges or hides columns. */
  merges: boolean;
}

export interface Entry {
  readonly alias: string;
  readonly schema: string | null;
  /** Null for everything but a table. */
  readonly relation: RelationFacts | null;
  /** `FROM ONLY`: without the tables that inherit. */
  readonly only: boolean;
  /** Null where they are not known. */
  readonly columns: readonly EntryColumn[] | null;
  /** Whether an outer join may have NULLs in its place. */
  mayBeMissing: boolean;
  readonly query: Query | null;
  readonly node: Node;
}

export interface EntryColumn {
  readonly name: string;
  /** Null for a computed column. */
  readonly facts: ColumnFacts | null;
  readonly notNull: boolean;
}

/** Where a column reference leads. */
export interface Lead {
  readonly query: Query;
  readonly entry: Entry;
  readonly column: EntryColumn;
}

export interface PlacedSubLink {
  /** The wrapper. */
  readonly node: Node;
  readonly link: SubLink;
  /** The query in whose expressions it stands. */
  readonly around: Query;
  readonly inner: Query;
}

/** Whether a column has a value wherever the reference stands after its FROM list. */
export function isNeverNull({ entry, column }: Lead): boolean {
  return column.notNull && !entry.mayBeMissing;
}
