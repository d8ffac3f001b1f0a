import type { Node } from '@pgsql/types';
import type { RelationReference } from '../facts.ts';
import type { FieldsOf } from '../sql/walk.ts';
import { fieldsOf, isRecord, wrapperOf } from '../sql/walk.ts';

/** A `WITH` clause, wherever a statement may have one. */
type WithClause = FieldsOf<'WithClause'>;

/** Every relation that a statement names, once each, in the order of the text; names of its CTEs are left out. */
export function relationReferences(tree: Node): RelationReference[] {
  const found = new Map<string, RelationReference>();
  collect(tree, new Set(), (reference) => {
    const key = JSON.stringify([reference.schema, reference.name]);
    if (!found.has(key)) found.set(key, reference);
  });
  return [...found.values()];
}

/** Whether a relation's mention in a statement means this reference. */
export function refersTo(rangeVar: FieldsOf<'RangeVar'>, reference: RelationReference): boolean {
  return reference.name === rangeVar.relname && reference.schema === (rangeVar.schemaname ?? null);
}

type Found = (reference: RelationReference) => void;

function collect(value: unknown, ctes: ReadonlySet<string>, found: Found): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, ctes, found);
    return;
  }
  if (!isRecord(value)) return;
  // What a field holds unwrapped, nobody but its name tells: `relname` is found in a RangeVar only.
  const unwrapped = { tag: 'relname' in value ? 'RangeVar' : null, fields: value, field: null };
  const node = wrapperOf(value) ?? unwrapped;
  const table = fieldsOf(node, 'RangeVar');
  if (table !== null) {
    const { relname, schemaname } = table;
    if (relname !== undefined && (schemaname !== undefined || !ctes.has(relname)))
      found({ schema: schemaname ?? null, name: relname });
    return;
  }
  const { withClause, ...others } = node.fields;
  const clause = fieldsOf(
    { tag: 'WithClause', fields: isRecord(withClause) ? withClause : {}, field: null },
    'WithClause',
  );
  const inner = collectCtes(clause ?? {}, ctes, found);
  for (const child of Object.values(others)) collect(child, inner, found);
}

/** Looks through the CTEs of a clause; gives the names that what follows sees. */
function collectCtes(clause: WithClause, outer: ReadonlySet<string>, found: Found): ReadonlySet<string> {
  const ctes = (clause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  const names = ctes.map(({ ctename }) => ctename ?? '');
  for (const [at, cte] of ctes.entries()) {
    // Without RECURSIVE a CTE sees only those before it.
    const visible = clause.recursive === true ? names : names.slice(0, at);
    collect(cte.ctequery, new Set([...outer, ...visible]), found);
  }
  return new Set([...outer, ...names]);
}
