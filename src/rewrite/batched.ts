import type { Node } from '@pgsql/types';
import { uniqueKeys } from '../advisor/unique-keys.ts';
import type { ColumnFacts, RelationFacts } from '../facts.ts';
import { nodesNamed, namesOf } from '../sql/walk.ts';
import { conjuncts, operation } from './nodes.ts';
import { readStatement } from './reading.ts';
import { renderStatement } from './render.ts';
import type { RewriteSubject } from './rule.ts';
import { isPlainSelect } from './simple-query.ts';
import type { Lead, SelectStmt, Statement } from './statement.ts';
import { withExpressions } from './transplant.ts';

/** One statement for many values of its only parameter, which is an array in it. */
export interface BatchedStatement {
  readonly sql: string;
  readonly table: RelationFacts;
  readonly key: ColumnFacts;
  /** Whether the key stands in front of the statement's own columns, so that callers can tell whose row is whose. */
  readonly addsKey: boolean;
}

/** More rows than this for one key on average, and a batch is another sort of question. */
const MOST_ROWS_PER_KEY = 20;

/**
 * A lookup by equality on one parameter, as a statement for many keys at once: `key = ANY ($1)`, with the key among its
 * columns. Null for any other statement: with a LIMIT, an aggregate or DISTINCT each call has a meaning of its own.
 */
export function batched(subject: RewriteSubject): BatchedStatement | null {
  const statement = readStatement(subject);
  if (statement === null || !isPlainSelect(statement.select)) return null;
  if (nodesNamed(subject.tree, 'ParamRef').length !== 1) return null;
  const lookup = lookupIn(statement);
  if (lookup === null) return null;
  const { condition, column, parameter, lead } = lookup;
  const { relation } = lead.entry;
  const key = lead.column.facts;
  if (relation === null || key === null || !isNearlyUnique(relation, key, lead)) return null;
  const tree = withExpressions(
    statement,
    new Map([[condition, operation(column, '=', parameter, 'AEXPR_OP_ANY')]]),
  );
  const addsKey = !isSelected(statement, lead);
  const sql = renderStatement(subject, addsKey ? withTarget(tree, column) : tree);
  return sql === null ? null : { sql, table: relation, key, addsKey };
}

interface Lookup {
  readonly condition: Node;
  readonly column: Node;
  readonly parameter: Node;
  readonly lead: Lead;
}

/** The condition `column = $1` at the top of a WHERE. */
function lookupIn({ select, leads, queries: [top] }: Statement): Lookup | null {
  for (const condition of conjuncts(select.whereClause)) {
    if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') continue;
    const { name, lexpr, rexpr } = condition.A_Expr;
    if (namesOf(name).join('.') !== '=' || lexpr === undefined || rexpr === undefined) continue;
    const [column, parameter] = 'ParamRef' in lexpr ? [rexpr, lexpr] : [lexpr, rexpr];
    const lead = leads.get(column);
    if (lead === undefined || lead.query !== top || !('ParamRef' in parameter)) continue;
    return { condition, column, parameter, lead };
  }
  return null;
}

function isNearlyUnique(
  relation: RelationFacts,
  { name, distinctValues }: ColumnFacts,
  { entry }: Lead,
): boolean {
  if (uniqueKeys(relation, entry.only).some((key) => key.length === 1 && key[0] === name)) return true;
  if (distinctValues === null || distinctValues === 0 || relation.rows === null) return false;
  const keys = distinctValues < 0 ? -distinctValues * relation.rows : distinctValues;
  return relation.rows / keys <= MOST_ROWS_PER_KEY;
}

/** Whether the key, or all columns of its table, are among those that are returned. */
function isSelected({ select, leads }: Statement, key: Lead): boolean {
  return (select.targetList ?? []).some((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (value === undefined || !('ColumnRef' in value)) return false;
    const lead = leads.get(value);
    if (lead !== undefined) return lead.entry === key.entry && lead.column === key.column;
    const fields = value.ColumnRef.fields ?? [];
    const isStar = fields.some((field) => 'A_Star' in field);
    return isStar && (fields.length === 1 || namesOf(fields).at(-1) === key.entry.alias);
  });
}

function withTarget(tree: Node, column: Node): Node {
  if (!('SelectStmt' in tree)) return tree;
  const select: SelectStmt = tree.SelectStmt;
  return {
    SelectStmt: { ...select, targetList: [{ ResTarget: { val: column } }, ...(select.targetList ?? [])] },
  };
}
