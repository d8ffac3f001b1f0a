import type { Node, RangeVar } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import { nodesOf } from '../../sql/walk.ts';
import { isBounded } from './bounded.ts';
import { as, together, type Classified, type Place, type Rules } from './class.ts';
import { CATALOG_WRITE, effectsIn } from './expression.ts';
import { isOfCatalog } from './system-schema.ts';

/** INSERT, UPDATE, DELETE, MERGE, TRUNCATE. */
export const write: Rules = {
  InsertStmt: (insert, place) => changes(as('data', 'adds rows'), insert, place),
  UpdateStmt: (update, place) =>
    changes(
      isBounded(update.whereClause, update.relation)
        ? as('data', 'changes the rows that its condition names')
        : as('destructive', 'UPDATE without a condition on a column of the table changes every row'),
      update,
      place,
    ),
  DeleteStmt: (remove, place) => changes(as('destructive', 'DELETE loses rows'), remove, place),
  MergeStmt: (merge, place) => changes(merges(merge), merge, place),
  TruncateStmt: ({ relations }) => {
    const tables = (relations ?? []).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
    return together(
      as('destructive', 'TRUNCATE loses every row'),
      ...tables.filter(isOfCatalog).map(() => CATALOG_WRITE),
    );
  },
};

function changes(base: Classified, statement: { relation?: RangeVar }, place: Place): Classified {
  const system = isOfCatalog(statement.relation) ? [CATALOG_WRITE] : [];
  return together(base, ...system, ...effectsIn(statement, place));
}

function merges({ relation, joinCondition, mergeWhenClauses }: FieldsOf<'MergeStmt'>): Classified {
  const clauses = [...nodesOf(mergeWhenClauses)].flatMap(({ tag, fields }) =>
    tag === 'MergeWhenClause' ? [fields] : [],
  );
  const commands = clauses.map(({ commandType }) => commandType);
  if (commands.includes('CMD_DELETE')) return as('destructive', 'MERGE with DELETE loses rows');
  const unbounded = clauses.some(({ commandType, matchKind, condition }) => {
    if (commandType !== 'CMD_UPDATE') return false;
    const conditions = matchKind === 'MERGE_WHEN_MATCHED' ? [joinCondition, condition] : [condition];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the field of a MergeWhenClause is a node
    return !conditions.some((expression) => isBounded(expression as Node | undefined, relation));
  });
  return unbounded
    ? as('destructive', 'MERGE without a condition on a column of the table changes every row')
    : as('data', 'adds rows, and changes those that its condition names');
}
