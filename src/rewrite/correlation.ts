import type { Node } from '@pgsql/types';
import { namesOf } from '../sql/walk.ts';
import { areComparable } from './equality.ts';
import { conjuncts } from './nodes.ts';
import type { Lead, Query, Statement } from './statement.ts';
import { outsideLeads } from './transplant.ts';

/** `inner.column = outer.column` */
export interface Correlation {
  readonly condition: Node;
  readonly inner: Node;
  readonly outer: Node;
  readonly innerLead: Lead;
  readonly outerLead: Lead;
}

/** The conditions of a subquery: what ties it to the query around it by equality, and the rest. */
export interface Conditions {
  readonly ties: readonly Correlation[];
  /** What it does not share with the outside. */
  readonly own: readonly Node[];
  /** Everything else, and what cannot be told. */
  readonly others: readonly Node[];
}

export function conditionsOf(query: Query, statement: Statement): Conditions {
  const ties: Correlation[] = [];
  const own: Node[] = [];
  const others: Node[] = [];
  for (const condition of conjuncts(query.select.whereClause)) {
    const tie = tieOf(condition, query, statement);
    if (tie !== null) ties.push(tie);
    else if (outsideLeads(query, condition, statement)?.length === 0) own.push(condition);
    else others.push(condition);
  }
  return { ties, own, others };
}

function tieOf(condition: Node, query: Query, statement: Statement): Correlation | null {
  if (!('A_Expr' in condition) || condition.A_Expr.kind !== 'AEXPR_OP') return null;
  const { name, lexpr, rexpr } = condition.A_Expr;
  if (namesOf(name).join('.') !== '=' || lexpr === undefined || rexpr === undefined) return null;
  return (
    correlation(condition, lexpr, rexpr, query, statement) ??
    correlation(condition, rexpr, lexpr, query, statement)
  );
}

function correlation(
  condition: Node,
  inner: Node,
  outer: Node,
  query: Query,
  statement: Statement,
): Correlation | null {
  const [innerLead, outerLead] = [statement.leads.get(inner), statement.leads.get(outer)];
  if (innerLead === undefined || outerLead === undefined) return null;
  if (innerLead.query !== query || outerLead.query !== query.outer) return null;
  const [one, other] = [innerLead.column.facts, outerLead.column.facts];
  if (one === null || other === null || !areComparable(one, other)) return null;
  return { condition, inner, outer, innerLead, outerLead };
}

/** Whether a query is tied to the one around it by nothing but these conditions. */
export function dependsOnlyOn(query: Query, ties: readonly Correlation[], statement: Statement): boolean {
  const all = outsideLeads(query, query.select, statement);
  // What leads further out than the query around stays visible wherever in that query it goes.
  return all !== null && all.filter((lead) => lead.query === query.outer).length === ties.length;
}
