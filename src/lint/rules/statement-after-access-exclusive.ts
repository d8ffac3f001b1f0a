import type { Node } from '@pgsql/types';
import type { Relation } from '../parts.ts';
import type { Situation } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const statementAfterAccessExclusive: LintRule = {
  name: 'statement-after-access-exclusive',
  summary: 'what runs after a strong lock in the same transaction prolongs it',

  find({ tree, effect, before }) {
    if (before.inTransaction === false || before.held.size === 0) return [];
    if (!effect.inTransaction) return [];
    const takesTime =
      ['query', 'scan', 'rewrite'].includes(effect.work) &&
      effect.lock !== null &&
      !isPlanOnly(tree) &&
      !isAboutNew(tree, before);
    return takesTime
      ? [
          {
            message:
              'the transaction, if the text runs in one, still holds ACCESS EXCLUSIVE from a statement before: readers of that table wait for this one too',
            instead: 'commit before it; what takes the strong lock comes last and alone',
          },
        ]
      : [];
  },
};

/** EXPLAIN, PREPARE and cursors read nothing yet. */
function isPlanOnly(tree: Node): boolean {
  return 'ExplainStmt' in tree || 'PrepareStmt' in tree || 'DeclareCursorStmt' in tree;
}

/** Whether it builds on, or changes the rows of, a table that nobody else knows yet. */
function isAboutNew(tree: Node, before: Situation): boolean {
  const [statement] = Object.values(tree) as { readonly relation?: Relation }[];
  return before.isNew(statement?.relation);
}
