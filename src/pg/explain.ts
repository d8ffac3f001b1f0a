import type { Session } from './session.ts';

/** All that PostgreSQL 18 tells without executing the statement, and with it. */
const EXPLAIN = {
  estimate: 'EXPLAIN (VERBOSE, BUFFERS, SETTINGS, MEMORY, SUMMARY, FORMAT JSON)',
  execute: 'EXPLAIN (ANALYZE, VERBOSE, BUFFERS, WAL, SETTINGS, MEMORY, SERIALIZE TEXT, FORMAT JSON)',
} as const;

/**
 * The plan of a statement, as the server's JSON.
 */
export async function explain(
  session: Session,
  how: keyof typeof EXPLAIN,
  sql: string,
  values: readonly unknown[],
): Promise<unknown> {
  const [row] = await session.query<{ 'QUERY PLAN': unknown }>(`${EXPLAIN[how]} ${sql}`, values);
  return row?.['QUERY PLAN'];
}

/** Where in the statement the server found a mistake, in UTF-16 code units from 0; it counts characters of all it was sent. */
export function positionIn(how: keyof typeof EXPLAIN, sql: string, position: number): number {
  const characters = position - 1 - EXPLAIN[how].length - 1;
  return Array.from(sql).slice(0, Math.max(0, characters)).join('').length;
}
