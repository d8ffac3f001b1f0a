import type { Node } from '@pgsql/types';
import type { ResolvedRelation } from '../../facts.ts';
import { joinedColumns, mentionsOf, tablesReadBy } from '../../equivalence/mentions.ts';
import { meaningOf } from '../../equivalence/meaning.ts';
import { parameterSetsOf } from '../../equivalence/parameter-sets.ts';
import { sortKeyPositions } from '../../equivalence/result-form.ts';
import { counterExampleOf, type CounterExample } from '../../equivalence/verdict.ts';
import { readDataModel } from '../../pg/catalog/data-model.ts';
import { readResolvedStatement, type ResolvedStatement } from '../../pg/catalog/resolved-functions.ts';
import { sqlState } from '../../pg/failure.ts';
import type { OutputColumn, Session } from '../../pg/session.ts';
import { parseStatements } from '../../sql/parse.ts';
import type { Comparing, EquivalenceRequest } from './comparing.ts';

type Prepared = Comparing & {
  /** Why no difference is no sameness. */
  readonly open: string | null;
};

/**
 * What has to be known before anything is compared. Ends here with a reason where the text of the original leaves its result
 * open, and with a counter-example where the columns differ already.
 */
export async function prepare(
  session: Session,
  { original, rewrite, parameterSets, relations }: EquivalenceRequest,
): Promise<Prepared | CounterExample | { readonly reason: string }> {
  const [originalTree, rewriteTree] = [treeOf(original), treeOf(rewrite)];
  const meaning = meaningOf(originalTree, relations);
  if (meaning.arbitrary[0] !== undefined) return { reason: `the original has ${meaning.arbitrary[0]}` };
  const before = await orMessage(describe(session, original));
  if (typeof before === 'string') return { reason: `the original raises: ${before}` };
  const varying = variesOf(before.resolved, relations);
  if (varying !== null) return { reason: `the original ${varying}` };
  const after = await orMessage(describe(session, rewrite));
  const example = (difference: string) =>
    counterExampleOf('any data', parameterSets[0] ?? [], difference, []);
  if (typeof after === 'string') return example(`the rewrite raises: ${after}`);
  const difference = columnsDifference(before.columns, after.columns);
  if (difference !== null) return example(difference);

  const model = await readDataModel(session);
  const mentions = mentionsOf([originalTree, rewriteTree], model);
  const columns = before.columns.map(({ name }) => name);
  const types = before.resolved.parameterTypes;
  const rewritten = meaningOf(rewriteTree, relations);
  const rewriteOpen =
    rewritten.arbitrary[0] ??
    (rewritten.choosesAmongTies && !meaning.choosesAmongTies ? 'a choice among equal rows' : null) ??
    (isOrdered(originalTree) && !isOrdered(rewriteTree) ? 'it has no ORDER BY' : null) ??
    variesOf(after.resolved, relations);
  return {
    original,
    rewrite,
    form: {
      sortKeys: sortKeyPositions(originalTree, columns),
      inexact: [before, after].some(({ resolved }) => addsFloats(resolved))
        ? floatsAmong(before.columns)
        : [],
    },
    strictness: meaning.choosesAmongTies ? 'sort-keys' : meaning.ordersTotally ? 'sequence' : 'multiset',
    columns,
    parameterSets: parameterSetsOf(parameterSets, types, mentions, model.clockChanges),
    model,
    tables: tablesReadBy([originalTree, rewriteTree], model),
    joins: joinedColumns([originalTree, rewriteTree], model.tables),
    mentions,
    open: meaning.choosesAmongTies
      ? 'the original chooses among rows that are equal in its ORDER BY; their number and sort keys agree'
      : rewriteOpen === null
        ? null
        : `no difference was found, but the rewrite leaves its result open: ${rewriteOpen}`,
  };
}

function isOrdered(tree: Node): boolean {
  return 'SelectStmt' in tree && tree.SelectStmt.sortClause !== undefined;
}

function treeOf(sql: string): Node {
  const [statement, ...others] = parseStatements(sql);
  if (statement === undefined || others.length > 0) throw new Error('one statement is expected');
  return statement.tree;
}

async function describe(session: Session, sql: string) {
  const resolved = await readResolvedStatement(session, sql);
  const nothing = resolved.parameterTypes.map(() => null);
  const { columns } = await session.stream(
    `SELECT * FROM (${sql}\n) AS described LIMIT 0`,
    nothing,
    () => undefined,
  );
  return { resolved, columns };
}

async function orMessage<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (sqlState(error) === null || !(error instanceof Error)) throw error;
    return error.message;
  }
}

/** Why two executions of a statement on the same data may differ; null where they may not. */
function variesOf(
  { functions, views }: ResolvedStatement,
  relations: readonly ResolvedRelation[],
): string | null {
  const volatile = functions.find((called) => called.volatile);
  if (volatile !== undefined) return `calls ${volatile.name}(), which is volatile`;
  const foreign = functions.find(({ aggregate, own }) => aggregate && !own);
  if (foreign !== undefined)
    return `uses the aggregate ${foreign.name}(), which may depend on the order of rows`;
  for (const view of views) {
    const { arbitrary, choosesAmongTies } = meaningOf(treeOf(view), relations);
    const [reason] = choosesAmongTies ? ['a choice among equal rows'] : arbitrary;
    if (reason !== undefined) return `reads a view with ${reason}`;
  }
  return null;
}

function columnsDifference(one: readonly OutputColumn[], other: readonly OutputColumn[]): string | null {
  if (one.length !== other.length) return `${other.length} columns instead of ${one.length}`;
  for (const [at, column] of one.entries()) {
    const second = other[at];
    if (second?.name !== column.name)
      return `column ${at + 1} is named ${second?.name} instead of ${column.name}`;
    if (second.type !== column.type) return `column ${column.name} has another type`;
  }
  return null;
}

const ADDING = /^(?:sum|avg|corr|stddev|variance|(?:stddev|var|covar|regr)_\w+)$/;

function addsFloats({ functions }: ResolvedStatement): boolean {
  return functions.some(({ name, aggregate, floats }) => aggregate && floats && ADDING.test(name));
}

/** `real` and `double precision`. */
function floatsAmong(columns: readonly OutputColumn[]): number[] {
  return columns.flatMap(({ type }, at) => (type === 700 || type === 701 ? [at] : []));
}
