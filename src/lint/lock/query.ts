import type { Node } from '@pgsql/types';
import { nodesOf } from '../../sql/walk.ts';
import { effect, NOTHING, UNKNOWN, type Effect, type Family } from './effect.ts';
import { LOCK_MODES } from './mode.ts';

const CHANGES: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

const READS = effect('ACCESS SHARE', { work: 'query' });
const WRITES = effect('ROW EXCLUSIVE', { work: 'query' });

/** Statements that read or write rows. What the functions do that they call is not seen. */
export const QUERY_STATEMENTS: Family = {
  SelectStmt: (fields) => effectOfQuery({ SelectStmt: fields }),
  InsertStmt: () => WRITES,
  UpdateStmt: () => WRITES,
  DeleteStmt: () => WRITES,
  MergeStmt: () => WRITES,
  CopyStmt: ({ is_from, query }) => (is_from === true ? WRITES : effectOfQuery(query)),
  ExplainStmt: ({ query }) => effectOfQuery(query),
  PrepareStmt: ({ query }) => effectOfQuery(query),
  DeclareCursorStmt: ({ query }) => effectOfQuery(query),
  CreateTableAsStmt: ({ query }) => effectOfQuery(query),
  ExecuteStmt: () => UNKNOWN,
  LockStmt: ({ mode }) => effect(LOCK_MODES[(mode ?? 0) - 1] ?? 'unknown'),
};

/** The lock of a query by what it does anywhere in it. */
export function effectOfQuery(query: Node | undefined): Effect {
  if (query === undefined) return READS;
  let found = NOTHING;
  for (const { tag, field } of nodesOf(query)) {
    if (tag === 'ExecuteStmt') return UNKNOWN;
    if (tag !== null && CHANGES.has(tag)) return WRITES;
    if (tag === 'LockingClause') found = effect('ROW SHARE', { work: 'query' });
    else if (tag === 'RangeVar' && field !== 'rel' && found === NOTHING) found = READS;
  }
  return found;
}
