import type { RelationReference } from '../facts.ts';
import { parseStatements, SqlSyntaxError } from './parse.ts';

/** The index that a text drops, where it is a `DROP INDEX` of one index and nothing else; else null. */
export function droppedIndex(sql: string): RelationReference | null {
  let statements;
  try {
    statements = parseStatements(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return null;
    throw error;
  }
  const [only, ...others] = statements;
  if (only === undefined || others.length > 0 || !('DropStmt' in only.tree)) return null;
  const { removeType, objects = [], behavior } = only.tree.DropStmt;
  const [object, ...more] = objects;
  if (removeType !== 'OBJECT_INDEX' || more.length > 0 || behavior === 'DROP_CASCADE') return null;
  if (object === undefined || !('List' in object)) return null;
  const parts = (object.List.items ?? []).flatMap((part) =>
    'String' in part ? [part.String.sval ?? ''] : [],
  );
  const name = parts.at(-1);
  return name === undefined ? null : { schema: parts.at(-2) ?? null, name };
}

/** `name`, `schema.name`, either part quoted or not, as a person writes it in a field; null where it is no name. */
export function readQualifiedName(text: string): RelationReference | null {
  return droppedIndex(`DROP INDEX ${text}`);
}
