import { quoteLiteral } from '../sql/quote.ts';
import type { Comparison, Mention } from './mentions.ts';
import { familyOf, isTable, type TypeFamily } from './model.ts';
import type { Scene } from './mutations/mutation.ts';
import { copiesOf, firstRowOf, isKeyColumn, updateOf } from './rows.ts';

/**
 * Statements that make every second row satisfy what the statement asks of each column: an edge that no row at hand passes
 * the other conditions with shows no difference. Tables without rows get some.
 */
export function qualifying(scene: Scene): string[] {
  const { model, tables, mentions } = scene;
  const empty = tables.filter(({ rows }) => rows === 0).map((table) => firstRowOf(table, model));
  return [...empty, ...mentions.flatMap((mention) => qualify(mention, scene))];
}

function qualify(mention: Mention, scene: Scene): string[] {
  const { table, column } = mention;
  const value = satisfying(mention, scene);
  if (value === null || column.generated) return [];
  const parents = scene.model.foreignKeys
    .filter(
      ({ from, fromColumns }) =>
        isTable(from, table) && fromColumns.length === 1 && fromColumns[0] === column.name,
    )
    .flatMap(({ to, toColumns: [key = ''] }) =>
      scene.model.tables
        .filter((parent) => isTable(parent, to))
        .flatMap((parent) => copiesOf(parent, new Map([[key, value]]), scene.model, 0, 1)),
    );
  if (isKeyColumn(table, column.name))
    return [...parents, ...copiesOf(table, new Map([[column.name, value]]), scene.model, 0, 1)];
  const half = `(('x' || substr(md5(r.ctid::text), 1, 4))::bit(16)::int) % 2 = 0`;
  return [...parents, updateOf(table, column.name, value, half)];
}

/** A value that the comparisons of a column let pass, as far as can be seen; null where they ask nothing. */
function satisfying({ column, comparisons }: Mention, { parameterSets: [given = []] }: Scene): string | null {
  const bounds = comparisons.flatMap((comparison) => {
    const value = comparison.constants.at(-1) ?? firstOf(comparison, given);
    return value === undefined ? [] : [{ ...comparison, value }];
  });
  const family = familyOf(column.base);
  // An integer may be compared with `77.0`.
  const typed = (value: string) =>
    family === 'integer'
      ? `floor(${quoteLiteral(value)}::numeric)::${column.type}`
      : `${quoteLiteral(value)}::${column.type}`;
  const equal = bounds.find(({ operator }) => operator === '=');
  if (equal !== undefined) {
    const hours = family === 'timestamp' && !equal.direct ? ` + interval '12 hours'` : '';
    return `(${typed(equal.value)}${hours})::${column.type}`;
  }
  const bound = bounds.find(({ operator }) => operator in STEPS);
  if (bound === undefined)
    return bounds[0] === undefined ? null : typed(bounds[0].value.replaceAll(/[%_]/g, ''));
  const steps: Partial<Record<TypeFamily, string>> = {
    integer: '1',
    numeric: '1',
    float: '1',
    date: '1',
    timestamp: `interval '1 hour'`,
  };
  const step = steps[family];
  const sign = STEPS[bound.operator];
  return step === undefined || sign === undefined
    ? typed(bound.value)
    : `(${typed(bound.value)} ${sign} ${step})::${column.type}`;
}

/** Which way leads into the range. The last constant of BETWEEN is its upper end. */
const STEPS: Readonly<Record<string, string>> = { '>': '+', '>=': '+', '<': '-', '<=': '-', between: '-' };

function firstOf({ parameters }: Comparison, given: readonly (string | null)[]): string | undefined {
  return parameters.flatMap((number) => given[number - 1] ?? [])[0];
}
