import { as, together, type Classified, type Rules } from './class.ts';
import { effectsIn } from './expression.ts';
import { ownSchema } from './system-schema.ts';

/** CREATE INDEX [CONCURRENTLY] and CREATE STATISTICS that compute nothing but what PostgreSQL itself can. */
export const createIndex: Rules = {
  IndexStmt: ({ relation, accessMethod = 'btree', indexParams, whereClause }, place) =>
    together(
      as('additive', 'builds an index'),
      ...ownSchema(relation?.schemaname),
      ...foreignMethod(accessMethod),
      ...effectsIn([indexParams, whereClause], place),
    ),
  CreateStatsStmt: ({ exprs }, place) =>
    together(as('additive', 'declares extended statistics'), ...effectsIn(exprs, place)),
  AlterStatsStmt: () => as('additive', 'sets how much extended statistics sample'),
};

/** The access methods of a plain server; others come with extensions and run their code. */
const METHODS = new Set(['btree', 'hash', 'gin', 'gist', 'spgist', 'brin']);

function foreignMethod(method: string): Classified[] {
  return METHODS.has(method)
    ? []
    : [as('opaque', `the access method ${method} is not one of PostgreSQL's own`)];
}
