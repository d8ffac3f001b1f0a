import { quoteQualified } from '../../sql/quote.ts';
import type { WriteTargets } from '../../sql/writing-statement.ts';
import type { Session } from '../session.ts';

/** What can be seen of tables and sequences, to show that they are as before. */
export interface WrittenState {
  readonly tables: readonly TableState[];
  readonly sequences: readonly SequenceState[];
}

export interface TableState {
  /** As SQL. */
  readonly name: string;
  /** Null where the table is too large to be read for this, or may not be read. */
  readonly rows: number | null;
  /** Equal for equal multisets of rows. */
  readonly checksum: string | null;
}

export interface SequenceState {
  /** As SQL. */
  readonly name: string;
  /** Null before the first number was taken, and where it may not be read. */
  readonly lastValue: string | null;
}

/** A larger table is not read: the rollback is what undoes, this only shows it. */
const LARGEST_READ = 32 * 1024 ** 2;

export async function readWrittenState(session: Session, targets: WriteTargets): Promise<WrittenState> {
  return {
    tables: await readTableStates(session, targets),
    sequences: await readSequenceStates(session, targets),
  };
}

export async function readTableStates(
  session: Session,
  { tables }: Pick<WriteTargets, 'tables'>,
): Promise<TableState[]> {
  const states: TableState[] = [];
  for (const { schema, name, kind, bytes, readable } of tables) {
    if (kind !== 'table') continue;
    const table = quoteQualified({ schema, name });
    const [state] =
      readable && bytes <= LARGEST_READ
        ? await session.query<Omit<TableState, 'name'>>(
            `SELECT count(*)::float8 AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS checksum FROM ONLY ${table} AS t`,
          )
        : [];
    states.push({ name: table, ...(state ?? { rows: null, checksum: null }) });
  }
  return states;
}

async function readSequenceStates(
  session: Session,
  { sequences }: Pick<WriteTargets, 'sequences'>,
): Promise<SequenceState[]> {
  const names = [
    ...new Set(sequences.flatMap(({ sequence }) => (sequence === null ? [] : [quoteQualified(sequence)]))),
  ];
  return session.query<SequenceState>(
    `SELECT name, pg_sequence_last_value(to_regclass(name))::text AS "lastValue" FROM unnest($1::text[]) AS name
      WHERE has_sequence_privilege(to_regclass(name), 'USAGE, SELECT')`,
    [names],
  );
}

/** Sets sequences back: in a database that nobody else uses. */
export async function restoreSequences(session: Session, states: readonly SequenceState[]): Promise<void> {
  for (const { name, lastValue } of states) {
    // Before its first number a sequence stands at its start.
    await session.query(
      `SELECT setval(seqrelid::regclass, coalesce($2::bigint, seqstart), $2 IS NOT NULL) FROM pg_sequence WHERE seqrelid = to_regclass($1)`,
      [name, lastValue],
    );
  }
}

/** What differs, in words; empty where everything is as before. */
export function changesBetween(before: WrittenState, after: WrittenState): string[] {
  const table = (name: string) => after.tables.find((one) => one.name === name);
  const sequence = (name: string) => after.sequences.find((one) => one.name === name);
  return [
    ...before.tables
      .filter(({ name, rows, checksum }) => rows !== table(name)?.rows || checksum !== table(name)?.checksum)
      .map(({ name, rows }) => `${name} had ${rows} rows, and has ${table(name)?.rows} or other ones`),
    ...before.sequences
      .filter(({ name, lastValue }) => lastValue !== sequence(name)?.lastValue)
      .map(
        ({ name, lastValue }) =>
          `the sequence ${name} went from ${lastValue ?? 'its start'} to ${sequence(name)?.lastValue}`,
      ),
  ];
}
