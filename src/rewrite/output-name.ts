import type { Node } from '@pgsql/types';
import { namesOf } from '../sql/walk.ts';

/** The name that PostgreSQL gives to a column without alias (`FigureColname` of its parser). */
export function outputName(val: Node): string {
  return guess(val).name ?? '?column?';
}

interface Guess {
  readonly name: string | null;
  /** A type's name or `case` only counts where there is nothing better. */
  readonly weak: boolean;
}

const NOTHING: Guess = { name: null, weak: true };
const strong = (name: string | undefined): Guess => ({ name: name ?? null, weak: false });

function guess(val: Node | undefined): Guess {
  if (val === undefined) return NOTHING;
  if ('ColumnRef' in val) return strong(namesOf(val.ColumnRef.fields).at(-1));
  if ('FuncCall' in val) return strong(namesOf(val.FuncCall.funcname).at(-1));
  if ('A_Indirection' in val) {
    const field = namesOf(val.A_Indirection.indirection).at(-1);
    return field === undefined ? guess(val.A_Indirection.arg) : strong(field);
  }
  if ('TypeCast' in val) {
    const below = guess(val.TypeCast.arg);
    const type = namesOf(val.TypeCast.typeName?.names).at(-1);
    return below.weak && type !== undefined ? { name: type, weak: true } : below;
  }
  if ('CollateClause' in val) return guess(val.CollateClause.arg);
  if ('CaseExpr' in val) {
    const below = guess(val.CaseExpr.defresult);
    return below.weak ? { name: 'case', weak: true } : below;
  }
  if ('SubLink' in val) return ofSubLink(val.SubLink);
  if ('A_Expr' in val) return val.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : NOTHING;
  if ('MinMaxExpr' in val) return strong(val.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in val)
    return strong(
      val.SQLValueFunction.op
        ?.replace(/^SVFOP_/, '')
        .replace(/_N$/, '')
        .toLowerCase(),
    );
  for (const [tag, name] of FIXED) if (tag in val) return strong(name);
  return NOTHING;
}

const FIXED = [
  ['A_ArrayExpr', 'array'],
  ['CoalesceExpr', 'coalesce'],
  ['RowExpr', 'row'],
  ['GroupingFunc', 'grouping'],
] as const;

function ofSubLink({ subLinkType, subselect }: Extract<Node, { SubLink: unknown }>['SubLink']): Guess {
  if (subLinkType === 'EXISTS_SUBLINK') return strong('exists');
  if (subLinkType === 'ARRAY_SUBLINK') return strong('array');
  if (subLinkType !== 'EXPR_SUBLINK' || subselect === undefined || !('SelectStmt' in subselect))
    return NOTHING;
  let select = subselect.SelectStmt;
  while (select.larg !== undefined) select = select.larg;
  const [target] = select.targetList ?? [];
  if (target === undefined || !('ResTarget' in target)) return NOTHING;
  return target.ResTarget.name === undefined ? guess(target.ResTarget.val) : strong(target.ResTarget.name);
}
