import type { Node } from '@pgsql/types';
import { isDeepStrictEqual } from 'node:util';
import { isRecord, wrapperOf, type FieldsOf } from '../sql/walk.ts';
import { canonical } from './canonical.ts';
import { clauseEdits } from './clauses.ts';
import { behind, extentOf, type Edit, type Extent, type Part, type Text } from './extent.ts';
import { isLocation } from './nodes.ts';
import { print } from './print.ts';

/** What of a statement's text has to change to say what another tree says; null where no part of it can be told. */
export function editsBetween(before: Node, after: Node, text: Text): Edit[] | null {
  return nodeEdits(before, after, partOf(before, null), text);
}

/** What a node is, by its type and the field that holds it; null for what cannot be parsed alone. */
function partOf(node: Node, field: string | null): Part | null {
  const tag = wrapperOf(node)?.tag ?? '';
  if (tag === 'SelectStmt') return 'query';
  if (tag === 'ResTarget') return field === 'targetList' ? 'target' : null;
  const part = {
    SortBy: 'sort-key',
    CommonTableExpr: 'cte',
    JoinExpr: 'from-item',
    RangeVar: 'from-item',
    RangeSubselect: 'from-item',
  } as const;
  if (tag in part) return part[tag as keyof typeof part];
  return EXPRESSIONS.has(tag) ? 'expression' : null;
}

const EXPRESSIONS: ReadonlySet<string> = new Set(
  `A_ArrayExpr A_Const A_Expr A_Indirection BoolExpr BooleanTest CaseExpr CoalesceExpr CollateClause ColumnRef FuncCall
   MinMaxExpr NullTest ParamRef RowExpr SQLValueFunction SubLink TypeCast`.split(/\s+/),
);

/** The smallest edits within a node, or the node as a whole. */
function nodeEdits(before: Node, after: Node, part: Part | null, text: Text): Edit[] | null {
  if (isSame(before, after)) return [];
  return inside(before, after, text) ?? whole(before, after, part, text);
}

function inside(before: Node, after: Node, text: Text): Edit[] | null {
  if (
    'BoolExpr' in after &&
    after.BoolExpr.boolop === 'AND_EXPR' &&
    after.BoolExpr.args?.some((part) => isSame(part, before))
  )
    return listEdits({ boolop: 'AND_EXPR', args: [before] }, after.BoolExpr, text);
  if ('BoolExpr' in before && 'BoolExpr' in after) return listEdits(before.BoolExpr, after.BoolExpr, text);
  if ('SelectStmt' in before && 'SelectStmt' in after)
    return queryEdits(before.SelectStmt, after.SelectStmt, text);
  if ('CommonTableExpr' in before && 'CommonTableExpr' in after)
    return cteEdits(before, before.CommonTableExpr, after.CommonTableExpr, text);
  const [one, other] = [wrapperOf(before), wrapperOf(after)];
  if (one === null || other === null || one.tag !== other.tag) return null;
  return fieldEdits(one.fields, other.fields, text);
}

/** The edits of all fields that differ; null where one of them is no node, or a list of another length. */
function fieldEdits(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  text: Text,
): Edit[] | null {
  const edits: Edit[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [one, other] = [before[name], after[name]];
    if (isLocation(name) || isSame(one, other)) continue;
    const found = valueEdits(one, other, name, text);
    if (found === null) return null;
    edits.push(...found);
  }
  return edits;
}

function valueEdits(before: unknown, after: unknown, field: string, text: Text): Edit[] | null {
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return null;
    const edits = before.map((element: unknown, at) => valueEdits(element, after[at], field, text));
    return edits.every((found) => found !== null) ? edits.flat() : null;
  }
  if (!isRecord(before) || !isRecord(after)) return isSame(before, after) ? [] : null;
  if (field === 'larg' || field === 'rarg') {
    // The arms of a UNION are not wrapped, those of a join are.
    const wrapped =
      wrapperOf(before) === null ? [{ SelectStmt: before }, { SelectStmt: after }] : [before, after];
    const [one, other] = wrapped as unknown as [Node, Node];
    return nodeEdits(one, other, partOf(one, field), text);
  }
  if (wrapperOf(before) === null) return fieldEdits(before, after, text);
  const [one, other] = [before, after] as unknown as [Node, Node];
  return nodeEdits(one, other, partOf(one, field), text);
}

function whole(before: Node, after: Node, part: Part | null, text: Text): Edit[] | null {
  const extent = part === null ? null : extentOf(before, part, text);
  if (extent === null || part === null) return null;
  return [
    {
      ...extent,
      replacement: part === 'expression' ? expression(after, before, extent, text) : printed(after),
    },
  ];
}

