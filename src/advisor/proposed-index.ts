import type { IndexElem, IndexStmt, Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';
import type { IndexDefinition, IndexElement, IndexMethod } from '../change.ts';
import type { RelationFacts, ResolvedRelation, ServerTraits } from '../facts.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { quoteName } from '../sql/quote.ts';
import { namesOf, nodesNamed } from '../sql/walk.ts';
import { summaryOf, type IndexCandidate } from './candidates.ts';
import { extensionSchema, extensionSteps } from './extension.ts';
import { indexSteps } from './index-steps.ts';
import { indexName, keyLabels } from './name.ts';
import { labelOf } from './subject.ts';
import { supersededBy } from './supersedes.ts';

/**
 * The index that a text proposes, where it is one `CREATE INDEX` on a table that the statement uses, alone or after the
 * `CREATE EXTENSION` that it needs; null for anything else. It is built concurrently, and its name is kept where it is
 * free. A unique one is somebody's decision about the data: it is no candidate.
 */
export function proposedIndex(
  sql: string,
  relations: readonly ResolvedRelation[],
  taken: ReadonlySet<string>,
  server: ServerTraits,
): IndexCandidate | null {
  const read = readText(sql);
  if (read === null) return null;
  const { statement, extension } = read;
  const relation = relations.find(
    ({ relation: { schema, name } }) =>
      name === statement.relation?.relname &&
      (statement.relation.schemaname === undefined || statement.relation.schemaname === schema),
  )?.relation;
  if (relation === undefined || relation.partitioning?.nested === true) return null;
  if (extension !== null && extensionSchema(server, extension) === null) return null;
  const definition = definitionOf(statement, relation, taken);
  if (definition === null) return null;
  return {
    definition,
    steps: [...extensionSteps(server, extension), ...indexSteps(definition, relation, taken)],
    summary: summaryOf(definition),
    reason: 'proposed by the item',
    estimatedGainMs: 0,
    supersedes: supersededBy(definition, relation),
  };
}

function readText(sql: string): { readonly statement: IndexStmt; readonly extension: string | null } | null {
  const trees = statementsOrNone(sql).map(({ tree }) => tree);
  const last = trees.at(-1);
  if (last === undefined || !('IndexStmt' in last) || trees.length > 2) return null;
  const [first] = trees;
  if (trees.length === 1 || first === undefined) return { statement: last.IndexStmt, extension: null };
  // Where and in which version an extension is, is not for an index to decide.
  if (!('CreateExtensionStmt' in first) || first.CreateExtensionStmt.options !== undefined) return null;
  return { statement: last.IndexStmt, extension: first.CreateExtensionStmt.extname ?? null };
}

const METHODS: readonly IndexMethod[] = ['btree', 'hash', 'gin', 'gist', 'brin'];

function definitionOf(
  statement: IndexStmt,
  relation: RelationFacts,
  taken: ReadonlySet<string>,
): IndexDefinition | null {
  const { accessMethod = 'btree', indexParams = [], indexIncludingParams = [], options = [] } = statement;
  const method = METHODS.find((known) => known === accessMethod);
  const keys = indexParams.map((param) => ('IndexElem' in param ? elementOf(param.IndexElem) : null));
  const include = indexIncludingParams.map((param) =>
    'IndexElem' in param ? param.IndexElem.name : undefined,
  );
  const storage = options.map(storageOption);
  const known = keys.flatMap((key) => key ?? []);
  const included = include.flatMap((column) => column ?? []);
  if (method === undefined || statement.unique === true || statement.tableSpace !== undefined) return null;
  if (known.length === 0 || keys.includes(null) || include.includes(undefined) || storage.includes(null))
    return null;
  if (!areColumns([...columnsIn(indexParams, statement.whereClause), ...included], relation)) return null;
  if (method === 'btree' && !known.every((key) => isSortable(key, relation))) return null;

  const { schema, name: table } = relation;
  const isTaken = (name: string) => taken.has(`${schema}.${name}`);
  const labels = indexParams.flatMap((param) =>
    'IndexElem' in param ? labelOfElement(param.IndexElem) : [],
  );
  const wished = statement.idxname;
  const name =
    wished !== undefined && !isTaken(wished)
      ? wished
      : indexName(table, keyLabels([...labels, ...included]), isTaken);
  return {
    schema,
    table,
    name,
    ...(method === 'btree' ? {} : { method }),
    keys: known,
    ...(included.length === 0 ? {} : { include: included }),
    ...(statement.whereClause === undefined ? {} : { predicate: deparseSync(statement.whereClause) }),
    ...(storage.length === 0
      ? {}
      : { storage: Object.fromEntries(storage.flatMap((option) => (option === null ? [] : [option]))) }),
  };
}

function elementOf(element: IndexElem): IndexElement | null {
  const {
    name,
    expr,
    collation = [],
    opclass = [],
    opclassopts = [],
    ordering,
    nulls_ordering: nulls,
  } = element;
  const descending = ordering === 'SORTBY_DESC';
  const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending);
  if (opclassopts.length > 0 || (name === undefined && expr === undefined)) return null;
  return {
    ...(name === undefined || expr !== undefined
      ? { column: null, expression: expr === undefined ? '' : deparseSync(expr) }
      : { column: name }),
    descending,
    nullsFirst,
    ...(opclass.length === 0 ? {} : { operatorClass: qualified(opclass) }),
    ...(collation.length === 0 ? {} : { collation: qualified(collation) }),
  };
}

function labelOfElement({ name, expr }: IndexElem): string {
  return expr === undefined ? (name ?? '') : labelOf(expr);
}

function qualified(names: readonly Node[]): string {
  return namesOf(names).map(quoteName).join('.');
}

/** `fillfactor = 70`, as name and value; null for a value that is no number or word. */
function storageOption(option: Node): readonly [string, string] | null {
  if (!('DefElem' in option) || option.DefElem.defnamespace !== undefined) return null;
  const { defname, arg } = option.DefElem;
  if (defname === undefined) return null;
  if (arg === undefined) return [defname, 'true'];
  if ('Integer' in arg) return [defname, String(arg.Integer.ival ?? 0)];
  if ('Float' in arg) return [defname, arg.Float.fval ?? ''];
  const word = 'String' in arg ? (arg.String.sval ?? '') : '';
  return /^\w+$/.test(word) ? [defname, word] : null;
}

function columnsIn(params: readonly Node[], whereClause: Node | undefined): string[] {
  const named = params.flatMap((param) =>
    'IndexElem' in param && param.IndexElem.expr === undefined ? (param.IndexElem.name ?? []) : [],
  );
  const referenced = nodesNamed([params, whereClause], 'ColumnRef').map(
    ({ fields }) => namesOf(fields).at(-1) ?? '',
  );
  return [...named, ...referenced];
}

function areColumns(names: readonly string[], { columns }: RelationFacts): boolean {
  return names.every((name) => columns.some((column) => column.name === name));
}

/** Another operator class may well sort what has none of its own. */
function isSortable(key: IndexElement, { columns }: RelationFacts): boolean {
  if (key.column === null || key.operatorClass !== undefined) return true;
  return columns.some(({ name, sortable }) => sortable && name === key.column);
}
