import { createIndexStep, type IndexDefinition } from '../change.ts';
import type { Session } from '../pg/session.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { TrialReason } from '../trial.ts';
import { readSource, sampleOf, type Source } from './scratch-source.ts';

/** What one statement did to a scratch table. */
export interface RowWork {
  readonly rows: number;
  readonly ms: number;
  readonly walBytes: number;
  /** Null where the server does not count. */
  readonly hotRows: number | null;
}

export interface UpdateTask {
  readonly columns: readonly string[];
  /** Whether the new indexes cover one of them. */
  readonly covered: boolean;
}

/** A stand-in for a table, in the session's open transaction. */
export interface Scratch {
  /** The columns whose values the new indexes need. */
  readonly coveredColumns: readonly string[];
  readonly updates: readonly UpdateTask[];
  /** Whether what is written to it is logged at all. */
  readonly logged: boolean;
  /** Makes it anew, with the new indexes or without; inserts rows, then does each of the updates. */
  readonly run: (withIndexes: boolean) => Promise<RowWork[]>;
}

const FEWEST_ROWS = 100;
/** Of the sample: its last rows, which are those that are inserted. */
const INSERTED_SHARE = 1 / 6;
/** Every so many-th row is updated. */
const UPDATED_EVERY = 12;
/**
 * Room on each page for two updates of every twelfth row: a table that is vacuumed in time has it, and without it no
 * update would be a HOT update, with the index or not.
 */
const FILLFACTOR = 80;
/** How often one update sets several columns is not known; more than a few make every update alike. */
const MOST_COLUMNS = 3;

export interface ScratchRequest {
  readonly table: { readonly schema: string; readonly name: string };
  readonly indexes: readonly IndexDefinition[];
  readonly updatedColumns: readonly string[] | null;
}

/**
 * Takes the sample. Why that cannot be done, where it cannot.
 * @param name of the scratch table, taken by nobody
 */
export async function openScratch(
  session: Session,
  name: string,
  request: ScratchRequest,
): Promise<Scratch | TrialReason> {
  const source = await readSource(session, request.table);
  if (source === null)
    return unknown(`${quoteQualified(request.table)} is not a table, and has no partition that is one`);
  const place = placeOf(source, name, request.indexes);
  const rows = await takeSample(session, place);
  if (rows < FEWEST_ROWS) return unknown(`${quoteQualified(source)} has too few rows to tell`);
  const kept = Math.ceil(rows * (1 - INSERTED_SHARE));

  const covered = await rolledBack(session, async () => {
    await createTable(session, place);
    await build(session, place);
    return columnsOf(session, place.indexes);
  });
  const updates = updateTasks(source, covered, request.updatedColumns);
  return {
    coveredColumns: [...covered],
    updates,
    logged: source.logged,
    run: (withIndexes) =>
      rolledBack(session, async () => {
        await createTable(session, place);
        await session.query(insertOf(place, `<= ${kept}`));
        if (withIndexes) await build(session, place);
        const indexes = withIndexes ? place.indexes : [];
        const changes = await inOrder(updates, (task, at) => prepareUpdate(session, place, kept, task, at));
        return inOrder([insertOf(place, `> ${kept}`), ...changes], (sql) =>
          workOf(session, sql, place.scratch, indexes),
        );
      }),
  };
}

interface Place {
  readonly source: Source;
  readonly name: string;
  readonly scratch: { readonly schema: string; readonly name: string };
  /** Holds the sample, with a number for each row. */
  readonly sample: string;
  readonly number: string;
  /** The columns that rows are written with, as SQL. */
  readonly values: string;
  /** The new indexes, on the scratch table. */
  readonly indexes: readonly IndexDefinition[];
}

function placeOf(source: Source, name: string, indexes: readonly IndexDefinition[]): Place {
  const { schema, columns } = source;
  return {
    source,
    name,
    scratch: { schema, name },
    sample: quoteQualified({ schema, name: `${name}_rows` }),
    number: quoteName(`${name}_n`),
    values: columns
      .filter(({ computed }) => !computed)
      .map((column) => quoteName(column.name))
      .join(', '),
    indexes: indexes.map((index, at) => ({ ...index, schema, table: name, name: `${name}_${at}` })),
  };
}

