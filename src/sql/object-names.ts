import type { ObjectName } from './object.ts';
import { quoteName } from './quote.ts';

/**
 * What a person may type to say that they mean these objects: each as the statement names it and by its last part
 * (`shop.i` and `i`), parts quoted where SQL would want it.
 */
export function objectNames(objects: readonly ObjectName[]): string[] {
  return [...new Set(objects.flatMap((object) => [qualifiedName(object), quoteName(object.name)]))];
}

/** `shop.orders`, `shop.f(integer)`, `total of shop.orders`: one object, for people. */
export function displayName(object: ObjectName): string {
  const { args, on, type } = object;
  const name = object.type === 'other' && object.schema === null ? object.name : qualifiedName(object);
  const brackets = type === 'function' && args !== null ? `(${args.map(plainType).join(', ')})` : '';
  return `${name}${brackets}${on === null ? '' : ` of ${dotted([on.schema, on.name])}`}`;
}

/** `shop.orders`; for a column, trigger or their like its own name. */
function qualifiedName({ schema, name }: ObjectName): string {
  return dotted([schema, name]);
}

function dotted(parts: readonly (string | null)[]): string {
  return parts.flatMap((part) => (part === null ? [] : [quoteName(part)])).join('.');
}

/** The grammar's own types without their schema: nobody writes `pg_catalog.int4`. */
function plainType(type: string): string {
  return type.replace(/^pg_catalog\./, '');
}
