import { relationOf } from '../facts.ts';
import { addedConstraints, columnList, createdConstraints, relationName } from '../parts.ts';
import { leads } from '../situation.ts';
import type { Node } from '@pgsql/types';
import type { LintRule } from '../rule.ts';

export const foreignKeyWithoutIndex: LintRule = {
  name: 'foreign-key-without-index',
  summary: 'deleting or updating a referred row reads the whole referring table',

  find({ tree, before, context: { facts } }) {
    return [...addedConstraints(tree), ...createdConstraints(tree)].flatMap(
      ({ table, constraint, columns }) => {
        if (constraint.contype !== 'CONSTR_FOREIGN' || columns.length === 0) return [];
        if (before.hasNewIndex(table, columns) || isIndexedInPlace(tree, columns)) return [];
        const indexes = relationOf(facts, table)?.indexes ?? [];
        if (indexes.some(({ keys, isValid, isPartial }) => isValid && !isPartial && leads(keys, columns)))
          return [];
        const name = relationName(table);
        return [
          {
            message: `no index on ${name} (${columnList(columns)}) is in sight: each DELETE or key UPDATE of a referred row then reads all of ${name}`,
            instead: `first CREATE INDEX CONCURRENTLY ON ${name} (${columnList(columns)})`,
          },
        ];
      },
    );
  },
};

/** Whether the statement that makes the key also makes a unique index that begins with its columns. */
function isIndexedInPlace(tree: Node, columns: readonly string[]): boolean {
  return [...addedConstraints(tree), ...createdConstraints(tree)].some(
    ({ constraint: { contype }, columns: keys }) =>
      (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') && leads(keys, columns),
  );
}
