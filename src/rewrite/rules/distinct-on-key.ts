import { isDuplicateFree } from '../duplicates.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainDistinct } from '../simple-query.ts';

/** DISTINCT sorts or hashes all rows, also where a key among its columns tells them apart; so does PostgreSQL 18. */
export const distinctOnKey: RewriteRule = {
  name: 'distinct-on-key',
  summary:
    'Leaves out DISTINCT where a key in the output, and joins that cannot multiply, leave no duplicates.',
  apply: (subject) =>
    rewritten(subject, {
      reason: 'DISTINCT left out: the output has a key, so that no two rows are equal',
      select(select, scope) {
        const { distinctClause: _, ...others } = select;
        return isPlainDistinct(select) && isDuplicateFree(others, scope) ? others : null;
      },
    }),
};
