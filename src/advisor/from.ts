import type { Node } from '@pgsql/types';
import type { RelationKind } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { fieldsOf, isRecord, namesOf, wrapperOf } from '../sql/walk.ts';
import type { UseDraft } from './draft.ts';
import { startUse, subjectName } from './draft.ts';
import { noteRead, referencesOf } from './expression.ts';
import { readPredicate } from './predicate.ts';
import { refersTo } from './references.ts';
import { addJoin } from './restriction.ts';
import type { Binding, Columns, Reading, Scope, Source } from './scope.ts';
import { renamed } from './scope.ts';

/** Adds an entry of a FROM list to its scope and notes what its join conditions ask for. Gives what it added. */
export function addFrom(node: Node, scope: Scope, reading: Reading): Source[] {
  if ('JoinExpr' in node) return addJoinExpr(node.JoinExpr, scope, reading);
  const source = readSource(node, scope, reading);
  scope.sources.push(source);
  return [source];
}

function readSource(node: Node, scope: Scope, reading: Reading): Source {
  if ('RangeVar' in node) return readTable(node.RangeVar, scope, reading);
  if ('RangeSubselect' in node) {
    const { subquery, alias, lateral } = node.RangeSubselect;
    // Without LATERAL the subquery sees only what is around the whole query.
    const outer = lateral === true ? scope : scope.outer;
    const columns =
      subquery !== undefined && 'SelectStmt' in subquery
        ? reading.readQuery(subquery.SelectStmt, { outer, semiJoinOuter: null, ctes: scope.ctes }, reading)
            .columns
        : null;
    return opaque(alias, columns);
  }
  // Functions, TABLESAMPLE, XMLTABLE, JSON_TABLE: no index, but maybe subqueries in their arguments.
  referencesOf(node, scope, reading);
  const fields = wrapperOf(node)?.fields['alias'];
  const alias = isRecord(fields) ? fieldsOf({ tag: 'Alias', fields, field: 'alias' }, 'Alias') : null;
  return opaque(alias ?? undefined, null);
}

function readTable(table: FieldsOf<'RangeVar'>, scope: Scope, reading: Reading): Source {
  const name = table.relname ?? '';
  const alias = table.alias?.aliasname ?? name;
  const cte = table.schemaname === undefined ? scope.ctes.get(name) : undefined;
  if (cte !== undefined) return { ...opaque(table.alias, cte), alias };
  const relation = reading.relations.find(({ reference }) => refersTo(table, reference))?.relation;
  if (relation === undefined) return { alias, schema: null, columns: null, base: null };
  const indexable = INDEXABLE.has(relation.kind);
  const use = indexable ? startUse(relation, alias) : null;
  if (use !== null) reading.uses.push(use);
  const columns = new Map<string, Binding | null>(
    relation.columns.map(({ name: column }) => [
      column,
      use === null ? null : { use, column: subjectName(use, column) },
    ]),
  );
  const schema = table.alias === undefined ? relation.schema : null;
  return { alias, schema, columns: renamed(columns, namesOf(table.alias?.colnames)), base: use };
}

const INDEXABLE: ReadonlySet<RelationKind> = new Set(['table', 'partitioned-table', 'materialized-view']);

function addJoinExpr(join: FieldsOf<'JoinExpr'>, scope: Scope, reading: Reading): Source[] {
  const before = scope.sources.length;
  const left = join.larg === undefined ? [] : addFrom(join.larg, scope, reading);
  const right = join.rarg === undefined ? [] : addFrom(join.rarg, scope, reading);
  const restricts = restrictedSide(join.jointype, left, right);
  for (const column of namesOf(join.usingClause)) {
    scope.merges = true;
    const one = bindingIn(left, column);
    const other = bindingIn(right, column);
    for (const merged of [one, other]) if (merged !== null) noteRead(merged);
    if (one !== null && (restricts?.has(one.use) ?? true)) addJoin(one, other);
    if (other !== null && (restricts?.has(other.use) ?? true)) addJoin(other, one);
  }
  if (join.isNatural === true) {
    scope.merges = true;
    for (const use of usesOf([...left, ...right])) use.wholeRow = true;
  }
  if (join.quals !== undefined) {
    readPredicate(join.quals, { scope, reading, restricts });
    referencesOf(join.quals, scope, reading);
  }
  if (join.alias === undefined) return [...left, ...right];
  // The alias of a join hides the names inside it.
  const merged = opaque(join.alias, mergedColumns([...left, ...right]));
  scope.sources.splice(before, scope.sources.length, merged);
  return [merged];
}

/** The condition of an outer join restricts only the side that may be missing, that of a full join none. */
function restrictedSide(
  type: FieldsOf<'JoinExpr'>['jointype'],
  left: readonly Source[],
  right: readonly Source[],
): ReadonlySet<UseDraft> | null {
  if (type === 'JOIN_LEFT') return usesOf(right);
  if (type === 'JOIN_RIGHT') return usesOf(left);
  return type === 'JOIN_FULL' ? new Set() : null;
}

function usesOf(sources: readonly Source[]): Set<UseDraft> {
  return new Set(
    sources.flatMap(({ columns }) => [...(columns?.values() ?? [])].flatMap((column) => column?.use ?? [])),
  );
}

function bindingIn(sources: readonly Source[], column: string): Binding | null {
  return sources.find(({ columns }) => columns?.has(column) === true)?.columns?.get(column) ?? null;
}

function mergedColumns(sources: readonly Source[]): Columns {
  const merged = new Map<string, Binding | null>();
  for (const { columns } of sources) {
    if (columns === null) return null;
    for (const [name, binding] of columns) if (!merged.has(name)) merged.set(name, binding);
  }
  return merged;
}

function opaque(alias: FieldsOf<'Alias'> | undefined, columns: Columns): Source {
  return {
    alias: alias?.aliasname ?? '',
    schema: null,
    columns: renamed(columns, namesOf(alias?.colnames)),
    base: null,
  };
}
