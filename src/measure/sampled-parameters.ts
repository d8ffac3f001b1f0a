import type { Node } from '@pgsql/types';
import { mentionsOf, type Comparison, type Mention } from '../equivalence/mentions.ts';
import { familyOf } from '../equivalence/model.ts';
import { familyOfType } from '../equivalence/parameter-sets.ts';
import type { ColumnFacts, RelationFacts } from '../facts.ts';
import { namesOf, nodesNamed } from '../sql/walk.ts';

/** Values for a statement's parameters that nobody gave. */
export interface SampledParameters {
  /** A common value for each parameter, a rare one, and one between; equal sets once. */
  readonly sets: readonly (readonly unknown[])[];
  /** Where the values of each parameter come from: `app.orders.customer_id`, `LIMIT`, `interval`. */
  readonly origins: readonly string[];
}

/** What is taken for a parameter in each of the sets. */
interface Sample {
  readonly values: readonly [common: unknown, rare: unknown, middle: unknown];
  readonly origin: string;
}

/**
 * Values for every parameter of a statement: of the statistics of the column that it is compared with, else by what its type
 * and place say. Null where one of them could be anything.
 * @param types of the parameters, as the server resolved them
 */
export function sampleParameters(
  tree: Node,
  types: readonly string[],
  relations: readonly RelationFacts[],
): SampledParameters | null {
  const mentions = mentionsOf([tree], { tables: relations });
  const samples = types.map(
    (type, at) =>
      sampleOfPage(tree, at + 1) ??
      sampleOfColumn(mentions, at + 1, type) ??
      sampleOfUnit(tree, at + 1) ??
      sampleOfType(type),
  );
  const known = samples.filter((sample) => sample !== null);
  if (known.length < samples.length) return null;
  const sets = ([0, 1, 2] as const).map((which) => known.map(({ values }) => values[which]));
  return {
    sets: sets.filter((set, at) => sets.findIndex((other) => isSame(set, other)) === at),
    origins: known.map(({ origin }) => origin),
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** As many rows as a page has, and the first page. */
const PAGE = 20;

function sampleOfPage(tree: Node, parameter: number): Sample | null {
  const isMeant = (node: Node | undefined) =>
    node !== undefined && nodesNamed(node, 'ParamRef').some(({ number }) => number === parameter);
  for (const { limitCount, limitOffset } of nodesNamed(tree, 'SelectStmt')) {
    if (isMeant(limitCount)) return always(PAGE, 'LIMIT');
    if (isMeant(limitOffset)) return always(0, 'OFFSET');
  }
  return null;
}

/** `date_trunc('day', …)`: other texts raise an error. */
function sampleOfUnit(tree: Node, parameter: number): Sample | null {
  const isUnit = nodesNamed(tree, 'FuncCall').some(({ funcname, args: [first] = [] }) => {
    const isOfDates = ['date_trunc', 'date_part', 'extract'].includes(namesOf(funcname).at(-1) ?? '');
    return isOfDates && nodesNamed(first, 'ParamRef').some(({ number }) => number === parameter);
  });
  return isUnit ? always('day', 'unit of time') : null;
}

/** Types whose values differ little in what they cost. */
const OF_TYPE: Readonly<Record<string, unknown>> = {
  integer: 1,
  numeric: 1,
  float: 1,
  boolean: true,
  interval: '1 day',
};

function sampleOfType(type: string): Sample | null {
  const value = OF_TYPE[familyOfType(type)];
  return value === undefined ? null : always(value, type);
}

function always(value: unknown, origin: string): Sample {
  return { values: [value, value, value], origin };
}

type Found = Mention<RelationFacts> & { readonly comparison: Comparison; readonly ordinal: number };

/** Operators whose other side is a value of the column, or a pattern of one. */
const EQUAL: ReadonlySet<string> = new Set(['=', '<>']);
const LIKE: ReadonlySet<string> = new Set(['~~', '~~*']);
const ABOVE: ReadonlySet<string> = new Set(['>', '>=']);
const BELOW: ReadonlySet<string> = new Set(['<', '<=']);

function sampleOfColumn(
  mentions: readonly Mention<RelationFacts>[],
  parameter: number,
  type: string,
): Sample | null {
  const found = comparisonsWith(mentions, parameter).filter(({ column }) => isOfType(column, type));
  for (const one of [...found.filter(({ comparison }) => comparison.direct), ...found]) {
    const values = valuesFor(one, parameter, type);
    if (values === null) continue;
    const { table, column } = one;
    return { values, origin: `${table.schema}.${table.name}.${column.name}` };
  }
  return null;
}

function comparisonsWith(mentions: readonly Mention<RelationFacts>[], parameter: number): Found[] {
  return mentions.flatMap((mention) => {
    const parameters = mention.comparisons.flatMap((comparison) => comparison.parameters);
    return mention.comparisons
      .filter((comparison) => comparison.parameters.includes(parameter))
      .map((comparison) => ({ ...mention, comparison, ordinal: parameters.indexOf(parameter) }));
  });
}

function isOfType({ type, baseType }: ColumnFacts, parameter: string): boolean {
  const element = type.endsWith('[]') ? parameter : parameter.replace(/\[\]$/, '');
  const family = familyOfType(element);
  return type === element || (family !== 'other' && familyOf(baseType) === family);
}

function valuesFor({ column, comparison, comparisons, ordinal }: Found, parameter: number, type: string) {
  const { operator } = comparison;
  if (type.endsWith('[]') && !column.type.endsWith('[]') && EQUAL.has(operator)) return listsOf(column);
  if (EQUAL.has(operator)) return singlesOf(column, ordinal);
  if (LIKE.has(operator))
    return (singlesOf(column, ordinal)?.map(prefixPattern) as Sample['values'] | undefined) ?? null;
  const isLower = ABOVE.has(operator) || (operator === 'between' && comparison.parameters[0] === parameter);
  if (!isLower && !BELOW.has(operator) && operator !== 'between') return null;
  const hasLower =
    operator === 'between' ||
    comparisons.some((other) => ABOVE.has(other.operator) && other.parameters.length > 0);
  return boundsOf(column, isLower ? LOWER : hasLower ? UPPER_OF_TWO : UPPER);
}

/** `nth` counts the parameters that one column is compared with: each gets a value of its own. */
function singlesOf({ commonValues, histogram }: ColumnFacts, nth: number): Sample['values'] | null {
  const common = commonValues.map(({ value }) => value);
  const inner = histogram.length > 2 ? histogram.slice(1, -1) : histogram;
  const [frequent, infrequent] = [common.length > 0 ? common : inner, inner.length > 0 ? inner : common];
  if (frequent.length === 0) return null;
  const middle = common.length > 1 ? common : inner.length > 0 ? inner : common;
  const from = (values: readonly string[], share: number) =>
    values[(Math.floor(values.length * share) + nth) % values.length];
  const isUnique = common.length === 0;
  const last = infrequent === common ? common.length - 1 : Math.floor(infrequent.length / 4);
  return [
    from(frequent, isUnique ? 0.5 : 0),
    infrequent[(last + nth) % infrequent.length],
    from(middle, isUnique ? 0.75 : 0.5),
  ];
}

/** Elements of a list whose length nobody knows; fewer where the column has fewer values. */
const LIST = 10;

function listsOf({ commonValues, histogram }: ColumnFacts): Sample['values'] | null {
  const pool = [...commonValues.map(({ value }) => value), ...histogram];
  if (pool.length === 0) return null;
  const length = Math.min(LIST, pool.length);
  const stride = Math.floor(pool.length / length);
  const spread = Array.from({ length }, (_, at) => pool[at * stride]);
  return [pool.slice(0, length), pool.slice(-length), spread];
}

/** Where in the column's values a bound lies, 0 the least and 1 the greatest: what is asked for is mostly the newest. */
const LOWER = [0.9, 0.99, 0.5] as const;
const UPPER = [0.1, 0.01, 0.5] as const;
const UPPER_OF_TWO = [0.95, 1, 0.75] as const;

function boundsOf(
  { commonValues, histogram, baseType }: ColumnFacts,
  shares: readonly [number, number, number],
): Sample['values'] | null {
  const ordered =
    histogram.length > 1
      ? histogram
      : sorted(
          commonValues.map(({ value }) => value),
          baseType,
        );
  if (ordered.length === 0) return null;
  const at = (share: number) => ordered[Math.round((ordered.length - 1) * share)];
  return [at(shares[0]), at(shares[1]), at(shares[2])];
}

function sorted(values: readonly string[], baseType: string): readonly string[] {
  const isNumber = ['integer', 'numeric', 'float'].includes(familyOf(baseType));
  return values.toSorted((one, other) =>
    isNumber ? Number(one) - Number(other) : one < other ? -1 : Number(one > other),
  );
}

/** The first characters of a value, and whatever follows. */
function prefixPattern(value: unknown): string {
  return `${String(value)
    .slice(0, 3)
    .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
