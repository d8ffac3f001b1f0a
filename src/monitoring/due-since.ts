import { z } from 'zod';
import type { Past } from './sample.ts';
import { formatSpan } from './words.ts';

/** Of a table that autovacuum should come to (`dueColumns`). */
export const DUE_ROW = {
  oid: z.number(),
  /** When the work was last done, by anybody; seconds since 1970, null for never. */
  doneAt: z.number().nullable(),
  /** For how long it may be due before that is strange. */
  patienceSeconds: z.number(),
};
export type DueRow = z.output<z.ZodObject<typeof DUE_ROW>>;

/**
 * What an observation says of how long a table has been due. The server counts rows, not since when: a table that was
 * loaded a moment ago looks as one does that autovacuum has passed over for a week, also where it was vacuumed before. So
 * it is critical only where earlier looks found it due as well, with nobody there in between.
 * @param history oldest first, this look last
 */
export function dueSince(
  row: DueRow,
  history: readonly Past<DueRow>[],
): { readonly words: string; readonly atMost?: 'warning' } {
  const isSame = (other: DueRow) => other.oid === row.oid && other.doneAt === row.doneAt;
  const lastWithout = history.findLastIndex(({ rows }) => !rows.some(isSame));
  const [first, now] = [history[lastWithout + 1], history.at(-1)];
  const seconds = first === undefined || now === undefined ? 0 : now.at - first.at;
  return seconds >= row.patienceSeconds
    ? { words: `seen so for ${formatSpan(seconds)}` }
    : { words: 'for how long is not known yet, so that it is a warning at most', atMost: 'warning' };
}