async function takeSample(session: Session, { source, sample, number, values }: Place): Promise<number> {
  await session.query(`CREATE UNLOGGED TABLE ${sample} AS
    SELECT sampled.*, row_number() OVER () AS ${number} FROM (SELECT ${values} ${sampleOf(source)}) AS sampled`);
  const [taken] = await session.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${sample}`);
  return taken?.rows ?? 0;
}

/** With the indexes of the real one, and without whatever would run code or move sequences. */
async function createTable(session: Session, { source, scratch }: Place): Promise<void> {
  await session.query(`CREATE ${source.unlogged ? 'UNLOGGED ' : ''}TABLE ${quoteQualified(scratch)}
    (LIKE ${quoteQualified(source)} INCLUDING COMPRESSION INCLUDING GENERATED INCLUDING INDEXES INCLUDING STORAGE)
    WITH (fillfactor = ${Math.min(source.fillfactor, FILLFACTOR)}, autovacuum_enabled = off)`);
}

async function build(session: Session, { indexes, scratch }: Place): Promise<void> {
  for (const index of indexes) {
    const { inTransaction, up } = createIndexStep(index);
    await session.query(inTransaction ?? up);
    // A build sums up the last pages too, which every insert then has to correct; vacuum leaves them out.
    if (index.method === 'brin')
      await session.query(
        `SELECT brin_desummarize_range($1::regclass, greatest(0, pg_relation_size($2::regclass) / current_setting('block_size')::int - 1))`,
        [quoteQualified(index), quoteQualified(scratch)],
      );
  }
}

function insertOf({ scratch, sample, number, values }: Place, which: string): string {
  return `INSERT INTO ${quoteQualified(scratch)} (${values})
          SELECT ${values} FROM ${sample} WHERE ${number} ${which} ORDER BY ${number}`;
}

/** The new values are another row's, so that they are real; rows that would stay as they are are left out. */
async function prepareUpdate(
  session: Session,
  { name, scratch, sample, number }: Place,
  kept: number,
  { columns }: UpdateTask,
  at: number,
): Promise<string> {
  const news = quoteQualified({ schema: scratch.schema, name: `${name}_${at}_new` });
  const set = columns.map(quoteName);
  const differs = set.map((column) => `own.${column}::text IS DISTINCT FROM other.${column}::text`);
  await session.query(`CREATE UNLOGGED TABLE ${news} AS
    SELECT own.ctid AS ${number}, ${set.map((column) => `other.${column}`).join(', ')}
      FROM (SELECT *, ctid, row_number() OVER () AS ${number} FROM ${quoteQualified(scratch)}) AS own
      JOIN ${sample} AS other ON other.${number} = 1 + (own.${number} + ${Math.floor(kept / 2)}) % ${kept}
     WHERE own.${number} % ${UPDATED_EVERY} = ${1 + at} AND (${differs.join(' OR ')})`);
  return `UPDATE ${quoteQualified(scratch)} AS own SET ${set.map((column) => `${column} = other.${column}`).join(', ')}
            FROM ${news} AS other WHERE own.ctid = other.${number}`;
}

/** The columns that the indexes need to know the values of: keys, included ones, and those of expressions and predicates. */
async function columnsOf(session: Session, indexes: readonly IndexDefinition[]): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>(
    `SELECT DISTINCT a.attname::text AS name
       FROM pg_index i
       JOIN pg_attribute a ON a.attrelid = i.indrelid
      WHERE i.indexrelid = ANY ($1::regclass[])
        AND (a.attnum = ANY (i.indkey) AND a.attnum > 0
             OR EXISTS (SELECT FROM pg_depend d
                         WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                           AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))`,
    [indexes.map((index) => quoteQualified(index))],
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * One update of covered columns, if anybody sets them, and one of others, if possible of such as are in no index.
 * Keys are left alone: another row's value would be a duplicate.
 */
function updateTasks(
  { columns }: Source,
  covered: ReadonlySet<string>,
  updated: readonly string[] | null,
): UpdateTask[] {
  const order = (name: string) => (updated === null ? 0 : updated.indexOf(name));
  const open = columns
    .filter(({ name, computed, key }) => !computed && !key && order(name) >= 0)
    .toSorted(
      (one, other) => Number(one.indexed) - Number(other.indexed) || order(one.name) - order(other.name),
    );
  const names = (isCovered: boolean) =>
    open.map(({ name }) => name).filter((name) => covered.has(name) === isCovered);
  return [
    { columns: names(true).slice(0, MOST_COLUMNS), covered: true },
    { columns: names(false).slice(0, 1), covered: false },
  ].filter((task) => task.columns.length > 0);
}

interface Explained {
  readonly 'QUERY PLAN': readonly [
    {
      readonly Plan: {
        readonly 'WAL Bytes'?: number;
        /** What is written is what the plan below gives. */
        readonly Plans?: readonly { readonly 'Actual Rows'?: number }[];
      };
      readonly 'Execution Time': number;
    },
  ];
}

/** What does the work that an index puts off until a vacuum. */
const POSTPONED: Readonly<Record<string, string>> = {
  gin: 'gin_clean_pending_list',
  brin: 'brin_summarize_new_values',
};

/** Executes one statement, and at once what the new indexes would put off. */
async function workOf(
  session: Session,
  sql: string,
  scratch: { readonly schema: string; readonly name: string },
  indexes: readonly IndexDefinition[],
): Promise<RowWork> {
  const before = await countersOf(session, scratch);
  const postponed = indexes.flatMap((index) => {
    const later = POSTPONED[index.method ?? 'btree'];
    return later === undefined ? [] : [`SELECT ${later}('${quoteQualified(index).replaceAll("'", "''")}')`];
  });
  const explained = await inOrder([sql, ...postponed], async (statement) => {
    const [row] = await session.query<Explained>(
      `EXPLAIN (ANALYZE, WAL, TIMING OFF, FORMAT JSON) ${statement}`,
    );
    if (row === undefined) throw new Error('EXPLAIN gave no plan');
    return row['QUERY PLAN'][0];
  });
  const after = await countersOf(session, scratch);
  const updated = after.updated - before.updated;
  return {
    rows: explained[0]?.Plan.Plans?.[0]?.['Actual Rows'] ?? 0,
    ms: explained.reduce((sum, plan) => sum + plan['Execution Time'], 0),
    walBytes: explained.reduce((sum, { Plan }) => sum + (Plan['WAL Bytes'] ?? 0), 0),
    hotRows: updated === 0 ? null : after.hot - before.hot,
  };
}

interface Counters {
  readonly updated: number;
  readonly hot: number;
}

async function countersOf(
  session: Session,
  scratch: { readonly schema: string; readonly name: string },
): Promise<Counters> {
  const [counters] = await session.query<Counters>(
    `SELECT pg_stat_get_xact_tuples_updated(t.oid)::float8 AS updated,
            pg_stat_get_xact_tuples_hot_updated(t.oid)::float8 AS hot
       FROM (SELECT to_regclass($1)::oid AS oid) AS t`,
    [quoteQualified(scratch)],
  );
  return counters ?? { updated: 0, hot: 0 };
}

async function rolledBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.control('SAVEPOINT pitstop_scratch');
  const result = await work();
  await session.control('ROLLBACK TO SAVEPOINT pitstop_scratch');
  await session.control('RELEASE SAVEPOINT pitstop_scratch');
  return result;
}

async function inOrder<T, R>(values: readonly T[], work: (value: T, at: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [at, value] of values.entries()) results.push(await work(value, at));
  return results;
}

function unknown(why: string): TrialReason {
  return { code: 'write-cost-unknown', message: `what it costs writers could not be measured: ${why}` };
}
