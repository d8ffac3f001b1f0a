import type { Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';
import type { ColumnFacts, RelationFacts } from '../facts.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { isRecord, namesOf } from '../sql/walk.ts';
import { isCharacter, isSortable, type SqlType } from './sql-type.ts';

/** What an index key can be over: a column, or an immutable expression over columns of one table. */
export interface Subject {
  /** How the parts of a statement name it: a column, or an expression in parentheses. */
  readonly name: string;
  /** Null for a column; without the parentheses around it. */
  readonly expression: string | null;
  /** The same for expressions that the server takes for the same; null for a column. */
  readonly canonical: string | null;
  /** Its tree over bare column names. */
  readonly tree: Node;
  readonly columns: readonly string[];
  readonly type: SqlType;
  readonly sortable: boolean;
  readonly collation: ColumnFacts['collation'];
  /** Bytes; null where it is not known. */
  readonly averageWidth: number | null;
  /** `pg_stats.n_distinct`; null where it is not known. */
  readonly distinctValues: number | null;
  /** What the server calls it in the name of an index. */
  readonly label: string;
}

/** A longer key on average than this many bytes makes a B-tree as large as the table, and its longest may not fit. */
const MAX_KEY_BYTES = 200;

export function columnSubject(column: ColumnFacts): Subject {
  const { name, baseType: type, collation, averageWidth, distinctValues } = column;
  return {
    name,
    expression: null,
    canonical: null,
    tree: columnTree(name),
    columns: [name],
    type,
    sortable: column.sortable && isShort(averageWidth),
    collation,
    averageWidth,
    distinctValues,
    label: name,
  };
}

/** An expression over columns of a relation; null where one of its columns bears the expression's very name. */
export function expressionSubject(
  tree: Node,
  relation: RelationFacts,
  { type, collation }: Pick<Subject, 'type' | 'collation'>,
): Subject | null {
  const expression = textOf(tree);
  if (expression === null) return null;
  const name = `(${expression})`;
  if (relation.columns.some((column) => column.name === name)) return null;
  const columns = columnNamesIn(tree);
  const sources = relation.columns.filter((column) => columns.includes(column.name));
  const [source, ...others] = sources;
  const alike =
    source !== undefined && others.length === 0 && isCharacter(source.baseType) && isCharacter(type)
      ? source
      : null;
  const averageWidth = SHORTENING.test(expression) ? null : (alike?.averageWidth ?? null);
  return {
    name,
    expression,
    canonical: canonicalOf(tree),
    tree,
    columns,
    type,
    sortable: isSortable(type) && isShort(averageWidth),
    collation,
    averageWidth,
    distinctValues: alike?.distinctValues ?? null,
    label: labelOf(tree),
  };
}

/** What a virtual generated column stands for: it has no index of its own, its expression can have one. */
export function generatedSubject(column: ColumnFacts, relation: RelationFacts): Subject | null {
  const { generated, baseType: type, collation } = column;
  const tree = generated === null ? null : expressionTree(generated.expression);
  return tree === null ? null : expressionSubject(tree, relation, { type, collation });
}

const SHORTENING = /\b(md5|left|right|split_part|substr|substring)\b/i;

function isShort(averageWidth: number | null): boolean {
  return averageWidth === null || averageWidth <= MAX_KEY_BYTES;
}

/** An expression as SQL; null where that would not be read as the same again. */
export function textOf(tree: Node): string | null {
  const text = deparseSync(tree);
  const read = expressionTree(text);
  return read !== null && canonicalOf(read) === canonicalOf(tree) ? text : null;
}

/** The tree of an expression's text; null for what is no expression. */
export function expressionTree(sql: string): Node | null {
  const [only, ...others] = statementsOrNone(`SELECT ${sql}`);
  if (only === undefined || others.length > 0 || !('SelectStmt' in only.tree)) return null;
  const [target] = only.tree.SelectStmt.targetList ?? [];
  return target !== undefined && 'ResTarget' in target ? (target.ResTarget.val ?? null) : null;
}

export function columnTree(name: string): Node {
  return { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

/** A copy with every column replaced; places in the text are left out. */
export function withColumns(tree: Node, replace: (names: readonly string[]) => Node): Node {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isRecord(value)) return value;
    const reference = value['ColumnRef'];
    if (isRecord(reference)) return replace(namesIn(reference['fields']));
    return Object.fromEntries(
      Object.entries(value).flatMap(([field, child]) => (field === 'location' ? [] : [[field, copy(child)]])),
    );
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only columns are replaced, by nodes
  return copy(tree) as Node;
}

function columnNamesIn(tree: Node): string[] {
  const names = new Set<string>();
  withColumns(tree, (parts) => {
    names.add(parts.at(-1) ?? '');
    return columnTree('');
  });
  return [...names];
}

/**
 * One text for all ways to write an expression: the catalog prints casts of literals, and to text, that a statement
 * leaves out, and syntax of its own for some functions.
 */
export function canonicalOf(tree: Node): string {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isRecord(value)) return value;
    const cast = value['TypeCast'];
    if (isRecord(cast) && isImplied(cast)) return copy(cast['arg']);
    const reference = value['ColumnRef'];
    if (isRecord(reference)) return namesIn(reference['fields']).at(-1);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([field]) => !['location', 'funcformat', 'typemod'].includes(field))
        .map(([field, child]) => [field, isNameList(field, child) ? namesIn(child).at(-1) : copy(child)]),
    );
  };
  return JSON.stringify(copy(tree));
}

/** A cast of a literal, or of a column to text: the server adds those where a function asks for them. */
function isImplied(cast: Readonly<Record<string, unknown>>): boolean {
  const { arg, typeName } = cast;
  if (!isRecord(arg)) return false;
  const type = isRecord(typeName) ? namesIn(typeName['names']).at(-1) : undefined;
  return 'A_Const' in arg || (type === 'text' && 'ColumnRef' in arg);
}

function isNameList(field: string, value: unknown): boolean {
  return (field === 'funcname' || field === 'names' || field === 'name') && Array.isArray(value);
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((node: unknown) => {
    const text = isRecord(node) ? node['String'] : undefined;
    const name = isRecord(text) ? text['sval'] : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

/** The server's choice (FigureColname): the function's name, what a cast is around, else `expr`. */
export function labelOf(tree: Node): string {
  return namedBy(tree) ?? 'expr';
}

function namedBy(tree: Node | undefined): string | null {
  if (tree === undefined) return null;
  if ('ColumnRef' in tree) return namesOf(tree.ColumnRef.fields).at(-1) ?? null;
  if ('FuncCall' in tree) return namesOf(tree.FuncCall.funcname).at(-1) ?? null;
  if ('CoalesceExpr' in tree) return 'coalesce';
  if ('MinMaxExpr' in tree) return tree.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest';
  if ('A_Expr' in tree) return tree.A_Expr.kind === 'AEXPR_NULLIF' ? 'nullif' : null;
  if ('CollateClause' in tree) return namedBy(tree.CollateClause.arg);
  if ('TypeCast' in tree)
    return namedBy(tree.TypeCast.arg) ?? namesOf(tree.TypeCast.typeName?.names).at(-1) ?? null;
  return null;
}
