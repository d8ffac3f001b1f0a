import type { Node } from '@pgsql/types';
import type { FieldsOf } from '../../sql/walk.ts';
import type { Classified } from './class.ts';
import { known, unknown } from './class.ts';
import { opaqueParts } from './expression.ts';

/** SELECT, VALUES, TABLE and WITH that only read, and EXPLAIN that does not execute anything else. */
export function read(tree: Node): Classified | null {
  if ('SelectStmt' in tree) return readsOnly(tree);
  if ('ExplainStmt' in tree) return explains(tree.ExplainStmt);
  return null;
}

function readsOnly(tree: Node): Classified {
  const opaque = opaqueParts(tree);
  return opaque.length === 0 ? known('read', 'only reads') : unknown('opaque', ...opaque);
}

function explains({ query, options }: FieldsOf<'ExplainStmt'>): Classified {
  if (query === undefined) return unknown('opaque', 'EXPLAIN of nothing');
  const executes = isOn(options, 'analyze');
  if (executes === null) return unknown('opaque', 'whether EXPLAIN executes the statement cannot be told');
  if (executes) {
    const explained = read(query);
    return explained?.known === true
      ? explained
      : unknown('opaque', 'EXPLAIN ANALYZE executes the statement', ...(explained?.reasons ?? []));
  }
  if (!EXPLAINED.some((tag) => tag in query)) return unknown('opaque', 'this is not planned but looked up');
  // Planning runs functions that call themselves immutable.
  const functions = opaqueParts(query).filter((reason) => /^the (function|operator|type) /.test(reason));
  return functions.length === 0 ? known('read', 'plans without executing') : unknown('opaque', ...functions);
}

const EXPLAINED = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** The value of a boolean option, of which the last counts; null where its text is none. */
function isOn(options: readonly Node[] | undefined, name: string): boolean | null {
  const given = (options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
  const last = given.findLast(({ defname }) => defname === name);
  if (last === undefined) return false;
  const { arg } = last;
  if (arg === undefined) return true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  const text = 'String' in arg ? (arg.String.sval ?? '').toLowerCase() : '';
  if (text === 'true' || text === 'on') return true;
  return text === 'false' || text === 'off' ? false : null;
}
