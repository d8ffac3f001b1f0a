import type { RelationFacts } from '../facts.ts';

/**
 * The sets of columns that no two rows of a relation share and that have no NULL: what a valid unique index over NOT
 * NULL columns guarantees at any time. A deferrable constraint does not, within a transaction.
 * @param only whether tables that inherit are left out (`FROM ONLY`); an index covers none of them
 */
export function uniqueKeys(relation: RelationFacts, only: boolean): string[][] {
  const covered =
    relation.kind === 'partitioned-table' ||
    relation.kind === 'materialized-view' ||
    only ||
    !relation.inherited;
  if (!covered || relation.kind === 'foreign-table') return [];
  const notNull = new Set(relation.columns.filter((column) => column.notNull).map(({ name }) => name));
  return relation.indexes
    .filter(({ unique, immediate, valid, predicate }) => unique && immediate && valid && predicate === null)
    .filter(({ keys }) =>
      keys.every(
        ({ column, defaultOperators }) => column !== null && defaultOperators && notNull.has(column),
      ),
    )
    .map(({ keys }) => keys.flatMap(({ column }) => column ?? []));
}
