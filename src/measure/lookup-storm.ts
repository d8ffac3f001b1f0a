import { fingerprintOf } from '../sql/fingerprint.ts';

/** What the server counted of all calls of one statement. */
export interface CountedCalls {
  readonly calls: number;
  readonly meanMs: number;
  /** Of the execution time of all statements of the database; 0.1 is 10 %. */
  readonly share: number;
}

/** So often, so cheap, and so large a part of all time: it is the number of calls that costs (an N+1 pattern). */
const MANY_CALLS = 1_000;
const CHEAP_MS = 1;
const LARGE_SHARE = 0.2;

/** What was counted of the statements of one shape; null where nothing was. */
export function countedCalls(sql: string, { statements, totalMs }: Counted): CountedCalls | null {
  const fingerprint = fingerprintOf(sql);
  const same = statements.filter(({ query }) => fingerprint !== null && fingerprintOf(query) === fingerprint);
  const calls = same.reduce((sum, statement) => sum + statement.calls, 0);
  const ms = same.reduce((sum, statement) => sum + statement.totalMs, 0);
  if (calls === 0) return null;
  return { calls, meanMs: ms / calls, share: totalMs === 0 ? 0 : Math.min(1, ms / totalMs) };
}

export function isLookupStorm({ calls, meanMs, share }: CountedCalls): boolean {
  return calls >= MANY_CALLS && meanMs < CHEAP_MS && share >= LARGE_SHARE;
}

interface Counted {
  readonly statements: readonly {
    readonly query: string;
    readonly calls: number;
    readonly totalMs: number;
  }[];
  readonly totalMs: number;
}
