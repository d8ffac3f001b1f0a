import { quoteLiteral } from '../sql/quote.ts';
import type { Comparison, Mention } from './mentions.ts';
import { familyOf, isTable, type TableModel, type TypeFamily } from './model.ts';
import type { Scene } from './mutations/mutation.ts';
import { copyOf, firstRowOf, isUnique, passingValues, updateOf } from './rows.ts';

/** What a column needs to have for the statement to let its row pass, and how that is brought about. */
export interface Qualifier {
  readonly mention: Mention;
  readonly value: string;
  /** The last one tells whether a row may have the value; what stands before it makes room for it. */
  readonly statements: readonly string[];
}

/**
 * What the statement asks of columns, as values that satisfy it. An edge that no row at hand passes the other conditions
 * with shows no difference: every second row gets the value of one column, and rows that are made up those of all.
 */
export function qualifiersOf(scene: Scene): Qualifier[] {
  return scene.mentions.flatMap((mention) => {
    const { table, column } = mention;
    const value = satisfying(mention, scene);
    if (value === null || column.generated) return [];
    const half = `(('x' || substr(md5(r::text), 1, 4))::bit(16)::int) % 2 = 0`;
    const own = isUnique(table, column.name)
      ? copyOf(table, new Map([[column.name, value]]), 'first', scene, 0)
      : updateOf(table, column.name, value, half);
    return [{ mention, value, statements: [...parentsOf(mention, value, scene), own] }];
  });
}

/** The values that were accepted, for rows that shall pass; a unique one only one row can have. */
export function qualifiedValues(accepted: readonly Qualifier[]): Map<TableModel, Map<string, string>> {
  const values = new Map<TableModel, Map<string, string>>();
  for (const { mention, value } of accepted) {
    const { table, column } = mention;
    if (isUnique(table, column.name)) continue;
    values.set(table, (values.get(table) ?? new Map<string, string>()).set(column.name, value));
  }
  return values;
}

/** Statements that put some rows into empty tables, and into each one that passes; tables may need each other's. */
export function firstRows({ tables, model }: Scene): string[] {
  return tables.filter(({ rows }) => rows === 0).map((table) => firstRowOf(table, model));
}

export function passingRows(scene: Scene): string[] {
  return [0, 1].flatMap((round) =>
    scene.tables.map((table, at) =>
      copyOf(table, passingValues(table, scene), 'first', scene, 900 + round * scene.tables.length + at),
    ),
  );
}

/** A foreign key lets a value pass only where there is such a parent. */
function parentsOf({ table, column }: Mention, value: string, scene: Scene): string[] {
  return scene.model.foreignKeys
    .filter(
      ({ from, fromColumns }) =>
        isTable(from, table) && fromColumns.length === 1 && fromColumns[0] === column.name,
    )
    .flatMap(({ to, toColumns: [key = ''] }) =>
      scene.model.tables
        .filter((parent) => isTable(parent, to))
        .map((parent) => copyOf(parent, new Map([[key, value]]), 'first', scene, 0)),
    );
}

/** A value that the comparisons of a column let pass, as far as can be seen; null where they ask nothing. */
function satisfying(
  { column, comparisons, jsonKeys: [key] }: Mention,
  { parameterSets: [given = []] }: Scene,
): string | null {
  const bounds = comparisons.flatMap((comparison) => {
    const value = comparison.constants.findLast((text) => text !== key) ?? firstOf(comparison, given);
    return value === undefined ? [] : [{ ...comparison, value }];
  });
  const family = familyOf(column.base);
  if (key !== undefined && bounds[0] !== undefined)
    return `jsonb_build_object(${quoteLiteral(key)}, ${quoteLiteral(bounds[0].value)}::text)::${column.type}`;
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
