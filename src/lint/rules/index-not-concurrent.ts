import { quoteName } from '../../sql/quote.ts';
import { relationOf } from '../facts.ts';
import { relationName } from '../parts.ts';
import type { LintRule } from '../rule.ts';

export const indexNotConcurrent: LintRule = {
  name: 'index-not-concurrent',
  summary: 'a plain `CREATE INDEX` on a table that is in use blocks its writes for the whole build',

  find({ tree, before, context: { facts } }) {
    if (!('IndexStmt' in tree)) return [];
    const { concurrent, relation, idxname, unique } = tree.IndexStmt;
    if (concurrent === true || relation === undefined || before.isNew(relation)) return [];
    const known = relationOf(facts, relation);
    const isPartitioned = known?.kind === 'partitioned-table';
    if (known?.isEmpty === true || (isPartitioned && relation.inh !== true)) return [];
    const table = relationName(relation);
    const create = `CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX`;
    const name = idxname === undefined ? '' : `${quoteName(idxname)} `;
    return [
      {
        message: `SHARE on ${table}${isPartitioned ? ' and every partition' : ''} for the whole build: all writes wait`,
        instead: isPartitioned
          ? `${create} ${name}ON ONLY ${table} (…); for each partition ${create} CONCURRENTLY, then ALTER INDEX … ATTACH PARTITION; the last one makes the parent's index valid`
          : `${create} CONCURRENTLY ${name}ON ${table} (…), alone and outside a transaction; then look whether pg_index.indisvalid is true`,
      },
    ];
  },
};
