import type { Node } from '@pgsql/types';
import type { ColumnFacts } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { namesOf } from '../sql/walk.ts';
import { literalOf } from './operator-use.ts';
import type { PredicateContext } from './restriction.ts';
import { restricted } from './restriction.ts';
import type { Binding } from './scope.ts';
import { columnTree, textOf, withColumns } from './subject.ts';

/**
 * Notes a condition that a partial index has, or can have, for its own: a column is NULL or not, true or not, or
 * compared with literals. No parameters: a generic plan could not use the index.
 */
export function readConstantFilter(node: Node, context: PredicateContext): void {
  const found = decidedBy(node, context);
  if (found === null) return;
  const { use, column } = found.binding;
  const facts = use.relation.columns.find(({ name }) => name === column);
  if (facts === undefined) return;
  const sql = textOf(withColumns(node, () => columnTree(column)));
  if (sql === null) return;
  use.filters.push({ sql, column, fixes: found.fixes, share: found.share(facts) });
}

interface Decided {
  readonly binding: Binding;
  readonly fixes: boolean;
  readonly share: (column: ColumnFacts) => number | null;
}

function decidedBy(node: Node, context: PredicateContext): Decided | null {
  const decided = (tested: Node | undefined, fixes: boolean, share: Decided['share']): Decided | null => {
    const binding = tested !== undefined && 'ColumnRef' in tested ? restricted(tested, context) : null;
    return binding === null ? null : { binding, fixes, share };
  };
  if ('ColumnRef' in node) return decided(node, true, shareOfTruth(true));
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'NOT_EXPR')
    return decided(node.BoolExpr.args?.[0], true, shareOfTruth(false));
  if ('BooleanTest' in node) {
    const { arg, booltesttype: type } = node.BooleanTest;
    if (type !== 'IS_TRUE' && type !== 'IS_FALSE') return null;
    return decided(arg, true, shareOfTruth(type === 'IS_TRUE'));
  }
  if ('NullTest' in node) {
    const isNull = node.NullTest.nulltesttype === 'IS_NULL';
    return decided(node.NullTest.arg, isNull, ({ nullFraction }) =>
      nullFraction === null ? null : isNull ? nullFraction : 1 - nullFraction,
    );
  }
  return 'A_Expr' in node ? comparedWith(node.A_Expr, decided) : null;
}

function comparedWith(
  { kind, name, lexpr, rexpr }: FieldsOf<'A_Expr'>,
  decided: (tested: Node | undefined, fixes: boolean, share: Decided['share']) => Decided | null,
): Decided | null {
  if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN') return null;
  const listed =
    kind === 'AEXPR_IN' && rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : [rexpr];
  const values = listed.flatMap((value) => valueOf(value) ?? []);
  if (values.length < listed.length) return null;
  switch (namesOf(name).join('.')) {
    case '=':
      return decided(lexpr, values.length === 1, (column) => shareOf(column, values));
    case '<>':
      return decided(lexpr, false, (column) => {
        const equal = kind === 'AEXPR_OP' ? shareOf(column, values) : null;
        return equal === null ? null : Math.max(0, 1 - (column.nullFraction ?? 0) - equal);
      });
    case '<':
    case '<=':
    case '>':
    case '>=':
      // They move from call to call: an index for one of them is only taken where it exists.
      return decided(lexpr, false, () => null);
    default:
      return null;
  }
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
