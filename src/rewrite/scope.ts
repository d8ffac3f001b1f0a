import type { ColumnFacts, RelationFacts } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';

export type SelectStmt = FieldsOf<'SelectStmt'>;

/** A column of a relation at one place of a statement, whatever subqueries hand it through. */
export interface Column {
  readonly relation: RelationFacts;
  readonly facts: ColumnFacts;
  /** The entry of the FROM list, in the scope that the reference leads to, that gives it. */
  readonly source: Source;
  /** Whether no row at this place has NULL in it: outer joins around the relation count. */
  readonly notNull: boolean;
}

/** What an entry of a FROM list hands on under one name; null is something computed. */
export type Output = Pick<Column, 'relation' | 'facts' | 'notNull'> | null;

export interface Outputs {
  readonly columns: ReadonlyMap<string, Output>;
  /** Whether these are all names that there are. */
  readonly complete: boolean;
}

/** One entry of a FROM list. */
export interface Source extends Outputs {
  readonly alias: string;
  /** The schema under which `schema.table.column` finds it; null where it has an alias or is no table. */
  readonly schema: string | null;
  /** The relation, where the entry is one itself. */
  readonly relation: RelationFacts | null;
  /** `FROM ONLY`: without the tables that inherit. */
  readonly only: boolean;
  /** Whether an outer join around it may have filled its columns with NULL. */
  nullable: boolean;
}

export interface Scope {
  /** Grows while the FROM list is read, so that ON and LATERAL see what stands before them. */
  readonly sources: Source[];
  readonly outer: Scope | null;
  readonly ctes: ReadonlyMap<string, Outputs>;
  /** Whether USING or NATURAL merges columns. */
  merges: boolean;
}

export const NOTHING_KNOWN: Outputs = { columns: new Map(), complete: false };

/** `FROM orders AS o (id, customer)` and `WITH recent (id, at)` rename the first columns. */
export function renamed({ columns, complete }: Outputs, names: readonly string[]): Outputs {
  if (names.length === 0) return { columns, complete };
  if (!complete) return NOTHING_KNOWN;
  return {
    columns: new Map([...columns].map(([name, output], at) => [names[at] ?? name, output])),
    complete,
  };
}

/** Where a column reference leads; null for what is computed and where it cannot be told. */
function resolveColumn(reference: FieldsOf<'ColumnRef'>, scope: Scope): Column | null {
  const names = namesOf(reference.fields);
  const name = names.at(-1);
  // `t.*` and a whole row are no columns.
  if (name === undefined || names.length !== (reference.fields ?? []).length) return null;
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const found = names.length === 1 ? withColumn(name, at) : withAlias(names, at);
    if (found === 'unclear') return null;
    if (found !== null) return columnOf(found, name);
  }
  return null;
}

/** Where a node leads that is nothing but a column; null for any other. */
export function columnOfNode(node: unknown, scope: Scope): Column | null {
  const reference = node as { readonly ColumnRef?: FieldsOf<'ColumnRef'> } | undefined;
  return reference?.ColumnRef === undefined ? null : resolveColumn(reference.ColumnRef, scope);
}

function columnOf(source: Source, name: string): Column | null {
  const output = source.columns.get(name);
  if (output == null) return null;
  return { ...output, source, notNull: output.notNull && !source.nullable };
}

function withColumn(name: string, scope: Scope): Source | null | 'unclear' {
  const [source, second] = scope.sources.filter(({ columns }) => columns.has(name));
  // In two sources at once: merged by USING, so that it may be either.
  if (second !== undefined) return 'unclear';
  if (source === undefined) return scope.sources.every(({ complete }) => complete) ? null : 'unclear';
  return scope.merges && scope.sources.some(({ complete }) => !complete) ? 'unclear' : source;
}

function withAlias(names: readonly string[], scope: Scope): Source | null | 'unclear' {
  const [, table, schema] = names.toReversed();
  return (
    scope.sources.find(
      ({ alias, schema: of }) => alias === table && (schema === undefined || of === schema),
    ) ?? null
  );
}
