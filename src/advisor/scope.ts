import type { ResolvedRelation } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import type { UseDraft } from './draft.ts';

export type ColumnRef = FieldsOf<'ColumnRef'>;
export type SelectStmt = FieldsOf<'SelectStmt'>;

/** A column of a table, whatever subqueries hand it through. */
export interface Binding {
  readonly use: UseDraft;
  readonly column: string;
}

/** Output columns in order; a null binding is a computed one. Null: the names are not known. */
export type Columns = ReadonlyMap<string, Binding | null> | null;

/** One entry of a FROM list. */
export interface Source {
  readonly alias: string;
  /** The schema under which `schema.table.column` finds it; null where it has an alias or is no table. */
  readonly schema: string | null;
  readonly columns: Columns;
  /** The use, where the entry is a table itself. */
  readonly base: UseDraft | null;
}

/** What a query may refer to besides its own FROM list. */
export interface Surroundings {
  readonly outer: Scope | null;
  /** The scope whose rows the query decides on as an EXISTS or IN: the two can change places, as in a join. */
  readonly semiJoinOuter: Scope | null;
  readonly ctes: ReadonlyMap<string, Columns>;
}

export interface Scope extends Surroundings {
  /** Grows while the FROM list is read, so that LATERAL sees what stands before it. */
  readonly sources: Source[];
  /** References to outer scopes from here and from below. */
  readonly escaped: Reference[];
  /** Whether USING or NATURAL merges columns, so that `*` has another order. */
  merges: boolean;
}

/** A column reference and where it leads. */
export interface Reference {
  readonly scope: Scope;
  readonly source: Source;
  /** Null for a computed column. */
  readonly binding: Binding | null;
}

/** What a query gives to the one around it. */
export interface ReadQuery {
  /** Handed-through columns can be restricted from outside. */
  readonly columns: Columns;
  readonly sources: readonly Source[];
  readonly escaped: readonly Reference[];
}

/** What all parts of the reading of one statement share. */
export interface Reading {
  readonly relations: readonly ResolvedRelation[];
  readonly uses: UseDraft[];
  /** The subqueries in expressions that have been read. */
  readonly subqueries: Map<FieldsOf<'SubLink'>, ReadQuery>;
  readonly readQuery: (select: SelectStmt, surroundings: Surroundings, reading: Reading) => ReadQuery;
}

/** `FROM orders AS o (id, customer)` and `WITH recent (id, at)` rename the first columns. */
export function renamed(columns: Columns, names: readonly string[]): Columns {
  if (columns === null || names.length === 0) return columns;
  return new Map([...columns].map(([name, binding], at) => [names[at] ?? name, binding]));
}

/** Where a column reference leads, from the innermost scope outwards; null where that cannot be told. */
export function resolve(reference: ColumnRef, scope: Scope): Reference | null {
  const names = namesOf(reference.fields);
  const column = names.at(-1);
  // `t.*` and a whole row are no columns.
  if (column === undefined || names.length !== (reference.fields ?? []).length) return null;
  const crossed: Scope[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const found = names.length === 1 ? unqualified(column, at) : qualified(names, column, at);
    if (found === 'elsewhere') {
      crossed.push(at);
      continue;
    }
    if (found === null) return null;
    for (const inner of crossed) inner.escaped.push(found);
    return found;
  }
  return null;
}

function unqualified(column: string, scope: Scope): Reference | null | 'elsewhere' {
  // Where two sources have the name the statement is either wrong or merges them with USING; then the first is right.
  const [source, second] = scope.sources.filter(({ columns }) => columns?.has(column) === true);
  if (source !== undefined) {
    if (second !== undefined && !scope.merges) return null;
    return { scope, source, binding: source.columns?.get(column) ?? null };
  }
  return scope.sources.some(({ columns }) => columns === null) ? null : 'elsewhere';
}

function qualified(names: readonly string[], column: string, scope: Scope): Reference | null | 'elsewhere' {
  const [table, schema] = names.slice(0, -1).toReversed();
  const source = scope.sources.find(
    (candidate) => candidate.alias === table && (schema === undefined || candidate.schema === schema),
  );
  if (source === undefined) return 'elsewhere';
  if (source.columns === null) return { scope, source, binding: null };
  return source.columns.has(column) ? { scope, source, binding: source.columns.get(column) ?? null } : null;
}
