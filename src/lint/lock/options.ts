import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';

/** The options of a statement in brackets; of equal names the last one counts, as on the server. */
export function optionOf(
  options: readonly Node[] | undefined,
  name: string,
): FieldsOf<'DefElem'> | undefined {
  return (options ?? [])
    .flatMap((node) => ('DefElem' in node ? [node.DefElem] : []))
    .findLast(({ defname }) => defname === name);
}

/** `FULL`, `FULL true`, `FULL on`, `FULL 1`; what cannot be read counts as on, which is the stronger. */
export function isOn(options: readonly Node[] | undefined, name: string): boolean {
  const option = optionOf(options, name);
  if (option === undefined) return false;
  const { arg } = option;
  if (arg === undefined) return true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  return !('String' in arg && /^(?:false|off|no|f|n)$/i.test(arg.String.sval ?? ''));
}

/** The names of the options in a list, lower case. */
export function optionNames(node: Node | undefined): string[] {
  const list = node !== undefined && 'List' in node ? (node.List.items ?? []) : [];
  return list.flatMap((item) => ('DefElem' in item ? [(item.DefElem.defname ?? '').toLowerCase()] : []));
}
