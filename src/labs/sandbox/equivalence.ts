import type { Node } from '@pgsql/types';
import type { ResolvedRelation } from '../../facts.ts';
import { mentionsOf, tablesReadBy, type Mention } from '../../equivalence/mentions.ts';
import { meaningOf } from '../../equivalence/meaning.ts';
import type { DataModel, TableModel } from '../../equivalence/model.ts';
import { parameterSetsOf, textsOf, type ParameterSet } from '../../equivalence/parameter-sets.ts';
import { sortKeyPositions } from '../../equivalence/result-form.ts';
import type { ResultForm, Strictness } from '../../equivalence/result-digest.ts';
import type { CounterExample, EquivalenceChecks, EquivalenceVerdict } from '../../equivalence/verdict.ts';
import { readDataModel } from '../../pg/catalog/data-model.ts';
import { readResolvedStatement, type ResolvedStatement } from '../../pg/catalog/resolved-functions.ts';
import { sqlState } from '../../pg/failure.ts';
import type { OutputColumn, Session } from '../../pg/session.ts';
import { parseStatements } from '../../sql/parse.ts';
import { compareOnRealData, type RealData } from './compare-real.ts';
import { compareOnStates } from './compare-states.ts';

export interface EquivalenceRequest {
  readonly original: string;
  /** With the same parameters. */
  readonly rewrite: string;
  /** At least one; an empty list for a statement without parameters. */
  readonly parameterSets: readonly (readonly unknown[])[];
  /** Those that both statements read, with their indexes: what makes an order total. */
  readonly relations: readonly ResolvedRelation[];
}

/** Both statements, and by what their results are compared. */
export interface Comparing {
  readonly original: string;
  readonly rewrite: string;
  readonly form: ResultForm;
  readonly strictness: Strictness;
  readonly columns: readonly string[];
  readonly parameterSets: readonly ParameterSet[];
  readonly model: DataModel;
  readonly tables: readonly TableModel[];
  readonly mentions: readonly Mention[];
}

/** What the comparisons so far have come to; counted in place. */
export type Counts = { -readonly [Key in keyof EquivalenceChecks]: EquivalenceChecks[Key] };

/**
 * Decides whether a rewritten statement gives the same result as the original: the same columns, and the same rows for
 * every parameter set on the real data and on states of a sample that the database would allow: NULLs, duplicates, ties,
 * edges of types, neighbours of constants, empty tables. Deterministic.
 *
 * Both statements have to be queries that may run as probes. Sameness is what no state contradicts: not a proof, and not
 * claimed where the text leaves the result open.
 * @param sandbox a session in a sandbox that was filled with a sample, with the settings of the source; outside of a
 *   transaction. What is made up there is rolled back.
 * @param real where the statements run on all data; null: nowhere
 */
export async function checkEquivalence(
  sandbox: Session,
  real: RealData | null,
  request: EquivalenceRequest,
  signal: AbortSignal,
): Promise<EquivalenceVerdict> {
  const checks: Counts = {
    states: 0,
    parameterSets: 0,
    comparisons: 0,
    withRows: 0,
    onRealData: 0,
    originalRaised: 0,
    forbidden: 0,
  };
  const comparing = await prepare(sandbox, request);
  if ('reason' in comparing) return { verdict: 'incomparable', reason: comparing.reason, checks };
  if ('state' in comparing) return { verdict: 'differs', counterExample: comparing, checks };
  checks.parameterSets = comparing.parameterSets.length;
  const counterExample =
    (real === null ? null : await compareOnRealData(real, comparing, checks, signal)) ??
    (await compareOnStates(sandbox, comparing, checks, signal));
  if (counterExample !== null) return { verdict: 'differs', counterExample, checks };
  const reason = comparing.open ?? emptyHanded(checks);
  return reason === null ? { verdict: 'same', checks } : { verdict: 'incomparable', reason, checks };
}

type Prepared = Comparing & {
  /** Why no difference is no sameness. */
  readonly open: string | null;
};

async function prepare(
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

function emptyHanded({ withRows, originalRaised }: EquivalenceChecks): string | null {
  if (withRows > 0) return null;
  return originalRaised > 0
    ? 'the original raises an error wherever it finds rows'
    : 'the original returns no row on any state of the data';
}

export function counterExampleOf(
  state: string,
  parameters: readonly unknown[],
  difference: string,
  columns: readonly string[],
  rows: Pick<CounterExample, 'onlyOriginal' | 'onlyRewrite'> = { onlyOriginal: [], onlyRewrite: [] },
): CounterExample {
  return { state, parameters: textsOf(parameters), difference, columns, ...rows };
}
