import type { RelationFacts } from '../facts.ts';
import { fingerprintOf } from '../sql/fingerprint.ts';
import { updatedColumns } from '../sql/updated-columns.ts';
import { perSecond, type WriteLoad } from './write-cost.ts';

/** What the server counted of the statements of one shape. */
export interface StatementCount {
  /** With `$n` for its constants. */
  readonly query: string;
  readonly calls: number;
  /** Returned or written by all calls together. */
  readonly rows: number;
}

export interface StatementCounts {
  readonly statements: readonly StatementCount[];
  /** Since when they are counted; null where that is not known. */
  readonly seconds: number | null;
}

type Table = Pick<RelationFacts, 'schema' | 'name' | 'writes'>;

/**
 * The columns of a table that counted statements set, most rows first; null where nothing was counted, so that any may
 * be meant.
 */
export function countedUpdates(counts: StatementCounts | null, table: Table): string[] | null {
  const rows = new Map<string, number>();
  for (const { columns, rows: written } of updatesOf(counts, table))
    for (const column of columns) rows.set(column, (rows.get(column) ?? 0) + written);
  if (rows.size === 0) return null;
  return [...rows].toSorted(([, one], [, other]) => other - one).map(([column]) => column);
}

/**
 * How often a statement runs and its table is written to. A statement that was never counted is one whose rate nobody
 * knows, not one that never runs.
 */
export function writeLoad(
  counts: StatementCounts | null,
  sql: string,
  table: Table,
  coveredColumns: readonly string[],
): WriteLoad {
  const { inserted, updated, seconds } = table.writes;
  const fingerprint = fingerprintOf(sql);
  const calls = (counts?.statements ?? [])
    .filter(({ query }) => fingerprint !== null && fingerprintOf(query) === fingerprint)
    .reduce((sum, statement) => sum + statement.calls, 0);
  return {
    callsPerSecond: calls === 0 ? null : perSecond(calls, counts?.seconds ?? null),
    insertedPerSecond: perSecond(inserted, seconds),
    updatedPerSecond: perSecond(updated, seconds),
    coveredShare: coveredShare(counts, table, coveredColumns),
  };
}

function coveredShare(
  counts: StatementCounts | null,
  table: Table,
  coveredColumns: readonly string[],
): number | null {
  const updates = updatesOf(counts, table);
  const total = updates.reduce((sum, { rows }) => sum + rows, 0);
  if (total === 0) return null;
  const covered = updates.filter(({ columns }) => columns.some((column) => coveredColumns.includes(column)));
  return covered.reduce((sum, { rows }) => sum + rows, 0) / total;
}

function updatesOf(
  counts: StatementCounts | null,
  table: Table,
): { readonly columns: readonly string[]; readonly rows: number }[] {
  return (counts?.statements ?? [])
    .map(({ query, rows }) => ({ columns: updatedColumns(query, table), rows }))
    .filter(({ columns }) => columns.length > 0);
}
