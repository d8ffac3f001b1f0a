import type { Node } from '@pgsql/types';
import { mentionsOf } from '../equivalence/mentions.ts';
import type { RelationFacts } from '../facts.ts';
import { asStatement } from '../sql/counted-statement.ts';
import { fingerprintOf } from '../sql/fingerprint.ts';
import { nodesNamed } from '../sql/walk.ts';
import { perSecond } from './write-cost.ts';

/** What the server counted of the calls of one statement, whatever its constants and parameters. */
export interface CallRate {
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Of one execution. */
  readonly meanMs: number;
}

/**
 * How often a statement is called; null where nothing was counted, or not for long enough to tell.
 * @param counts of statements with `$n` for their constants
 */
export function callRate(
  sql: string,
  counts: readonly {
    readonly query: string;
    readonly calls: number;
    readonly totalMs: number;
    readonly seconds: number;
  }[],
): CallRate | null {
  const fingerprint = fingerprintOf(sql);
  const same = counts.filter(({ query }) =>
    // A list of constants is an array in what was made of a counted text.
    [query, asStatement(query)].some((text) => fingerprint !== null && fingerprintOf(text) === fingerprint),
  );
  const calls = same.reduce((sum, count) => sum + count.calls, 0);
  const ms = same.reduce((sum, count) => sum + count.totalMs, 0);
  const callsPerSecond = perSecond(calls, Math.max(0, ...same.map(({ seconds }) => seconds)));
  return calls === 0 || callsPerSecond === null ? null : { calls, callsPerSecond, meanMs: ms / calls };
}

/** What a kept result would have saved of the calls that were counted: computed, not measured. */
export interface CacheSaving {
  /** Calls an hour that would have found their result. */
  readonly hitsPerHour: number;
  /** Milliseconds of execution an hour that these took. */
  readonly savedMsPerHour: number;
}

/** A result that an application would keep, with what was measured and counted of it. */
export interface KeptResult {
  /** How old it may be; null where the item does not say. */
  readonly ttlSeconds: number | null;
  /** The parameters that it is kept by, as the item writes them. */
  readonly parameters: readonly string[];
  /** Of the largest of the parameter sets. */
  readonly rows: number;
  /** Of its values as text. */
  readonly bytes: number;
  readonly counted: CallRate | null;
  /** Sets of values that it may be asked for; null where nobody knows. */
  readonly keys: number | null;
  /** Null where one of these is not known. */
  readonly saving: CacheSaving | null;
}

const HOUR = 3_600;

/**
 * What keeping each result for `ttlSeconds` saves at least. A call that finds nothing executes the statement, and those with
 * the same values find its result until that is too old: of calls at random times with a rate λ for each set of values λT in
 * 1 + λT. All sets being asked for alike is the worst case, since the rate of hits, λ·λT/(1 + λT), is convex in λ.
 * @param keys how many sets of values there are
 */
export function cacheSaving(
  { callsPerSecond, meanMs }: Omit<CallRate, 'calls'>,
  ttlSeconds: number,
  keys: number,
): CacheSaving {
  const perKey = (callsPerSecond / Math.max(1, keys)) * ttlSeconds;
  const hitsPerHour = callsPerSecond * HOUR * (perKey / (1 + perKey));
  return { hitsPerHour, savedMsPerHour: hitsPerHour * meanMs };
}

/**
 * How many sets of values a statement can be asked for: the product of the distinct values of the columns that its parameters
 * have to be equal to. 1 without parameters; null where one of them may have any value, or its column was never analysed.
 */
export function countKeys(
  tree: Node,
  parameters: number,
  relations: readonly RelationFacts[],
): number | null {
  const lists = nodesNamed(tree, 'A_Expr')
    .filter(({ kind }) => kind !== 'AEXPR_OP')
    .flatMap(({ lexpr, rexpr }) => [lexpr, rexpr].flatMap((side) => nodesNamed(side, 'ParamRef')))
    .map(({ number }) => number);
  const mentions = mentionsOf([tree], { tables: relations });
  let keys = 1;
  for (let parameter = 1; parameter <= parameters; parameter += 1) {
    const places = mentions.filter(({ comparisons }) =>
      comparisons.some(
        ({ operator, direct, parameters: numbers }) =>
          operator === '=' && direct && numbers.length === 1 && numbers[0] === parameter,
      ),
    );
    const counts = places.flatMap(({ table, column }) => distinctValues(table, column.distinctValues) ?? []);
    if (counts.length === 0 || lists.includes(parameter)) return null;
    // Found by its name alone, a column may be of any of several tables.
    keys *= Math.max(...counts);
  }
  return keys;
}

/** `pg_stats.n_distinct`: a count, or a negative share of the rows. */
function distinctValues({ rows }: RelationFacts, distinct: number | null): number | null {
  if (distinct === null || distinct === 0) return null;
  if (distinct > 0) return distinct;
  return rows === null ? null : Math.max(1, Math.round(-distinct * rows));
}
