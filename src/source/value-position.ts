import type { Node } from '@pgsql/types';
import { isRecord, nodesNamed, nodesOf, type Visited } from '../sql/walk.ts';

/** The fields in which a lone parameter is a piece of SQL that was put in: a column, a condition, an order. */
const NO_VALUES: ReadonlySet<string> = new Set([
  'A_Indirection.arg',
  'SelectStmt.whereClause',
  'SelectStmt.havingClause',
  'SelectStmt.groupClause',
  'SelectStmt.distinctClause',
  'UpdateStmt.whereClause',
  'DeleteStmt.whereClause',
  'JoinExpr.quals',
  'BoolExpr.args',
  'SortBy.node',
  'WindowDef.partitionClause',
]);
const VALUES: ReadonlySet<string> = new Set(['SelectStmt.limitCount', 'SelectStmt.limitOffset']);

/** Whether each of some parameters stands exactly once, and nowhere that only a piece of SQL makes sense. */
export function mayBeValues(tree: Node, numbers: readonly number[]): boolean {
  const standing = nodesNamed(tree, 'ParamRef').map(({ number }) => number ?? 0);
  const asked = new Set(numbers);
  const found = standing.filter((number) => asked.has(number));
  if (found.length !== asked.size || new Set(found).size !== asked.size) return false;
  for (const node of nodesOf(tree)) {
    if (isComparisonOf(node, asked)) return false;
    for (const [field, value] of Object.entries(node.fields)) {
      if (!NO_VALUES.has(`${node.tag}.${field}`)) continue;
      if ([value].flat().some((each) => asked.has(parameterOf(each)))) return false;
    }
  }
  return true;
}

/** `$1 = $2`: one of them must have been a column. */
function isComparisonOf({ tag, fields }: Visited, asked: ReadonlySet<number>): boolean {
  return (
    tag === 'A_Expr' && asked.has(parameterOf(fields['lexpr'])) && asked.has(parameterOf(fields['rexpr']))
  );
}

/**
 * Whether each of some parameters stands where a text without a tag is sure to get a value: compared with a
 * column, assigned to one, or in LIMIT and OFFSET. In a list, a call or among the columns it may be anything.
 */
export function areSurelyValues(tree: Node, numbers: readonly number[]): boolean {
  const sure = new Set<number>();
  for (const { tag, fields } of nodesOf(tree)) {
    const values: unknown[] = Object.entries(fields).flatMap(([field, value]) =>
      VALUES.has(`${tag}.${field}`) ? [value] : [],
    );
    if (tag === 'A_Expr' && hasColumn(fields['lexpr']) && fields['kind'] !== 'AEXPR_IN')
      values.push(...operands(fields['rexpr']));
    if (tag === 'UpdateStmt')
      values.push(...nodesNamed(fields['targetList'], 'ResTarget').map(({ val }) => val));
    for (const value of values) sure.add(parameterOf(value));
  }
  return mayBeValues(tree, numbers) && numbers.every((number) => sure.has(number));
}

function hasColumn(tree: unknown): boolean {
  return nodesNamed(tree, 'ColumnRef').length > 0;
}

/** The bounds of BETWEEN are a list. */
function operands(value: unknown): unknown[] {
  const list = isRecord(value) && isRecord(value['List']) ? value['List']['items'] : value;
  return Array.isArray(list) ? list : [list];
}

/** The number of a parameter, cast or not; 0 for all else. */
function parameterOf(node: unknown): number {
  if (!isRecord(node)) return 0;
  if (isRecord(node['TypeCast'])) return parameterOf(node['TypeCast']['arg']);
  const parameter = node['ParamRef'];
  return isRecord(parameter) && typeof parameter['number'] === 'number' ? parameter['number'] : 0;
}
