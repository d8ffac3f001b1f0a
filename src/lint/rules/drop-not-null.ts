import { quoteName } from '../../sql/quote.ts';
import { commandsOf } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const dropNotNull: LintRule = {
  name: 'drop-not-null',
  summary: '`DROP NOT NULL` lets nulls in that programs do not expect',

  find({ tree, before }) {
    return commandsOf(tree).flatMap(({ table, command: { subtype, name } }) =>
      subtype === 'AT_DropNotNull' && !before.isNew(table)
        ? [
            {
              message: `programs that read ${quoteName(name ?? '')} may not expect a null; getting NOT NULL back takes a scan`,
              instead: 'first release a version of the program that copes with nulls',
            },
          ]
        : [],
    );
  },
};
