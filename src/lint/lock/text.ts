import { parseStatements, SqlSyntaxError } from '../../sql/parse.ts';
import { effectOf } from './effect-of.ts';
import { strongest, type Effect, type Work } from './effect.ts';
import type { Blocks } from './mode.ts';

const BLOCKED: Readonly<Record<Blocks, string>> = {
  'reads and writes': 'reads and writes wait',
  writes: 'writes wait, reads go on',
  'only schema changes': 'reads and writes go on',
  nothing: '',
  unknown: '',
};

const WORK: Readonly<Record<Work, string>> = {
  none: '',
  sample: 'a sample is read meanwhile',
  query: '',
  scan: 'all of it is read meanwhile',
  rewrite: 'all of it is written anew meanwhile',
  unknown: 'what is read or written meanwhile cannot be told',
};

/** An effect in one line: the lock, whom it stops, what is done under it. */
export function effectText({ lock, indexLock, blocks, work, inTransaction, note }: Effect): string {
  const onIndex = indexLock === null ? '' : `${indexLock} on the index`;
  const locks =
    lock === null
      ? onIndex || 'none on tables'
      : lock === 'unknown'
        ? 'cannot be told'
        : `${lock}${onIndex && `, ${onIndex}`}`;
  return [locks, BLOCKED[blocks], WORK[work], note ?? '', inTransaction ? '' : 'cannot run in a transaction']
    .filter((part) => part !== '')
    .join('; ');
}

/** The strongest lock of a text of SQL and whom it stops, for a comment. Needs `loadParser()` before. */
export function lockText(sql: string): string {
  let statements;
  try {
    statements = parseStatements(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return 'unknown';
    throw error;
  }
  const { lock, indexLock, blocks } = strongest(statements.map(({ tree }) => effectOf(tree)));
  if (lock === 'unknown') return 'unknown';
  if (lock === null && indexLock === null) return 'none on tables';
  return `${lock === null ? `${indexLock} on the index` : `${lock} on the table`}; ${BLOCKED[blocks]}`;
}
