import type { Node } from '@pgsql/types';

type KeysOfUnion<U> = U extends unknown ? keyof U : never;

/** `SelectStmt`, `RangeVar`, …: the wrapper under which libpg-query hands out a node. */
export type NodeTag = KeysOfUnion<Node>;
/** The fields of one node type: `FieldsOf<'RangeVar'>` is `RangeVar`. */
export type FieldsOf<T extends NodeTag> = Extract<Node, Record<T, unknown>>[T];

/**
 * A node anywhere in a tree. `tag` is null for the structures that libpg-query leaves unwrapped:
 * `SelectStmt.larg`, `SelectStmt.withClause`, `IndexStmt.relation`, `TypeCast.typeName`, …
 */
export interface Visited {
  readonly tag: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The field of the parent that holds it; null at the top. */
  readonly field: string | null;
}

/** The fields that hold an unwrapped structure of one type, whatever node they belong to. */
const UNWRAPPED: Readonly<Record<string, NodeTag>> = {
  withClause: 'WithClause',
  intoClause: 'IntoClause',
  relation: 'RangeVar',
  view: 'RangeVar',
  sequence: 'RangeVar',
  typeName: 'TypeName',
  alias: 'Alias',
  over: 'WindowDef',
  onConflictClause: 'OnConflictClause',
  returningClause: 'ReturningClause',
  funccall: 'FuncCall',
  base: 'CreateStmt',
  larg: 'SelectStmt',
  rarg: 'SelectStmt',
};

/**
 * Every node of a tree, parents first, without recursion so that depth costs no stack.
 * @param enters whether to go on below a node; the node itself is visited either way
 */
export function* nodesOf(tree: unknown, enters: (node: Visited) => boolean = () => true): Generator<Visited> {
  const pending: { readonly value: unknown; readonly field: string | null }[] = [
    { value: tree, field: null },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, field } = next;
    if (Array.isArray(value)) {
      for (const element of value.toReversed()) pending.push({ value: element, field });
      continue;
    }
    if (!isRecord(value)) continue;
    const wrapped = wrapperOf(value);
    const fields = wrapped?.fields ?? value;
    const tag = wrapped?.tag ?? (field === null ? null : (UNWRAPPED[field] ?? null));
    const node = { tag, fields, field };
    yield node;
    if (!enters(node)) continue;
    for (const [name, child] of Object.entries(fields).toReversed())
      pending.push({ value: child, field: name });
  }
}

/** The fields of every node of one type, at any depth, the root included. */
export function nodesNamed<T extends NodeTag>(tree: unknown, tag: T): FieldsOf<T>[] {
  return [...nodesOf(tree)].flatMap((node) => fieldsOf(node, tag) ?? []);
}

/** The fields of a node, typed, where it is of this type. */
export function fieldsOf<T extends NodeTag>(node: Visited, tag: T): FieldsOf<T> | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tag is what tells the type
  return node.tag === tag ? (node.fields as FieldsOf<T>) : null;
}

/** `{SelectStmt: {...}}` taken apart; null for an unwrapped structure. Wrappers are capitalised, fields never are. */
export function wrapperOf(value: unknown): Visited | null {
  if (!isRecord(value)) return null;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || !/^[A-Z]/.test(entry[0])) return null;
  return { tag: entry[0], fields: isRecord(entry[1]) ? entry[1] : {}, field: null };
}

/** The texts of a list of `String` nodes: a qualified name, an alias's column names. */
export function namesOf(list: readonly Node[] | undefined): string[] {
  return (list ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** Whether a value has fields at all. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
