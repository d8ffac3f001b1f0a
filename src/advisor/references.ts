import type { Node } from '@pgsql/types';
import type { RelationReference } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { fieldsOf, isRecord, wrapperOf } from '../sql/walk.ts';

/** Every relation that a statement names, once each, in the order of the text; names of its CTEs are left out. */
export function relationReferences(tree: Node): RelationReference[] {
  const found = new Map<string, RelationReference>();
  // A stack rather than recursion: a chain of a few thousand UNIONs is as deep as it is long.
  const pending: Pending[] = [{ value: tree, ctes: new Set() }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { mentions, below } = visit(next);
    const key = JSON.stringify(mentions);
    if (mentions !== null && !found.has(key)) found.set(key, mentions);
    pending.push(...below.toReversed());
  }
  return [...found.values()];
}

/** Whether a relation's mention in a statement means this reference. */
export function refersTo(rangeVar: FieldsOf<'RangeVar'>, reference: RelationReference): boolean {
  return reference.name === rangeVar.relname && reference.schema === (rangeVar.schemaname ?? null);
}

interface Pending {
  readonly value: unknown;
  /** The names that stand for CTEs here. */
  readonly ctes: ReadonlySet<string>;
}

/** What a value mentions itself, and what is left to look through, in the order of the text. */
function visit({ value, ctes }: Pending): {
  readonly mentions: RelationReference | null;
  readonly below: readonly Pending[];
} {
  if (Array.isArray(value))
    return { mentions: null, below: value.map((element: unknown) => ({ value: element, ctes })) };
  if (!isRecord(value)) return { mentions: null, below: [] };
  // What a field holds unwrapped, nobody but its name tells: `relname` is found in a RangeVar only.
  const unwrapped = { tag: 'relname' in value ? 'RangeVar' : null, fields: value, field: null };
  const node = wrapperOf(value) ?? unwrapped;
  const table = fieldsOf(node, 'RangeVar');
  if (table !== null) return { mentions: mentionOf(table, ctes), below: [] };
  const { withClause, ...others } = node.fields;
  const fields = isRecord(withClause) ? withClause : {};
  const { queries, visible } = readWith(
    fieldsOf({ tag: 'WithClause', fields, field: null }, 'WithClause') ?? {},
    ctes,
  );
  const inside = Object.values(others).map((child) => ({ value: child, ctes: visible }));
  return { mentions: null, below: [...queries, ...inside] };
}

function mentionOf(
  { relname, schemaname }: FieldsOf<'RangeVar'>,
  ctes: ReadonlySet<string>,
): RelationReference | null {
  const isCte = schemaname === undefined && relname !== undefined && ctes.has(relname);
  return relname === undefined || isCte ? null : { schema: schemaname ?? null, name: relname };
}

/** The queries of a WITH clause, each with the names that it sees, and the names that what follows sees. */
function readWith(
  clause: FieldsOf<'WithClause'>,
  outer: ReadonlySet<string>,
): { readonly queries: readonly Pending[]; readonly visible: ReadonlySet<string> } {
  const ctes = (clause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  if (ctes.length === 0) return { queries: [], visible: outer };
  const names = ctes.map(({ ctename }) => ctename ?? '');
  const queries = ctes.map(({ ctequery }, at) => {
    // Without RECURSIVE a CTE sees only those before it.
    const seen = clause.recursive === true ? names : names.slice(0, at);
    return { value: ctequery, ctes: new Set([...outer, ...seen]) };
  });
  return { queries, visible: new Set([...outer, ...names]) };
}
