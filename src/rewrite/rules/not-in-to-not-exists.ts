import type { Node } from '@pgsql/types';
import { isDeterministic } from '../../sql/determinism.ts';
import { namesOf } from '../../sql/walk.ts';
import { derivedTable, exists, selectOf } from '../derived-table.ts';
import { columnRef, conjunction, conjuncts, either, not, nullTest, operation } from '../nodes.ts';
import { everywhere } from '../reading.ts';
import type { RewriteRule } from '../rule.ts';
import { isPlainSelect } from '../simple-query.ts';
import type { PlacedSubLink, SelectStmt, Statement } from '../statement.ts';
import { isNeverNull } from '../statement.ts';
import { freshName, isCorrelated, leadsIn, movedInto, withExpressions, wrappersIn } from '../transplant.ts';

/**
 * `x NOT IN (SELECT y …)` is true where no y equals x, x and every y have a value, or there is no y at all. The server
 * plans it as a subplan, which is run again for every row where its result does not fit into memory; as NOT EXISTS it
 * is an anti join. What may be NULL needs a question of its own, asked once for the whole statement.
 */
export const notInToNotExists: RewriteRule = {
  name: 'not-in-to-not-exists',
  summary: '`x NOT IN (SELECT y …)` and `x <> ALL (…)` become NOT EXISTS, with the questions that NULLs ask.',
  apply: everywhere((statement) => {
    for (const sublink of statement.sublinks) {
      const place = placeOf(sublink);
      const condition = place === null ? null : replacementOf(place, sublink, statement);
      if (place === null || condition === null) continue;
      return {
        tree: withExpressions(statement, new Map([[place.node, condition]])),
        reason:
          'NOT IN became NOT EXISTS, which is an anti join; where a side may be NULL, that is asked separately',
      };
    }
    return null;
  }),
};

interface Place {
  readonly node: Node;
  /** Whether only rows for which it is true count. */
  readonly filters: boolean;
}

function placeOf({ node, link, around }: PlacedSubLink): Place | null {
  const whole =
    link.subLinkType === 'ALL_SUBLINK' && namesOf(link.operName).join('.') === '<>'
      ? node
      : negation(node, link, around.select);
  if (whole === null) return null;
  return { node: whole, filters: conjuncts(around.select.whereClause).includes(whole) };
}

function negation(node: Node, link: PlacedSubLink['link'], within: unknown): Node | null {
  const isIn =
    link.subLinkType === 'ANY_SUBLINK' &&
    (link.operName === undefined || namesOf(link.operName).join('.') === '=');
  if (!isIn) return null;
  const negations = wrappersIn(within, 'BoolExpr').filter(
    (candidate) =>
      'BoolExpr' in candidate &&
      candidate.BoolExpr.boolop === 'NOT_EXPR' &&
      candidate.BoolExpr.args?.[0] === node,
  );
  return negations[0] ?? null;
}

function replacementOf(place: Place, sublink: PlacedSubLink, statement: Statement): Node | null {
  const { link, around, inner } = sublink;
  const outer = operandsOf(link.testexpr);
  if (outer.length === 0 || !armsOf(inner.select).every((arm) => selects(arm, outer.length, statement)))
    return null;
  if (hasGroupingSets(around.select)) return null;

  const outerNull = !outer.every((operand) => neverNull(operand, statement));
  const innerNull = !armsOf(inner.select).every((arm) => neverSelectsNull(arm, statement));
  const guarded = outerNull || innerNull;
  // What NULLs ask can be asked once only where the subquery does not depend on the row.
  if (guarded && (!place.filters || outer.length > 1 || isCorrelated(inner, statement))) return null;
  // Asked several times, a choice among equals could fall out differently.
  if (guarded && !isDeterministic({ SelectStmt: inner.select })) return null;

  const rows = simpleRows(sublink, outer, statement) ?? wrappedRows(sublink, outer, statement);
  if (rows === null) return null;
  const [operand] = outer;
  const [value] = rows.values;
  return (
    conjunction([
      not(rows.matching(rows.values.map((each, at) => operation(each, '=', rows.outer[at] ?? each)))),
      ...(innerNull && value !== undefined ? [not(rows.matching([nullTest(value, 'IS_NULL')]))] : []),
      ...(outerNull && operand !== undefined
        ? [either(nullTest(operand, 'IS_NOT_NULL'), not(rows.matching([])))]
        : []),
    ]) ?? null
  );
}

