import { quoteName, quoteQualified } from '../sql/quote.ts';
import { familyOf, isTable, type ColumnModel, type DataModel, type TableModel } from './model.ts';

/** New values by column name, as SQL expressions. */
export type Values = ReadonlyMap<string, string>;

/** What made-up rows are made from, besides the values that they are about. */
export interface Material {
  readonly model: Pick<DataModel, 'foreignKeys'>;
  /** For each table, values that what the statement asks of it lets pass. */
  readonly qualified: ReadonlyMap<TableModel, Values>;
  readonly joins: readonly Join[];
}

/** Two columns that the statement equates. */
export interface Join {
  readonly from: { readonly table: TableModel; readonly column: { readonly name: string } };
  readonly to: { readonly table: TableModel; readonly column: { readonly name: string } };
}

/** Rows that are copied: as they are, and so that they pass what the statement asks of their table. */
const COPIED = [
  { place: 'first', qualified: false },
  { place: 'last', qualified: false },
  { place: 'first', qualified: true },
  { place: 'last', qualified: true },
  { place: 'second', qualified: true },
] as const;

/**
 * Statements that bring values into a table: copies of its rows with them, with fresh keys where a unique key would forbid
 * a copy, and some in place, in rows that others refer to. Each may fail, where a constraint does not allow the row.
 * @param serial a number that no other rows of the same state have
 */
export function rowsWith(table: TableModel, values: Values, material: Material, serial: number): string[] {
  const passing = passingValues(table, material);
  const copies = COPIED.map(({ place, qualified }, at) =>
    copyOf(
      table,
      qualified ? new Map([...passing, ...values]) : values,
      place,
      material,
      serial * COPIED.length + at,
    ),
  );
  return [...copies, ...inReferredRow(table, values, material, serial)];
}

const PLACES = { first: '', second: ' OFFSET 1', last: '' } as const;

/** Inserts a copy of a row with other values. */
export function copyOf(
  table: TableModel,
  values: Values,
  place: keyof typeof PLACES,
  { model }: Pick<Material, 'model'>,
  serial: number,
): string {
  const fresh = freshKeys(table, values, model);
  const expressions = writable(table).map(
    ({ name }) => values.get(name) ?? fresh.get(name)?.(serial) ?? `r.${quoteName(name)}`,
  );
  const names = writable(table).map(({ name }) => quoteName(name));
  const direction = place === 'last' ? ' DESC' : '';
  return `INSERT INTO ${quoteQualified(table)} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${expressions.join(', ')} FROM ${quoteQualified(table)} AS r
     ORDER BY r.tableoid${direction}, r.ctid${direction} LIMIT 1${PLACES[place]}`;
}

/** What the statement lets pass, joined with rows of other tables that it lets pass too, where there are some. */
export function passingValues(table: TableModel, { qualified, joins }: Material): Map<string, string> {
  const own = qualified.get(table) ?? new Map<string, string>();
  const partners = joins.flatMap(({ from, to }) => [
    { ours: from, theirs: to },
    { ours: to, theirs: from },
  ]);
  const joined = partners
    .filter(
      ({ ours, theirs }) =>
        ours.table === table && theirs.table !== table && !isUnique(table, ours.column.name),
    )
    .map(({ ours, theirs }): [string, string] => {
      const partner = `SELECT m.${quoteName(theirs.column.name)} FROM ${quoteQualified(theirs.table)} m WHERE ${passes('m', theirs.table, qualified)}`;
      return [
        ours.column.name,
        `coalesce((${partner} ORDER BY m.tableoid DESC, m.ctid DESC LIMIT 1), r.${quoteName(ours.column.name)})`,
      ];
    });
  return new Map([...joined, ...own]);
}

/** A row that is joined by its key has to be one that others refer to already: a copy has another key. */
function inReferredRow(
  table: TableModel,
  values: Values,
  { qualified, joins }: Material,
  serial: number,
): string[] {
  if (values.size === 0) return [];
  const set = [...(qualified.get(table) ?? []), ...values];
  const assignments = [...new Map(set)].map(([name, value]) => `${quoteName(name)} = ${value}`).join(', ');
  return joins
    .flatMap(({ from, to }) => [
      { ours: from, theirs: to },
      { ours: to, theirs: from },
    ])
    .filter(
      ({ ours, theirs }) =>
        ours.table === table && theirs.table !== table && isUnique(table, ours.column.name),
    )
    .map(({ ours, theirs }) => {
      const referred = `EXISTS (SELECT FROM ${quoteQualified(theirs.table)} m WHERE m.${quoteName(theirs.column.name)} = t.${quoteName(ours.column.name)} AND ${passes('m', theirs.table, qualified)})`;
      return `UPDATE ${quoteQualified(table)} AS r SET ${assignments} WHERE (r.tableoid, r.ctid) = (
        SELECT t.tableoid, t.ctid FROM ${quoteQualified(table)} t WHERE ${referred} ORDER BY t.tableoid, t.ctid OFFSET ${serial % 8} LIMIT 1)`;
    });
}

/** The condition that a row has the values which the statement lets pass. */
function passes(alias: string, table: TableModel, qualified: Material['qualified']): string {
  const conditions = [...(qualified.get(table) ?? [])].map(
    ([name, value]) => `${alias}.${quoteName(name)}::text = (${value})::text`,
  );
  return ['true', ...conditions].join(' AND ');
}

/** Whether a column alone is a unique key. */
export function isUnique({ uniqueKeys }: TableModel, column: string): boolean {
  return uniqueKeys.some((key) => key.length === 1 && key[0] === column);
}

/** The same value for all rows, or those of a condition. */
export function updateOf(table: TableModel, column: string, value: string, where = ''): string {
  return `UPDATE ${quoteQualified(table)} AS r SET ${quoteName(column)} = ${value}${where === '' ? '' : ` WHERE ${where}`}`;
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
