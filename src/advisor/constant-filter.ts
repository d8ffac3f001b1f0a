import type { Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';
import type { ColumnFacts, RelationFacts } from '../facts.ts';
import { namesOf } from '../sql/walk.ts';
import { literalOf } from './operator-use.ts';
import type { PredicateContext } from './restriction.ts';
import { restricted } from './restriction.ts';
import type { Binding } from './scope.ts';
import { columnTree, withColumns } from './subject.ts';

/**
 * Notes a condition that a partial index can have for its own: a column is NULL or not, true or not, or one of some
 * literals. No parameters: a generic plan could not use the index. No ranges: they move from call to call.
 */
export function readConstantFilter(node: Node, context: PredicateContext): void {
  const found = decidedBy(node, context);
  if (found === null) return;
  const { use, column } = found.binding;
  const facts = use.relation.columns.find(({ name }) => name === column);
  const share = facts === undefined ? null : found.share(facts, use.relation);
  if (share === null) return;
  const sql = deparseSync(withColumns(node, () => columnTree(column)));
  use.filters.push({ sql, column, share });
}

interface Decided {
  readonly binding: Binding;
  /** Null where the statistics do not tell. */
  readonly share: (column: ColumnFacts, relation: RelationFacts) => number | null;
}

function decidedBy(node: Node, context: PredicateContext): Decided | null {
  const bare = (tested: Node | undefined) =>
    tested !== undefined && 'ColumnRef' in tested ? restricted(tested, context) : null;
  const decided = (binding: Binding | null, share: Decided['share']) =>
    binding === null ? null : { binding, share };
  if ('NullTest' in node) {
    const isNull = node.NullTest.nulltesttype === 'IS_NULL';
    return decided(bare(node.NullTest.arg), ({ nullFraction }) =>
      nullFraction === null ? null : isNull ? nullFraction : 1 - nullFraction,
    );
  }
  if ('ColumnRef' in node) return decided(bare(node), shareOfTruth(true));
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'NOT_EXPR')
    return decided(bare(node.BoolExpr.args?.[0]), shareOfTruth(false));
  if ('BooleanTest' in node) {
    const type = node.BooleanTest.booltesttype;
    if (type !== 'IS_TRUE' && type !== 'IS_FALSE') return null;
    return decided(bare(node.BooleanTest.arg), shareOfTruth(type === 'IS_TRUE'));
  }
  if (!('A_Expr' in node)) return null;
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  const operator = namesOf(name).join('.');
  const listed = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [];
  const values = (kind === 'AEXPR_IN' ? listed : [rexpr]).map((value) => valueOf(value));
  if ((kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN') || values.length === 0 || values.includes(null))
    return null;
  const known = values.flatMap((value) => value ?? []);
  if (operator === '=') return decided(bare(lexpr), (column) => shareOf(column, known));
  if (operator !== '<>' || kind !== 'AEXPR_OP') return null;
  return decided(bare(lexpr), (column) => {
    const equal = shareOf(column, known);
    return equal === null ? null : Math.max(0, 1 - (column.nullFraction ?? 0) - equal);
  });
}

/** The text of a literal, as the statistics print it; null for anything else. */
function valueOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  const text = literalOf(node);
  if (text !== null) return text;
  if (!('A_Const' in node)) return null;
  const { ival, boolval } = node.A_Const;
  if (ival !== undefined) return String(ival.ival ?? 0);
  return boolval === undefined ? null : boolval.boolval === true ? 't' : 'f';
}

/** Only of columns with few values: a partial index for one of a million customers is nobody's wish. */
const FEW_VALUES = 100;

function shareOf(
  { commonValues, distinctValues, nullFraction }: ColumnFacts,
  values: readonly string[],
): number | null {
  if (distinctValues === null || distinctValues < 0 || distinctValues > FEW_VALUES) return null;
  if (commonValues.length === 0) return null;
  const common = commonValues.reduce((sum, { frequency }) => sum + frequency, 0);
  const rare =
    Math.max(0, 1 - (nullFraction ?? 0) - common) / Math.max(1, distinctValues - commonValues.length);
  return values
    .map((value) => commonValues.find((known) => known.value === value)?.frequency ?? rare)
    .reduce((sum, share) => sum + share, 0);
}

function shareOfTruth(value: boolean): Decided['share'] {
  return (column) =>
    column.baseType === 'bool'
      ? (column.commonValues.find((common) => common.value === (value ? 't' : 'f'))?.frequency ??
        (column.commonValues.length > 0 ? 0 : null))
      : null;
}