const operandsOf = (testexpr: Node | undefined): readonly Node[] =>
  testexpr === undefined ? [] : 'RowExpr' in testexpr ? (testexpr.RowExpr.args ?? []) : [testexpr];

function neverNull(operand: Node, statement: Statement): boolean {
  if ('A_Const' in operand) return operand.A_Const.isnull !== true;
  const lead = statement.leads.get(operand);
  return lead !== undefined && isNeverNull(lead);
}

/** The queries that a UNION and the like put together; a query alone is its only arm. */
function armsOf(select: SelectStmt): SelectStmt[] {
  if (select.larg === undefined || select.rarg === undefined) return [select];
  return [...armsOf(select.larg), ...armsOf(select.rarg)];
}

const hasGroupingSets = ({ groupClause }: SelectStmt): boolean =>
  groupClause?.some((node) => 'GroupingSet' in node) === true;

const targetsOf = ({ targetList }: SelectStmt): readonly Node[] =>
  (targetList ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.val ?? []) : []));

/** Whether a query selects so many columns, and nothing but columns: the type of a constant depends on where it stands. */
function selects(select: SelectStmt, count: number, statement: Statement): boolean {
  const targets = targetsOf(select);
  return targets.length === count && targets.every((target) => statement.leads.has(target));
}

/** Also where the query's own conditions let no NULL through. */
function neverSelectsNull(select: SelectStmt, statement: Statement): boolean {
  return (
    !hasGroupingSets(select) &&
    targetsOf(select).every(
      (target) =>
        neverNull(target, statement) ||
        conjuncts(select.whereClause).some((condition) => needs(condition, target, statement)),
    )
  );
}

function needs(condition: Node, column: Node, statement: Statement): boolean {
  const same = (node: Node | undefined) => {
    const [one, other] = [node && statement.leads.get(node), statement.leads.get(column)];
    return one !== undefined && one.entry === other?.entry && one.column === other.column;
  };
  if ('NullTest' in condition)
    return condition.NullTest.nulltesttype === 'IS_NOT_NULL' && same(condition.NullTest.arg);
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') return false;
  const { name, lexpr, rexpr } = condition.A_Expr;
  return /^(?:=|<>|<|<=|>|>=)$/.test(namesOf(name).join('.')) && (same(lexpr) || same(rexpr));
}

/** The rows of the subquery, to be asked for those that meet some more conditions. */
interface Rows {
  /** The columns that are compared, and what with, as the conditions have to name them. */
  readonly values: readonly Node[];
  readonly outer: readonly Node[];
  readonly matching: (conditions: readonly Node[]) => Node;
}

function simpleRows({ inner }: PlacedSubLink, outer: readonly Node[], statement: Statement): Rows | null {
  const { select } = inner;
  const { distinctClause: _, ...withoutDistinct } = select;
  if (!isPlainSelect(withoutDistinct) || select.withClause !== undefined) return null;
  const values = targetsOf(select).map((target) => movedInto(inner, target, statement));
  const moved = outer.map((operand) => movedInto(inner, operand, statement));
  if (values.includes(null) || moved.includes(null)) return null;
  return {
    values: values.flatMap((value) => value ?? []),
    outer: moved.flatMap((operand) => operand ?? []),
    matching: (conditions) => {
      const whereClause = conjunction([...conjuncts(select.whereClause), ...conditions]);
      return exists(selectOf({ ...select, whereClause }));
    },
  };
}

/** The subquery as a table, for whatever it is; names that hide others do not matter then. */
function wrappedRows(
  { inner, around }: PlacedSubLink,
  outer: readonly Node[],
  statement: Statement,
): Rows | null {
  const moved = outer.map((operand) => movedInto(around, operand, statement));
  if (moved.includes(null) || leadsIn(outer, statement) === null) return null;
  const alias = freshName('listed', statement.taken);
  const names = outer.map((_, at) => (outer.length === 1 ? 'value' : `value_${at + 1}`));
  return {
    values: names.map((name) => columnRef(alias, name)),
    outer: moved.flatMap((operand) => operand ?? []),
    matching: (conditions) => {
      const fromClause = [derivedTable(inner.select, alias, { columns: names })];
      return exists(selectOf({ fromClause, whereClause: conjunction(conditions) }));
    },
  };
}