/** Conditions under one AND or OR: those at both ends that stay the same stay as they are. */
function listEdits(before: FieldsOf<'BoolExpr'>, after: FieldsOf<'BoolExpr'>, text: Text): Edit[] | null {
  const [old, wanted] = [before.args ?? [], after.args ?? []];
  if (before.boolop !== after.boolop) return null;
  if (old.length === wanted.length) {
    const finer = valueEdits(old, wanted, 'args', text);
    if (finer !== null) return finer;
  }
  const least = Math.min(old.length, wanted.length);
  let head = 0;
  while (head < least && isSame(old[head], wanted[head])) head += 1;
  let tail = 0;
  while (tail < least - head && isSame(old.at(-1 - tail), wanted.at(-1 - tail))) tail += 1;
  const [gone, come] = [old.slice(head, old.length - tail), wanted.slice(head, wanted.length - tail)];
  const word = before.boolop === 'AND_EXPR' ? 'AND' : 'OR';
  const texts = come.map((node) => enclosed(node, before.boolop === 'AND_EXPR'));
  const [first, last] = [gone[0], gone.at(-1)].map((node) => node && extentOf(node, 'expression', text));
  if (first != null && last != null && come.length > 0)
    return [{ first: first.first, last: last.last, replacement: texts.join(` ${word} `) }];
  const neighbour = old[head - 1];
  const extent = neighbour && extentOf(neighbour, 'expression', text);
  if (extent == null) return null;
  // Brackets around the neighbour are not part of it.
  const end = closing(extent, text);
  const added = texts.map((condition) => ` ${word} ${condition}`).join('');
  return [{ ...behind(end, added, text), last: last?.last ?? end }];
}

/** The last token of an expression with the brackets around it. */
function closing({ first, last }: Extent, { tokens }: Text): number {
  let end = last;
  for (let start = first; tokens[start - 1]?.word === '(' && tokens[end + 1]?.word === ')'; start -= 1)
    end += 1;
  return end;
}

function queryEdits(
  before: FieldsOf<'SelectStmt'>,
  after: FieldsOf<'SelectStmt'>,
  text: Text,
): Edit[] | null {
  const finer = fieldEdits({ ...before }, { ...after }, text);
  if (finer !== null) return finer;
  const extent = extentOf({ SelectStmt: before }, 'query', text);
  if (extent === null) return null;
  return clauseEdits(before, after, extent, text, (field) =>
    fieldEdits({ [field]: before[field] }, { [field]: after[field] }, text),
  );
}

/** MATERIALIZED stands between the name and the query. */
function cteEdits(
  node: Node,
  before: FieldsOf<'CommonTableExpr'>,
  after: FieldsOf<'CommonTableExpr'>,
  text: Text,
): Edit[] | null {
  // AS, MATERIALIZED and the bracket.
  const edits = fieldEdits({ ...before, ctematerialized: null }, { ...after, ctematerialized: null }, text);
  if (edits === null || before.ctematerialized === after.ctematerialized) return edits;
  const extent = extentOf(node, 'cte', text);
  if (extent === null) return null;
  const words = text.tokens.map(({ word }) => word);
  const as = words.indexOf('as', extent.first);
  const open = words.indexOf('(', as);
  const said = {
    CTEMaterializeAlways: ' MATERIALIZED',
    CTEMaterializeNever: ' NOT MATERIALIZED',
    CTEMaterializeDefault: '',
  };
  return [
    { first: as, last: open - 1, replacement: `AS${said[after.ctematerialized ?? 'CTEMaterializeDefault']}` },
    ...edits,
  ];
}

/** An expression's text, in brackets unless what is around it binds less, or has them already. */
function expression(node: Node, before: Node, { first, last }: Extent, { tokens }: Text): string {
  const bracketed = tokens[first - 1]?.word === '(' && tokens[last + 1]?.word === ')';
  const [previous, following] = [tokens[first - 1]?.word ?? '', tokens[last + 1]?.word ?? ''];
  if (bracketed || isAtom(node) || isListed(previous, following) || isSameList(before, node))
    return printed(node);
  return startsCondition(previous) ? enclosed(node, endsInAnd(tokens, first, last)) : `(${printed(node)})`;
}

const isSameList = (before: Node, node: Node): boolean =>
  'BoolExpr' in before && 'BoolExpr' in node && before.BoolExpr.boolop === node.BoolExpr.boolop;

const startsCondition = (word: string): boolean => /^(?:where|on|and|or|having|when)$/.test(word);

/** Whether an expression stands alone in a list: a sort key, an argument. */
const isListed = (previous: string, following: string): boolean =>
  /^(?:by|,)$/.test(previous) && /^(?:|,|\)|asc|desc|nulls|limit|offset|fetch)$/.test(following);

/** Whether the conditions next to this one are tied by AND. */
const endsInAnd = (tokens: Text['tokens'], first: number, last: number): boolean =>
  tokens[first - 1]?.word === 'and' || tokens[last + 1]?.word === 'and';

/** A condition's text for a list; those under AND need brackets around an OR. */
function enclosed(node: Node, underAnd: boolean): string {
  const isOr = 'BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR';
  return isOr && underAnd ? `(${printed(node)})` : printed(node);
}

function isAtom(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isAtom(node.TypeCast.arg);
  return (
    'ColumnRef' in node || 'A_Const' in node || 'ParamRef' in node || 'FuncCall' in node || 'CaseExpr' in node
  );
}

/** A node's text on one line. The deparser writes out CAST where its argument is a parameter. */
const printed = (node: Node): string =>
  print(node, { pretty: false })
    .trim()
    .replaceAll(/CAST\((\$\d+) AS ([a-z0-9_]+)\)/g, '$1::$2');

function isSame(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(canonical(one), canonical(other));
}
