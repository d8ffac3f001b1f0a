import { lockedRelations } from '../locked.ts';
import { relationName } from '../parts.ts';
import { keyOf } from '../situation.ts';
import type { LintRule } from '../rule.ts';

export const rewrittenAgain: LintRule = {
  name: 'rewritten-again',
  summary: 'a table that the text has written anew already is written anew once more',

  find({ tree, effect, before }) {
    if (effect.work !== 'rewrite') return [];
    return lockedRelations(tree)
      .filter((relation) => before.rewritten.has(keyOf(relation)))
      .map((relation) => ({
        message: `${relationName(relation)} is copied with all indexes a second time, under ACCESS EXCLUSIVE`,
        instead: 'one ALTER TABLE with all sub-commands: the server then copies the table once',
      }));
  },
};
