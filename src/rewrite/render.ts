import type { Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';

/**
 * The text of a rewritten statement. Needs `loadParser()` before.
 * @param original the statement that `changed` was made from
 */
export function renderStatement(
  _original: { readonly sql: string; readonly tree: Node },
  changed: Node,
): string {
  return deparseSync(changed, { pretty: true });
}
