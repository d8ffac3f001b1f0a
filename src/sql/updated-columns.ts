import type { Node, RangeVar } from '@pgsql/types';
import { statementsOrNone } from './parse.ts';
import { fieldsOf, nodesOf } from './walk.ts';

/**
 * The columns of a table that a text sets in rows that are there: by `UPDATE`, by `ON CONFLICT … DO UPDATE`, by `MERGE`.
 * A name without a schema may mean the table.
 */
export function updatedColumns(
  sql: string,
  table: { readonly schema: string; readonly name: string },
): string[] {
  const columns = statementsOrNone(sql).flatMap(({ tree }) =>
    [...nodesOf(tree)].flatMap((node) => {
      const update = fieldsOf(node, 'UpdateStmt');
      if (update !== null) return isTable(update.relation, table) ? namesOf(update.targetList) : [];
      const insert = fieldsOf(node, 'InsertStmt');
      if (insert !== null) {
        return isTable(insert.relation, table) ? namesOf(insert.onConflictClause?.targetList) : [];
      }
      const merge = fieldsOf(node, 'MergeStmt');
      if (merge === null || !isTable(merge.relation, table)) return [];
      return (merge.mergeWhenClauses ?? []).flatMap((clause) =>
        'MergeWhenClause' in clause && clause.MergeWhenClause.commandType === 'CMD_UPDATE'
          ? namesOf(clause.MergeWhenClause.targetList)
          : [],
      );
    }),
  );
  return [...new Set(columns)];
}

function isTable(
  relation: RangeVar | undefined,
  table: { readonly schema: string; readonly name: string },
): boolean {
  return relation?.relname === table.name && (relation.schemaname ?? table.schema) === table.schema;
}

function namesOf(targets: readonly Node[] | undefined): string[] {
  return (targets ?? []).flatMap((target) => ('ResTarget' in target ? [target.ResTarget.name ?? ''] : []));
}
