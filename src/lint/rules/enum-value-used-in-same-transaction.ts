import { nodesNamed } from '../../sql/walk.ts';
import type { LintRule } from '../rule.ts';

export const enumValueUsedInSameTransaction: LintRule = {
  name: 'enum-value-used-in-same-transaction',
  summary: 'a label that `ALTER TYPE … ADD VALUE` added cannot be used before it is committed',

  find({ tree, before }) {
    if (before.inTransaction === false || before.newLabels.size === 0 || 'AlterEnumStmt' in tree) return [];
    const used = new Set(
      nodesNamed(tree, 'A_Const').flatMap(({ sval }) => (sval?.sval === undefined ? [] : [sval.sval])),
    );
    return [...before.newLabels]
      .filter((label) => used.has(label))
      .map((label) => ({
        message: `'${label}' was added in the same transaction, if the text runs in one: the server rejects its use (55P04)`,
        instead: 'ALTER TYPE … ADD VALUE in a file and a transaction of its own, before',
      }));
  },
};
