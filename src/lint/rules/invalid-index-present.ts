import { quoteName } from '../../sql/quote.ts';
import { relationOf } from '../facts.ts';
import type { LintRule } from '../rule.ts';

export const invalidIndexPresent: LintRule = {
  name: 'invalid-index-present',
  summary: 'the name belongs to an invalid index that an earlier build has left',

  find({ tree, context: { facts } }) {
    if (!('IndexStmt' in tree)) return [];
    const { idxname, relation } = tree.IndexStmt;
    if (idxname === undefined) return [];
    const schemaname = relation?.schemaname;
    const found = relationOf(facts, {
      ...(schemaname === undefined ? {} : { schemaname }),
      relname: idxname,
    });
    if (found === undefined || found.isValid) return [];
    return [
      {
        message: `the database has an INVALID index ${quoteName(idxname)}: it costs every write and is never used`,
        instead: `DROP INDEX CONCURRENTLY ${schemaname === undefined ? '' : `${quoteName(schemaname)}.`}${quoteName(idxname)}, remove what made the build fail, build again; REINDEX CONCURRENTLY does not mend it reliably`,
      },
    ];
  },
};
