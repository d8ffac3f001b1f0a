import type { Mention } from './mentions.ts';
import { familyOf, type ColumnModel, type TypeFamily } from './model.ts';

/** Values of one execution, and which parameter was varied to get them. */
export interface ParameterSet {
  readonly values: readonly unknown[];
  /** The columns that the varied parameter is compared with; empty for a given set. */
  readonly columns: readonly ColumnModel[];
}

/**
 * The given sets, then the first of them with one parameter after the other varied: values of the column that it is compared
 * with (common, rare, least, greatest), the edges of its type, one that is nowhere, and NULL.
 * @param types of the parameters, as the server resolved them
 */
export function parameterSetsOf(
  given: readonly (readonly unknown[])[],
  types: readonly string[],
  mentions: readonly Mention[],
  clockChanges: readonly string[],
): ParameterSet[] {
  const sets: ParameterSet[] = given.map((values) => ({ values, columns: [] }));
  const base = types.map((_, at) => given[0]?.[at] ?? null);
  for (const [at, type] of types.entries()) {
    const columns = mentions
      .filter(({ comparisons }) => comparisons.some(({ parameters }) => parameters.includes(at + 1)))
      .map(({ column }) => column);
    for (const value of new Set([
      ...valuesOfColumns(columns, type),
      ...edgesOfType(type, clockChanges),
      null,
    ]))
      sets.push({ values: base.with(at, value), columns });
  }
  const seen = new Set<string>();
  return sets.filter(({ values }) => {
    const key = JSON.stringify(values);
    return seen.size < seen.add(key).size;
  });
}

function valuesOfColumns(columns: readonly ColumnModel[], type: string): string[] {
  return columns
    .filter((column) => column.type === type || familyOf(column.base) === familyOfType(type))
    .flatMap(({ common, rare, least, greatest }) =>
      [common, rare, least, greatest].flatMap((value) => value ?? []),
    );
}

/** Values at the edges of a parameter's type; one that is nowhere comes last. */
function edgesOfType(type: string, clockChanges: readonly string[]): readonly string[] {
  if (type.endsWith('[]')) return ['{}', '{NULL}'];
  const days = [...clockChanges.slice(0, 2), '2026-01-31'];
  const numbers = ['0', '-1', '0.5', '987654.25'];
  const edges: Partial<Record<TypeFamily, readonly string[]>> = {
    integer: ['0', '3', '-1', '30123'],
    numeric: numbers,
    float: numbers,
    text: ['', '%', 'nowhere to be found'],
    boolean: ['true', 'false'],
    date: [...days, '1901-02-03'],
    timestamp: [...days, '1901-02-03 04:05:06'],
    uuid: ['12345678-9abc-def0-1234-56789abcdef0'],
  };
  return edges[familyOfType(type)] ?? [];
}

const BASES: Readonly<Record<string, string>> = {
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  'character varying': 'varchar',
  character: 'bpchar',
  boolean: 'bool',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'time without time zone': 'time',
};

/** The same from a type as `format_type` prints it, without its modifier. */
export function familyOfType(type: string): TypeFamily {
  return familyOf(BASES[type] ?? type);
}

/** What is made of data from them: only what has one clear text. */
export function textsOf(values: readonly unknown[]): (string | null)[] {
  return values.map((value) =>
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
      ? String(value)
      : value instanceof Date
        ? value.toISOString()
        : null,
  );
}
