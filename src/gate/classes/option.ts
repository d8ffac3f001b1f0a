import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';

/** The options of a statement, in the order in which they are written. */
export function optionsOf(options: readonly Node[] | undefined): FieldsOf<'DefElem'>[] {
  return (options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
}

/** The value of a boolean option, of which the server takes the last; null where its text is none. */
export function isOn(options: readonly Node[] | undefined, name: string): boolean | null {
  const last = optionsOf(options).findLast(({ defname }) => defname === name);
  if (last === undefined) return false;
  const { arg } = last;
  if (arg === undefined) return true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  const text = textOf(arg)?.toLowerCase();
  if (text === 'true' || text === 'on') return true;
  return text === 'false' || text === 'off' ? false : null;
}

/** The text of a `String`, or of the first in a list; null for anything else. */
export function textOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ('String' in node) return node.String.sval ?? '';
  return 'List' in node ? textOf(node.List.items?.[0]) : null;
}
