import type { Definitions, TableData } from '../../pg/catalog/definitions/index.ts';
import { isConnectionLoss } from '../../pg/failure.ts';
import type { Session } from '../../pg/session.ts';
import { quoteName, quoteQualified } from '../../sql/quote.ts';

/** Columns of two tables that belong together, one by one. */
export interface Link {
  readonly from: number;
  readonly fromColumns: readonly string[];
  readonly to: number;
  readonly toColumns: readonly string[];
}

export interface SampledTable {
  readonly table: TableData;
  /** Text values in the order of the table's columns. */
  readonly rows: (string | null)[][];
}

/** Times that partners of partners are looked for; what is still missing then goes without. */
const ROUNDS = 3;

/**
 * Some rows of each table: the first ones, some from everywhere, and those that belong to them by foreign keys and joins.
 * Tables are never read to the end: what takes longer than the statement timeout is left out.
 */
export async function readSample(
  source: Session,
  { tables, foreignKeys }: Definitions,
  links: readonly Link[],
  size: number,
): Promise<SampledTable[]> {
  const samples = new Map<number, Sample>();
  for (const table of tables) {
    if (table.partitionOf === null) samples.set(table.oid, await firstRows(source, table, size));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const link of links) {
      await addPartners(source, samples, link, size);
      await addPartners(source, samples, reversed(link), size);
    }
    // Last, for every row needs its parents: rows without go again.
    for (const key of foreignKeys) await addPartners(source, samples, reversed(key), round === 0 ? size : 0);
    for (const key of foreignKeys) await addPartners(source, samples, key, null);
  }
  return [...samples.values()].map(({ table, rows }) => ({ table, rows: [...rows.values()] }));
}

interface Sample {
  readonly table: TableData;
  /** By the rows' place. */
  readonly rows: Map<string, (string | null)[]>;
}

async function firstRows(source: Session, table: TableData, size: number): Promise<Sample> {
  const sample: Sample = { table, rows: new Map() };
  await addRows(source, sample, `LIMIT ${Math.ceil(size / 2)}`, []);
  if (sample.rows.size < size / 2 || table.kind === 'materialized-view') return sample;
  // By pages: only those are read. Twice as many as are wanted, for the pages' rows are alike.
  const percent = Math.min(100, (100 * size) / Math.max(table.rows ?? size, size));
  await addRows(source, sample, `TABLESAMPLE SYSTEM (${percent}) REPEATABLE (18) LIMIT ${size / 2}`, []);
  return sample;
}

/** Adds rows of the table that the link leads to, for the rows that are there of the other; null: all of them. */
async function addPartners(
  source: Session,
  samples: ReadonlyMap<number, Sample>,
  { from, fromColumns, to, toColumns }: Link,
  limit: number | null,
): Promise<void> {
  const [ours, theirs] = [samples.get(from), samples.get(to)];
  if (ours === undefined || theirs === undefined || limit === 0) return;
  const keys = keysOf(ours, fromColumns);
  const known = new Set(keysOf(theirs, toColumns).map((key) => JSON.stringify(key)));
  const missing = keys.filter((key) => !known.has(JSON.stringify(key)));
  const wanted = limit === null ? missing : missing.slice(0, Math.ceil(limit / 2));
  if (wanted.length === 0) return;
  const types = toColumns.map((name) => theirs.table.columns.find((column) => column.name === name)?.type);
  const names = toColumns.map((name) => `t.${quoteName(name)}`).join(', ');
  const values = types.map((type, at) => `k${at}::${type}`).join(', ');
  const arrays = types.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const condition = `WHERE (${names}) IN (SELECT ${values} FROM unnest(${arrays}) AS u(${types.map((_, at) => `k${at}`).join(', ')}))`;
  await addRows(
    source,
    theirs,
    limit === null ? condition : `${condition} LIMIT ${limit}`,
    types.map((_, at) => wanted.map((key) => key[at])),
  );
}

function keysOf({ table, rows }: Sample, columns: readonly string[]): string[][] {
  const places = columns.map((name) => table.columns.findIndex((column) => column.name === name));
  const keys = new Map<string, string[]>();
  for (const row of rows.values()) {
    const key = places.map((place) => row[place] ?? null);
    if (key.every((value) => value !== null)) keys.set(JSON.stringify(key), key);
  }
  return [...keys.values()];
}

function reversed({ from, fromColumns, to, toColumns }: Link): Link {
  return { from: to, fromColumns: toColumns, to: from, toColumns: fromColumns };
}

async function addRows(
  source: Session,
  sample: Sample,
  tail: string,
  values: readonly unknown[],
): Promise<void> {
  const { table, rows } = sample;
  const only = table.kind === 'table' ? 'ONLY ' : '';
  const columns = table.columns.map(({ name }) => `, t.${quoteName(name)}`).join('');
  await source.control('SAVEPOINT pitstop_sample');
  try {
    await source.stream(
      `SELECT t.tableoid::text || t.ctid::text${columns} FROM ${only}${quoteQualified(table)} AS t ${tail}`,
      values,
      ([place, ...row]) => rows.set(place ?? '', row),
    );
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    await source.control('ROLLBACK TO SAVEPOINT pitstop_sample');
  }
}
