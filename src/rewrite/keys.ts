import type { RelationFacts } from '../facts.ts';
import type { Source } from './scope.ts';

/**
 * The sets of columns that no two rows of a relation share and that have no NULL: what a valid unique index over NOT
 * NULL columns guarantees at any time. A deferrable constraint does not, within a transaction.
 * @param only whether tables that inherit are left out; an index covers none of them
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

/** Whether the values of some columns of a source tell its rows apart. */
export function isUnique({ relation, only }: Source, columns: ReadonlySet<string>): boolean {
  return (
    relation !== null && uniqueKeys(relation, only).some((key) => key.every((column) => columns.has(column)))
  );
}
