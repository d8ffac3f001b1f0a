import type { Node } from '@pgsql/types';
import { parseStatements } from '../sql/parse.ts';
import { quoteName } from '../sql/quote.ts';
import { wrapperOf } from '../sql/walk.ts';
import { withoutLocations } from './nodes.ts';
import type { SelectStmt } from './statement.ts';
import { replaceIn, wrappersIn } from './transplant.ts';

/** What goes into a template: a name, an expression, or an entry of FROM. */
type Part = string | Node | { readonly from: Node };

/** No table of anybody's is called that. */
const PLACE = 'pitstop template';

/**
 * A query written as text, for what would be hard to read as a tree. Names are quoted where they need it; an expression
 * may stand wherever a parameter may. Needs `loadParser()` before.
 */
export function query(texts: TemplateStringsArray, ...parts: readonly Part[]): SelectStmt {
  const sql = texts.reduce((text, next, at) => {
    const part = parts[at - 1];
    return (
      text +
      (typeof part === 'string'
        ? quoteName(part)
        : part !== undefined && 'from' in part
          ? `"${PLACE} ${at}"`
          : `$${at}`) +
      next
    );
  });
  const tree = withoutLocations(parseStatements(sql)[0]?.tree) as Node;
  const replaced = new Map<unknown, Node>();
  for (const node of wrappersIn(tree, 'ParamRef')) {
    const part = 'ParamRef' in node ? parts[(node.ParamRef.number ?? 0) - 1] : undefined;
    if (part !== undefined && typeof part !== 'string' && !('from' in part)) replaced.set(node, part);
  }
  for (const node of wrappersIn(tree, 'RangeVar')) {
    const name = 'RangeVar' in node ? (node.RangeVar.relname ?? '') : '';
    const part = name.startsWith(PLACE) ? parts[Number(name.slice(PLACE.length + 1)) - 1] : undefined;
    if (part !== undefined && typeof part !== 'string' && 'from' in part) replaced.set(node, part.from);
  }
  const select = wrapperOf(replaceIn(tree, replaced));
  return select?.fields as SelectStmt;
}
