import { quoteName, quoteQualified } from '../sql/quote.ts';
import { familyOf, isTable, type ColumnModel, type DataModel, type TableModel } from './model.ts';

/** New values by column name, as SQL expressions. */
export type Values = ReadonlyMap<string, string>;

/** Rows from both ends of a table: those that were made to qualify come last. */
const COPIES = ['', ' OFFSET 1', ' DESC', ' DESC OFFSET 1'] as const;

/**
 * Statements that insert copies of a table's rows with other values, and with fresh keys where a unique key would forbid
 * a copy. Each may fail, where a constraint does not allow the row.
 * @param serial a number that no other copy of the same state has
 */
export function copiesOf(
  table: TableModel,
  values: Values,
  model: Pick<DataModel, 'foreignKeys'>,
  serial: number,
  copies: number = COPIES.length,
): string[] {
  const fresh = freshKeys(table, values, model);
  return COPIES.slice(0, copies).map((place, at) => {
    const expressions = writable(table).map(
      ({ name }) =>
        values.get(name) ?? fresh.get(name)?.(serial * COPIES.length + at) ?? `r.${quoteName(name)}`,
    );
    const names = writable(table).map(({ name }) => quoteName(name));
    const [direction = '', offset = ''] = place.startsWith(' DESC') ? [' DESC', place.slice(5)] : ['', place];
    return `INSERT INTO ${quoteQualified(table)} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
      SELECT ${expressions.join(', ')} FROM ${quoteQualified(table)} AS r ORDER BY r.tableoid${direction}, r.ctid${direction} LIMIT 1${offset}`;
  });
}

/** The same value for all rows, or those of a condition. */
export function updateOf(table: TableModel, column: string, value: string, where = ''): string {
  return `UPDATE ${quoteQualified(table)} AS r SET ${quoteName(column)} = ${value}${where === '' ? '' : ` WHERE ${where}`}`;
}

/** Whether a column is part of a unique key. */
export function isKeyColumn({ uniqueKeys }: TableModel, column: string): boolean {
  return uniqueKeys.some((key) => key.includes(column));
}

/** The first row of a table that is empty: a value of its type for each column, NULL where that is allowed. */
export function firstRowOf(table: TableModel, model: Pick<DataModel, 'foreignKeys'>): string {
  const columns = writable(table).filter(({ nullable }) => !nullable);
  const values = columns.map((column) => {
    const key = model.foreignKeys.find(
      ({ from, fromColumns }) => isTable(from, table) && fromColumns.includes(column.name),
    );
    if (key === undefined) return ANY_VALUE[familyOf(column.base)](column);
    const referenced = quoteName(key.toColumns[key.fromColumns.indexOf(column.name)] ?? '');
    return `(SELECT ${referenced} FROM ${quoteQualified(key.to)} ORDER BY 1 LIMIT 1)`;
  });
  if (columns.length === 0) return `INSERT INTO ${quoteQualified(table)} DEFAULT VALUES`;
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  return `INSERT INTO ${quoteQualified(table)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')}`;
}

const ANY_VALUE: Record<ReturnType<typeof familyOf>, (column: ColumnModel) => string> = {
  integer: () => '1',
  numeric: () => '1',
  float: () => '1',
  text: () => `'a'`,
  boolean: () => 'true',
  date: () => `'2026-01-15'`,
  timestamp: () => `'2026-01-15 12:00'`,
  time: () => `'12:00'`,
  interval: () => `'1 day'`,
  uuid: () => `'00000000-0000-0000-0000-000000000001'`,
  json: () => `'{}'`,
  enum: ({ labels, type }) => `'${(labels[0] ?? '').replaceAll("'", "''")}'::${type}`,
  other: () => 'NULL',
};

function writable({ columns }: TableModel): ColumnModel[] {
  return columns.filter(({ generated }) => !generated);
}

/** For each unique key that the new values do not touch: one of its columns, with what makes a fresh value of it. */
function freshKeys(
  table: TableModel,
  values: Values,
  { foreignKeys }: Pick<DataModel, 'foreignKeys'>,
): Map<string, (serial: number) => string> {
  const bound = new Set(
    foreignKeys.filter(({ from }) => isTable(from, table)).flatMap(({ fromColumns }) => fromColumns),
  );
  const fresh = new Map<string, (serial: number) => string>();
  for (const key of table.uniqueKeys) {
    if (key.some((name) => values.has(name) || fresh.has(name))) continue;
    const columns = key.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
    const chosen = columns
      .toSorted((one, other) => Number(bound.has(one.name)) - Number(bound.has(other.name)))
      .find(({ base, generated }) => !generated && FRESH[familyOf(base)] !== undefined);
    if (chosen === undefined) continue;
    const make = FRESH[familyOf(chosen.base)];
    if (make !== undefined) fresh.set(chosen.name, (serial) => make(chosen, table, serial));
  }
  return fresh;
}

type Fresh = (column: ColumnModel, table: TableModel, serial: number) => string;

const afterGreatest =
  (below: string, start: string, step: (serial: number) => string): Fresh =>
  ({ name, type }, table, serial) =>
    `((SELECT coalesce(max(m.${quoteName(name)}), ${start}) FROM ${quoteQualified(table)} m WHERE m.${quoteName(name)} < ${below}) + ${step(serial)})::${type}`;

const FRESH: Partial<Record<ReturnType<typeof familyOf>, Fresh>> = {
  integer: afterGreatest('1000000000', '0', (serial) => String(serial + 1)),
  numeric: afterGreatest('1000000000', '0', (serial) => String(serial + 1)),
  text: ({ type }, _, serial) => `'p ${serial}'::${type}`,
  uuid: (_, __, serial) => `md5('p ${serial}')::uuid`,
  date: afterGreatest(`'infinity'`, `'2026-01-01'`, (serial) => String(serial + 1)),
  timestamp: afterGreatest(`'infinity'`, `'2026-01-01'`, (serial) => `interval '${serial + 1} seconds'`),
};
